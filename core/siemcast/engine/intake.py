"""Between a source and the journal: what comes while one write is on its way to the disk becomes the next write."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from siemcast.api import Batch, Partition

_MOST_BYTES = 1_000_000
"""Raw bytes that may wait for the write under way, and the most that one write joins."""
Store = Callable[[Batch], Awaitable[None]]


class Intake:
    """Stores batches in order within each partition, joining small ones, since a write costs what a sync costs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[Batch] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, batch: Batch) -> None:
        """Take a batch over; returns at once unless much is waiting. Raises what storing an earlier one raised."""
        self._waiting.append(batch)
        if self._task is None or self._task.done():
            await self.flush()
            self._task = asyncio.create_task(self._store_all())
        if sum(map(_size, self._waiting)) > _MOST_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Return when all that was put is stored."""
        if self._task is not None:
            await self._task

    async def cancel(self) -> None:
        """Let go of what is not stored: its cursors are not either."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _store_all(self) -> None:
        while self._waiting:
            joined = join(self._waiting)
            if len(joined) == 1:
                await self._store(joined[0])
                continue
            async with asyncio.TaskGroup() as group:
                for batch in joined:
                    group.create_task(self._hand_over(batch))

    async def _hand_over(self, batch: Batch) -> None:
        await self._store(batch)


@asynccontextmanager
async def intake(store: Store) -> AsyncIterator[Intake]:
    """Open an intake; all is stored when the context ends, also by a source's error, unless it is cancelled."""
    opened = Intake(store)
    try:
        try:
            yield opened
        except Exception:
            await opened.flush()
            raise
        await opened.flush()
    finally:
        await opened.cancel()


def join(waiting: deque[Batch]) -> Sequence[Batch]:
    """Take from the waiting batches one for each partition, joined of what follows one another there.

    Batches of one partition never go into two writes of the same moment: the second could outlive the first.
    """
    joined: dict[Partition, Batch] = {}
    size = 0
    while waiting:
        batch = waiting[0]
        before = joined.get(batch.partition)
        if before is not None and (size + _size(batch) > _MOST_BYTES or not _alike(before, batch)):
            break
        size += _size(batch)
        joined[batch.partition] = batch if before is None else _both(before, batch)
        waiting.popleft()
    return list(joined.values())


def _alike(first: Batch, second: Batch) -> bool:
    return first.shape == second.shape or not first.records or not second.records


def _both(first: Batch, second: Batch) -> Batch:
    shape = second.shape if second.records else first.shape
    return Batch(second.partition, [*first.records, *second.records], second.cursor, shape)


def _size(batch: Batch) -> int:
    return sum(map(len, batch.records))
