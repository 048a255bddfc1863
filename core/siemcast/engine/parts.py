"""Runs each source and each sink by itself, so that one that breaks stops nobody else."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import AsyncExitStack

from siemcast.api import FormatOptions
from siemcast.engine.encoding import Encoder
from siemcast.engine.lane import Lane, LaneCount, LaneTools
from siemcast.engine.plan import PlannedSink, PlannedSource
from siemcast.engine.reader import Reader, ReaderTools, SourceCount
from siemcast.engine.retrier import PartBroken, Stopped
from siemcast.engine.routing import SinkRoutes
from siemcast.engine.shared import JOURNAL, Shared


async def run_source(source: PlannedSource, shared: Shared) -> None:
    """Run a source to its end; a bug of its plugin is told, and ends it alone."""
    part, count = f"sources.{source.name}", shared.sources[source.name]
    tools = ReaderTools(
        journal=shared.journal,
        feed=shared.feed,
        gate=shared.gate,
        retrier=shared.retrier(part),
        appender=shared.retrier(JOURNAL),
        health=shared.health,
        metrics=shared.metrics,
    )
    await _contained(part, count, Reader(source, shared.context(part), tools, count).run(), shared)


async def run_sink(sink: PlannedSink, shared: Shared) -> None:
    """Run a sink's lane to its end; a bug of its plugin is told, and ends it alone."""
    await _contained(f"sinks.{sink.name}", shared.sinks[sink.name], _run_lane(sink, shared), shared)


async def _run_lane(sink: PlannedSink, shared: Shared) -> None:
    retrier = shared.retrier(f"sinks.{sink.name}", sink.settings.retry)
    opener = shared.retrier(f"sinks.{sink.name}", sink.settings.retry.model_copy(update={"give_up": None}))
    options = FormatOptions(sink=sink.spec.kind, max_bytes=sink.settings.document_limit)
    routes = SinkRoutes(sink.name, shared.plan.routes)
    tools = LaneTools(
        feed=shared.feed,
        journal=shared.journal,
        encoder=Encoder(sink.name, routes, sink.format.open(options), shared.world),
        retrier=retrier,
        settler=shared.retrier(JOURNAL),
        metrics=shared.metrics,
        notices=shared.notices,
        world=shared.world,
    )
    async with AsyncExitStack() as stack:
        opened = await opener.until_done(
            lambda: stack.enter_async_context(sink.spec.open(sink.settings, shared.context(f"sinks.{sink.name}"))),
            permanent=(),
        )
        lane = Lane(sink.name, opened, sink.settings.batch, sink.in_flight, tools, shared.sinks[sink.name])
        await lane.run()


async def _contained(
    part: str, count: SourceCount | LaneCount, work: Coroutine[None, None, None], shared: Shared
) -> None:
    """Hold whatever a part ends with to that part: the supervisor's one place, and a loud one."""
    try:
        await work
    except Stopped:
        return
    except Exception as error:
        cause = _first(error)
        count.failure = str(cause) if isinstance(cause, PartBroken) else f"{type(cause).__name__}: {cause}"
        shared.health.broken(part, f"stopped: {count.failure}")
        shared.world.log.error("part_stopped", part=part, cause=count.failure, exc_info=cause)  # noqa: TRY400 - structlog


def _first(error: BaseException) -> BaseException:
    """Give the first error in a group, since the others followed from it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
