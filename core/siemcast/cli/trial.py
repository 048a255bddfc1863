"""Opens every part of a plan, asks it to check itself, and says in plain words what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from siemcast.api import Context, Tenant
from siemcast.engine.context import EngineContext, open_tenants
from siemcast.engine.plan import Plan, PlannedSink, PlannedSource
from siemcast.engine.world import World, real_world
from siemcast.errors import SiemcastError
from siemcast.observe.health import Health
from siemcast.observe.log import set_up_log
from siemcast.registry.plugin import described

TIMEOUT = 90.0
"""Seconds; longer than any one connection's own timeout, so that its better words come first."""


async def trials(plan: Plan) -> Sequence[tuple[str, str]]:
    """Give every part's name and what is wrong with it, in the order of the file; empty when all is well."""
    world = real_world(set_up_log("error"))
    tenants = open_tenants(plan.tenants, world)
    parts: list[tuple[str, PlannedSource | PlannedSink]] = [
        *((f"sources.{source.name}", source) for source in plan.sources),
        *((f"sinks.{sink.name}", sink) for sink in plan.sinks),
    ]
    said = await asyncio.gather(*(_said(part, _context(name, plan, world, tenants)) for name, part in parts))
    return [(name, words) for (name, _), words in zip(parts, said, strict=True)]


def _context(part: str, plan: Plan, world: World, tenants: Mapping[str, Tenant]) -> EngineContext:
    return EngineContext(
        part=part,
        log=world.log,
        health=Health(world.now),
        world=world,
        until_drained=True,
        tenants=tenants,
        known_shapes=plan.shapes,
    )


async def _said(part: PlannedSource | PlannedSink, context: Context) -> str:
    try:
        async with asyncio.timeout(TIMEOUT):
            opened: AbstractAsyncContextManager[Any] = part.spec.open(part.settings, context)
            async with opened as live:
                await live.check()
    except TimeoutError:
        return f"no answer within {TIMEOUT:.0f}s; see whether a firewall or proxy swallows the connection"
    except SiemcastError as error:
        return str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's bug costs its own line, and is named as one
        return f"a bug of the kind {part.spec.kind}: {described(error)}; tell its author"
    return ""
