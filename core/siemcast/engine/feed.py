"""Gives lanes the journal's entries: from memory to those that keep up, so that a record is parsed once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siemcast.api.journal import Entry, Journal
from siemcast.engine.unknown import UnknownShape
from siemcast.errors import Permanent
from siemcast.schema import Record, RecordShape

_CACHE_BYTES = 3_000_000
"""Raw bytes kept for lanes in step; parsed, as those are that a lane is at work on, they are some eight times that."""
_ROOM_BYTES = 1_000_000
"""What one batch takes at most, as a rule."""
_PATIENCE = 0.25
"""Seconds that sources wait for lanes that take nothing."""
_READ_BYTES = 1_000_000


@dataclass(slots=True)
class Step:
    """One entry on its way through the lanes, or a stretch of the journal that holds nothing any more."""

    seq: int
    entry: Entry | None
    records: Sequence[Record]
    size: int = 0
    takers: int = 0
    """How many lanes have not taken it yet."""


class Feed:
    """Shared by all lanes of a run."""

    def __init__(self, journal: Journal, shapes: Mapping[str, RecordShape], *, last: int, lanes: int) -> None:
        self.last = last
        """Highest seq known to be in the journal."""
        self._journal = journal
        self._shapes = shapes
        self._lanes = lanes
        self._cache: dict[int, Step] = {}
        """By the seq that a step follows upon, oldest first."""
        self._cached_bytes = 0
        self._news = asyncio.Event()
        self._taken = asyncio.Event()
        self._stuck = False
        self._reading = asyncio.Lock()
        self._ended = self._stopped = False

    def publish(self, entry: Entry) -> float | None:
        """Tell lanes of an entry just journalled; gives the time of its last record (seconds), where that has one.

        It is remembered only where nobody else can have written between it and what was known before.
        """
        step = self._step(entry)
        if entry.seq == self.last + 1:
            self._remember(self.last, step)
        self.announce(entry.seq)
        return _event_time(step.records[-1]) if step.records else None

    async def room(self) -> None:
        """Let lanes that keep up take from memory what sources would push out of it, to be read from disk again.

        No sink holds a source back by this: one lane that keeps up is enough, and where none takes anything for a
        moment sources wait no more until one does.
        """
        while self._crowded() and not self._stuck:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._taken.wait()
            except TimeoutError:
                self._stuck = True

    def _crowded(self) -> bool:
        """Say whether the next batch would push out what no lane has taken yet."""
        if self._cached_bytes + _ROOM_BYTES <= _CACHE_BYTES:
            return False
        oldest = next(iter(self._cache.values()), None)
        return oldest is not None and oldest.takers == self._lanes and self._lanes > 0

    def announce(self, last: int) -> None:
        """Tell lanes how far the journal goes."""
        if last > self.last:
            self.last = last
            self._wake()

    def end(self) -> None:
        """Say that nothing more will come: lanes end once they have taken all."""
        self._ended = True
        self._wake()

    def stop(self) -> None:
        """Let lanes end without taking more."""
        self._stopped = True
        self._wake()

    async def more(self, after: int, within: float) -> None:
        """Return when there is something after a seq, when nothing more will come, or after so many seconds."""
        try:
            async with asyncio.timeout(within):
                while self._quiet(after):
                    await self._news.wait()
        except TimeoutError:
            return

    async def next(self, after: int) -> Step | None:
        """Wait for what follows a seq; None when nothing more will come. Raises what reading the journal does."""
        while self._quiet(after):
            await self._news.wait()
        if self._stopped or self.last <= after:
            return None
        if after not in self._cache:
            await self._read(after)
        return self._take(after)

    def _quiet(self, after: int) -> bool:
        return self.last <= after and not self._ended and not self._stopped

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _read(self, after: int) -> None:
        async with self._reading:
            if after in self._cache:
                return
            last = self.last
            entries = await self._journal.read(after, _READ_BYTES)
            if not entries:
                self._remember(after, Step(last, None, ()))
            for entry in entries:
                self._remember(after, self._step(entry))
                after = entry.seq
            self.announce(after)

    def _step(self, entry: Entry) -> Step:
        shape = self._shapes.get(entry.shape) or UnknownShape(entry.shape)
        received = int(entry.time.timestamp() * 1000)
        records = [Record(raw, shape, received) for raw in entry.records]
        return Step(entry.seq, entry, records, sum(map(len, entry.records)))

    def _remember(self, after: int, step: Step) -> None:
        self._forget(after)
        step.takers = self._lanes
        self._cache[after] = step
        self._cached_bytes += step.size
        while self._cached_bytes > _CACHE_BYTES and len(self._cache) > 1:
            self._forget(next(iter(self._cache)))

    def _forget(self, after: int) -> None:
        if (step := self._cache.pop(after, None)) is not None:
            self._cached_bytes -= step.size

    def _take(self, after: int) -> Step:
        step = self._cache[after]
        step.takers -= 1
        self._stuck = False
        self._taken.set()
        self._taken = asyncio.Event()
        if step.takers <= 0:
            self._forget(after)
        return step


def _event_time(record: Record) -> float | None:
    try:
        return record.head.time_ms / 1000
    except (Permanent, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
