"""What all parts of one run share, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from siemcast.api import RetrySettings, Tenant
from siemcast.api.journal import Journal
from siemcast.engine.context import EngineContext, by_name, open_tenants
from siemcast.engine.feed import Feed
from siemcast.engine.gate import Gate
from siemcast.engine.gauges import measure
from siemcast.engine.lane import LaneCount
from siemcast.engine.notices import Notices
from siemcast.engine.plan import Plan
from siemcast.engine.reader import SourceCount
from siemcast.engine.retrier import Retrier
from siemcast.engine.unmapped import Unmapped
from siemcast.engine.world import World
from siemcast.journal.lock import state_lock
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics

JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One run's common ground."""

    plan: Plan
    world: World
    until_drained: bool
    stop: asyncio.Event
    health: Health
    metrics: Metrics
    notices: Notices
    unmapped: Unmapped
    journal: Journal
    feed: Feed
    gate: Gate
    tenants: Mapping[str, Tenant]
    sources: Mapping[str, SourceCount]
    sinks: Mapping[str, LaneCount]

    def context(self, part: str) -> EngineContext:
        """Make the context of a source or sink, named as in `sources.NAME`."""
        return EngineContext(
            part=part,
            log=self.world.log,
            health=self.health,
            world=self.world,
            until_drained=self.until_drained,
            tenants=self.tenants,
            known_shapes=self.plan.shapes,
        )

    def retrier(self, part: str, settings: RetrySettings | None = None) -> Retrier:
        """Make the retrier of a part."""
        return Retrier(
            part,
            world=self.world,
            settings=settings or RetrySettings(),
            health=self.health,
            metrics=self.metrics,
            stop=self.stop,
        )


@asynccontextmanager
async def open_shared(plan: Plan, *, world: World, until_drained: bool, stop: asyncio.Event) -> AsyncIterator[Shared]:
    """Listen, lock the state folder, open the journal. Raises ConfigError where one of them cannot be had."""
    metrics = Metrics()
    notices = Notices(plan.observers, world.log)
    health = Health(world.now, notices.health)
    refresh = _Refresh()
    async with AsyncExitStack() as stack:
        if plan.listen is not None:
            from siemcast.observe.server import serve  # noqa: PLC0415 - aiohttp is loaded where something listens

            address = (plan.listen.host, plan.listen.port, plan.listen.token)
            port = await stack.enter_async_context(serve(*address, health=health, metrics=metrics, refresh=refresh))
            world.log.info("listening", host=plan.listen.host, port=port)
        stack.enter_context(state_lock(plan.state))
        opening = plan.journal.spec.open(plan.journal.settings, plan.state, world.now)
        journal = await stack.enter_async_context(opening)
        positions = await _positions(journal, plan)
        sinks = list(positions)
        gate = Gate(journal, sinks, plan.journal.settings.max_bytes, world, health)
        await gate.look()
        last = (await journal.usage()).last
        shared = Shared(
            plan=plan,
            world=world,
            until_drained=until_drained,
            stop=stop,
            health=health,
            metrics=metrics,
            notices=notices,
            unmapped=Unmapped(metrics, notices, world.log),
            journal=journal,
            feed=Feed(journal, by_name(plan.shapes), last=last, lanes=len(sinks)),
            gate=gate,
            tenants=open_tenants(plan.tenants, world),
            sources={source.name: SourceCount() for source in plan.sources},
            sinks={name: LaneCount(position=seq) for name, seq in positions.items()},
        )
        refresh.call = lambda: measure(shared)
        yield shared


async def _positions(journal: Journal, plan: Plan) -> Mapping[str, int]:
    """Give every sink's position; a new sink begins with all that the journal keeps."""
    known = await journal.lanes()
    for sink in plan.sinks:
        if sink.name not in known:
            await journal.settle(sink.name, 0)
    return {sink.name: known.get(sink.name, 0) for sink in plan.sinks}


class _Refresh:
    """Brings the gauges up to date, once there is something to measure."""

    call: Callable[[], Awaitable[None]] | None = None

    async def __call__(self) -> None:
        if self.call is not None:
            await self.call()
