"""One source's way into the journal, and the errors on it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import aclosing
from dataclasses import dataclass

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.api.journal import Journal
from siemcast.engine.backoff import Attempts
from siemcast.engine.feed import Feed
from siemcast.engine.gate import Gate
from siemcast.engine.intake import intake
from siemcast.engine.plan import PlannedSource
from siemcast.engine.retrier import Retrier
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics


@dataclass(slots=True)
class SourceCount:
    """What one source gave in this run."""

    batches: int = 0
    """Empty ones included: they say that the source is well."""
    records: int = 0
    bytes: int = 0
    ended: bool = False
    """Whether it gave all that there is."""
    failure: str = ""
    """Why it stopped before its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderTools:
    """What a reader works with."""

    journal: Journal
    feed: Feed
    gate: Gate
    retrier: Retrier
    appender: Retrier
    """Repeats what the journal could not do."""
    health: Health
    metrics: Metrics


class Reader:
    """Runs one source."""

    def __init__(self, source: PlannedSource, context: Context, tools: ReaderTools, count: SourceCount) -> None:
        self._source = source
        self._context = context
        self._tools = tools
        self._count = count
        self._attempts = Attempts()
        self._cursors: dict[Partition, Cursor] = {}
        """As stored, so that an empty batch that moves none costs no write."""
        self._records = tools.metrics.source_records.labels(source.name)
        self._bytes = tools.metrics.source_bytes.labels(source.name)
        self._newest = tools.metrics.source_newest.labels(source.name)

    async def run(self) -> None:
        """Read until the source ends, opening it again from the stored cursors after every error. Raises PartBroken."""
        await self._tools.retrier.until_done(self._session, attempts=self._attempts, permanent=())
        self._count.ended = True
        self._tools.health.over(self._tools.retrier.part)

    async def _session(self) -> None:
        async with self._source.spec.open(self._source.settings, self._context) as source:
            resume = await self._tools.journal.cursors(self._source.name)
            self._cursors = dict(resume)
            async with intake(self._store) as taken, aclosing(source.read(resume)) as batches:
                async for batch in batches:
                    await taken.put(_sound(batch))
                    await self._tools.gate.passable()

    async def _store(self, batch: Batch) -> None:
        """Write a batch down. Where the disk is full the batch waits here, and its source with it."""
        tools = self._tools
        entry = None
        if batch.records or self._cursors.get(batch.partition) != batch.cursor:
            entry = await tools.appender.until_done(lambda: tools.journal.append(self._source.name, batch))
            self._cursors[batch.partition] = batch.cursor
        self._attempts.reset()
        tools.health.well(tools.retrier.part)
        self._count.batches += 1
        if entry is None:
            return
        size = sum(map(len, batch.records))
        self._count.records += len(batch.records)
        self._count.bytes += size
        self._records.inc(len(batch.records))
        self._bytes.inc(size)
        if (newest := tools.feed.publish(entry)) is not None:
            self._newest.set(newest)
        await tools.gate.appended(size)
        await tools.feed.room()


def _sound(batch: Batch) -> Batch:
    """Give the batch back. Raises TypeError for what the journal could not keep, while it is known whose it is."""
    texts = map(type, (batch.partition, batch.cursor, batch.shape))
    _refuse("a batch's partition, cursor and shape are str", {kind for kind in texts if not issubclass(kind, str)})
    _refuse("records are bytes", set(map(type, batch.records)) - {bytes})
    return batch


def _refuse(rule: str, odd: Collection[type]) -> None:
    if odd:
        raise TypeError(f"{rule}, not {', '.join(sorted(kind.__name__ for kind in odd))}")
