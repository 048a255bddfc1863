"""One partition on its way from the SDK to batches: bounded, in order, each message once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from siemcast.api import Batch, Logger, Partition
from siemcast_defender.streaming.parse import split
from siemcast_defender.streaming.position import Position, missed

BATCH_BYTES = 1_000_000
"""Most bytes of a batch, unless one message alone is longer: what the journal compresses and stores at a time."""
WAITING_BYTES = 2 * BATCH_BYTES
"""Most bytes that wait in a partition before the SDK is held back."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the SDK gave, as far as it matters here."""

    sequence: int
    offset: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Waiting:
    records: Sequence[bytes]
    size: int
    position: Position


class Intake:
    """Takes messages of one partition in, and hands batches over."""

    def __init__(self, partition: Partition, position: Position, passes: Callable[[bytes], bool] | None) -> None:
        self.partition = partition
        self.position = position
        """After the last message that was taken in."""
        self.handed = position
        """After the last message that was handed over in a batch."""
        self.alive = False
        """Whether the service was heard of with nothing new, since the last batch."""
        self.heard = False
        """Whether the SDK called, with messages or without; whoever watches takes it back."""
        self.fresh = True
        """Whether the journal may not know yet where the partition begins."""
        self._passes = passes
        self._waiting: deque[_Waiting] = deque()
        self._size = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    async def room(self) -> None:
        """Wait until there is room for one more message, or `nudge` is called."""
        await self._room.wait()

    def nudge(self) -> None:
        """Let who waits for room look whether he still should."""
        if not self._room.is_set():
            self._room.set()
            self._room.clear()

    def take_in(self, message: Message, log: Logger) -> bool:
        """Take a message in; gives False for one that came again. Gaps in the numbers are lost messages, and said."""
        if message.sequence <= self.position.sequence:
            return False
        report_loss(log, self, message.sequence, "gap")
        self.position = Position(message.offset, message.sequence)
        records = split(message.body)
        if self._passes:
            records = list(filter(self._passes, records))
        size = sum(map(len, records))
        self._waiting.append(_Waiting(records, size, self.position))
        self._size += size
        if self._size >= WAITING_BYTES:
            self._room.clear()
        return True

    def hand_over(self) -> Batch | None:
        """Give a batch of what waits, of BATCH_BYTES at most; without anything waiting, None."""
        if not self._waiting:
            return None
        records: list[bytes] = []
        size = 0
        while self._waiting and (not size or size + self._waiting[0].size <= BATCH_BYTES):
            first = self._waiting.popleft()
            records += first.records
            size += first.size
            self.handed = first.position
        self._size -= size
        if self._size < WAITING_BYTES:
            self._room.set()
        return self._batch(records)

    def sign_of_life(self) -> Batch | None:
        """Give an empty batch if the partition was heard of with nothing new."""
        if self._waiting or not (self.alive or self.fresh):
            return None
        return self._batch(())

    def begin(self, position: Position) -> None:
        """Forget what waits and go on elsewhere: after `handed`, or where another machine left off."""
        self._waiting.clear()
        self._size = 0
        self._room.set()
        self.position = self.handed = position
        self.fresh = True

    def move(self, position: Position) -> None:
        """Go on elsewhere, and keep what waits."""
        self.position = position

    def _batch(self, records: Sequence[bytes]) -> Batch:
        self.alive = self.fresh = False
        return Batch(self.partition, records, self.handed.cursor(), "hunting")


def report_loss(log: Logger, intake: Intake, sequence: int, cause: str) -> None:
    """Say loudly which messages were lost, when `sequence` is not the one after the last."""
    loss = missed(intake.position, sequence)
    if loss:
        facts = {"first": loss.first, "last": loss.last, "messages": loss.count, "cause": cause}
        hint = "read more often, or have the hub keep messages longer"
        log.error("messages_lost", partition=intake.partition, **facts, hint=hint)
