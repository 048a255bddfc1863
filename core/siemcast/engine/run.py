"""Runs a plan: every task has an owner and an end, and no part that fails takes another with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from siemcast.engine.keepers import LookOut, follow_others, keep_telling, keep_trimmed
from siemcast.engine.memory import freeze_what_stays, share_one_heap
from siemcast.engine.opening import open_shared
from siemcast.engine.outcome import Outcome
from siemcast.engine.parts import run_sink, run_source
from siemcast.engine.plan import Plan
from siemcast.engine.shared import Shared
from siemcast.engine.world import World

_GRACE_SECONDS = 10.0
"""How long a stop lets requests under way finish."""
_Tasks = Sequence[asyncio.Task[None]]


async def run(plan: Plan, *, world: World, until_drained: bool = False, stop: asyncio.Event | None = None) -> Outcome:
    """Run until `stop` is set, or, when asked, until all that there is has been delivered.

    A plan without sources, run until drained, delivers what the journal holds. Raises ConfigError, with nothing
    touched, when the state folder is in use or cannot be used, or when the address of health and metrics is taken.
    """
    share_one_heap()
    freeze_what_stays()
    stop = stop or asyncio.Event()
    async with open_shared(plan, world=world, until_drained=until_drained, stop=stop) as shared:
        ended = await _run_tasks(shared)
        shared.unmapped.tell()
        await shared.gate.look()
        usage = await shared.journal.usage()
        return Outcome(
            drained=ended and _all_done(shared, usage.last),
            sources=shared.sources,
            sinks=shared.sinks,
            dead_letters=sum(usage.dead_letters.values()),
        )


async def _run_tasks(shared: Shared) -> bool:
    """Own the tasks of a run; gives whether sources and lanes came to their end by themselves."""
    async with asyncio.TaskGroup() as group:
        keepers = [
            group.create_task(keep_trimmed(shared)),
            group.create_task(follow_others(shared)),
            group.create_task(LookOut(shared).keep()),
            group.create_task(keep_telling(shared)),
        ]
        lanes = [group.create_task(run_sink(sink, shared)) for sink in shared.plan.sinks]
        readers = [group.create_task(run_source(source, shared)) for source in shared.plan.sources]
        over = group.create_task(_over(readers, lanes, shared))
        stopping = group.create_task(shared.stop.wait())
        await asyncio.wait({over, stopping}, return_when=asyncio.FIRST_COMPLETED)
        ended = over.done()
        if not ended:
            await _stop(readers, lanes, shared)
        for task in (*keepers, over, stopping):
            task.cancel()
    return ended


async def _over(readers: _Tasks, lanes: _Tasks, shared: Shared) -> None:
    """Return when all is delivered, under `until_drained`; otherwise never: what comes later is waited for."""
    if not shared.until_drained:
        await asyncio.Event().wait()
    await _all(readers)
    shared.feed.end()
    await _all(lanes)


async def _stop(readers: _Tasks, lanes: _Tasks, shared: Shared) -> None:
    """Close the sources, let lanes finish what is in flight, and cancel what outlasts the grace time."""
    for reader in readers:
        reader.cancel()
    await _all(readers, timeout=_GRACE_SECONDS)
    shared.feed.stop()
    await _all(lanes, timeout=_GRACE_SECONDS)
    for lane in lanes:
        lane.cancel()
    await _all(lanes)


async def _all(tasks: _Tasks, timeout: float | None = None) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)


def _all_done(shared: Shared, last: int) -> bool:
    return all(count.ended for count in shared.sources.values()) and all(
        count.position >= last and not count.failure for count in shared.sinks.values()
    )
