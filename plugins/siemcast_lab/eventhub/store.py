"""Hubs, their partitions and what they keep: an ordered log with retention, bounded in memory."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from siemcast_lab.eventhub.wire import stamp

_OVERHEAD = 24
"""Bytes by which offsets grow beyond a message's own, so that nobody takes an offset for a count."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as it is kept."""

    offset: int
    enqueued_ms: int
    raw: bytes


_OFFSET, _TIME = attrgetter("offset"), attrgetter("enqueued_ms")


@dataclass(slots=True)
class Partition:
    """An ordered log; sequence numbers are gapless, offsets opaque and growing."""

    id: str
    max_bytes: int
    offset_prefix: str = ""
    """Geo-replicated namespaces have offsets that are no numbers: a prefix makes them so."""
    first: int = 0
    """Sequence number of the oldest message that is kept."""
    size: int = 0
    _log: list[Stored] = field(default_factory=list)
    _next_offset: int = 0
    _last: Stored | None = None

    @property
    def next(self) -> int:
        """The sequence number that the next message gets."""
        return self.first + len(self._log)

    @property
    def empty(self) -> bool:
        return not self._log

    @property
    def last_offset(self) -> str:
        """Offset of the newest message ever, `-1` when there never was one."""
        return self._text(self._last.offset) if self._last else "-1"

    @property
    def last_ms(self) -> int:
        return self._last.enqueued_ms if self._last else 0

    def append(self, raw: bytes, now_ms: int) -> None:
        """Keep a message, and let the oldest go when the partition is over its size."""
        stamped = stamp(raw, self.next, self._text(self._next_offset), now_ms)
        self._last = Stored(self._next_offset, now_ms, stamped)
        self._log.append(self._last)
        self._next_offset += len(raw) + _OVERHEAD
        self.size += len(stamped)
        if self.size > self.max_bytes:
            self._shrink()

    def trim(self, keep: int) -> None:
        """Let retention take all but the newest `keep` messages."""
        gone = max(0, len(self._log) - keep)
        self.size -= sum(len(stored.raw) for stored in self._log[:gone])
        del self._log[:gone]
        self.first += gone

    def message(self, sequence: int) -> bytes:
        """Give a kept message as it travels. Raises IndexError for one that is not kept."""
        return self._log[sequence - self.first].raw

    def position(self, column: str, operator: str, value: str) -> int:
        """Give the sequence number at which a selector starts. Raises ValueError for what is no position."""
        if value == "@latest":
            return self.next
        wanted = int(value.removeprefix(self.offset_prefix))
        if column == "offset" and wanted >= self._next_offset:
            raise ValueError(f"The supplied offset '{value}' is invalid; the last one is '{self.last_offset}'")
        if column == "sequence-number":
            return min(max(wanted + (operator == ">"), self.first), self.next)
        search = bisect_left if operator == ">=" else bisect_right
        return self.first + search(self._log, wanted, key=_OFFSET if column == "offset" else _TIME)

    def _text(self, offset: int) -> str:
        return f"{self.offset_prefix}{offset}"

    def _shrink(self) -> None:
        spare = max(1, len(self._log) // 10)  # a tenth at a time: deleting from a list's front moves all the rest
        while self.size > self.max_bytes and len(self._log) > 1:
            self.trim(max(1, len(self._log) - spare))


class Hub:
    """A hub: partitions, and the consumer groups that may read it."""

    def __init__(self, name: str, partitions: int, groups: Iterable[str], max_bytes: int, offset_prefix: str) -> None:
        self.name = name
        self.groups = {group.lower() for group in groups}
        each = max_bytes // partitions
        self.partitions = [Partition(str(index), each, offset_prefix) for index in range(partitions)]
        self._turn = 0

    def partition(self, id: str) -> Partition | None:  # noqa: A002 - the service's own name for it
        return next((partition for partition in self.partitions if partition.id == id), None)

    def choose(self, key: str | None) -> Partition:
        """Give the partition of a key; without one, each in turn."""
        if key is not None:
            return self.partitions[zlib.crc32(key.encode()) % len(self.partitions)]
        self._turn += 1
        return self.partitions[self._turn % len(self.partitions)]
