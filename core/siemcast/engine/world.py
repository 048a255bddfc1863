"""What the engine takes of the world: a clock, sleep, randomness and a log, so that tests pass the time themselves."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from siemcast.api import Logger


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Lent to every part of the engine, and through the Context to every plugin."""

    log: Logger
    now: Callable[[], datetime]
    elapsed: Callable[[], float]
    """Seconds of a clock that nobody sets: what is waited or measured must not depend on one that may jump."""
    sleep: Callable[[float], Awaitable[None]]
    random: random.Random


def real_world(log: Logger) -> World:
    """Give the machine's clock and its randomness."""
    return World(log=log, now=_now, elapsed=time.monotonic, sleep=asyncio.sleep, random=random.SystemRandom())


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one clock that all others are lent from


async def sleep_unless(stop: asyncio.Event, world: World, seconds: float) -> bool:
    """Sleep, but no longer than until `stop` is set; says whether the sleep was slept to its end."""
    if stop.is_set():
        return False
    sleeping = asyncio.ensure_future(world.sleep(seconds))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({sleeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sleeping, stopping):
            task.cancel()
        await asyncio.gather(sleeping, stopping, return_exceptions=True)
    return not stop.is_set()
