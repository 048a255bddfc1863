"""A plan of sources and sinks that live in a test: what it scripts comes in, what arrives is kept, time passes fast."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from siemcast.api import (
    Batch,
    BatchSettings,
    Context,
    Cursor,
    Encoded,
    Format,
    FormatSpec,
    Partition,
    Rejected,
    RetrySettings,
    SinkSettings,
    SinkSpec,
    SourceSettings,
    SourceSpec,
)
from siemcast.engine.outcome import Outcome
from siemcast.engine.plan import Plan, PlannedJournal, PlannedSink, PlannedSource, Route
from siemcast.engine.run import run
from siemcast.engine.world import World
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.schema import Document, Head, Record
from siemcast.testing.fakes import FakeLog

if TYPE_CHECKING:
    from siemcast.schema.mapping import TableMapping

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class PlainShape:
    """The shape of `{"id": ..., "table": ...}`."""

    name = "plain"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        return "id" in data

    def head(self, record: Record) -> Head:
        table = str(record.data.get("table", "Plain"))
        return Head(id=str(record.data["id"]), kind="event", table=table, time_ms=int(NOON.timestamp() * 1000))

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return data

    def mapping(self, table: str) -> TableMapping:
        raise LookupError(table)


class PlainFormat:
    """Sends records as they are."""

    def encode(self, record: Record) -> Sequence[Document]:
        return (Document(record.raw, record.head),)


PLAIN = PlainShape()


def record(number: int, **facts: Any) -> bytes:
    """Make a record whose id is a number."""
    return orjson.dumps({"id": number, **facts})


def batches(records: Sequence[bytes], size: int = 10, partition: str = "p") -> list[Batch]:
    """Cut records into batches whose cursors count the records before them."""
    return [
        Batch(Partition(partition), records[start : start + size], Cursor(str(start + size)), PLAIN.name)
        for start in range(0, len(records), size)
    ]


def apart(joinable: Sequence[Batch]) -> list[Batch]:
    """Put each batch into a partition of its own, so that the journal keeps them as separate entries."""
    return [replace(batch, partition=Partition(f"p{index}")) for index, batch in enumerate(joinable)]


@dataclass(slots=True)
class ListSource:
    """Yields batches after the cursor; then ends, or, told to stay, waits for ever."""

    given: Sequence[Batch] = ()
    stay: bool = False
    before: Callable[[Batch], Awaitable[None]] | None = None
    """Awaited before each batch: where a test makes it fail or wait."""
    reads: int = 0

    async def check(self) -> None:
        return None

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        self.reads += 1
        for batch in self.given:
            if int(batch.cursor) > int(resume.get(batch.partition, "0")):
                if self.before is not None:
                    await self.before(batch)
                yield batch
        if self.stay:
            await asyncio.Event().wait()


Reply = Callable[[Sequence[Document]], Awaitable[Sequence[Rejected]]]


@dataclass(slots=True)
class KeepingSink:
    """Keeps what it accepts; `reply` decides first, by returning refusals or raising."""

    reply: Reply | None = None
    accepted: list[bytes] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    """How many documents each call had."""

    async def check(self) -> None:
        return None

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        self.calls.append(len(batch.documents))
        rejected = await self.reply(batch.documents) if self.reply else ()
        refused = {verdict.index for verdict in rejected}
        self.accepted += [one.body for index, one in enumerate(batch.documents) if index not in refused]
        return rejected

    @property
    def ids(self) -> list[int]:
        """The ids of the records accepted, in the order of their arrival."""
        return [orjson.loads(body)["id"] for body in self.accepted]


def planned_source(name: str, source: ListSource) -> PlannedSource:
    """Plan a source that is open already."""

    @asynccontextmanager
    async def opened(settings: SourceSettings, context: Context) -> AsyncIterator[ListSource]:
        yield source

    spec = SourceSpec(kind="list", summary="A list", settings=SourceSettings, open=opened, shapes=(PLAIN,))
    return PlannedSource(name=name, spec=spec, settings=SourceSettings(kind="list"))


def planned_sink(
    name: str,
    sink: KeepingSink,
    *,
    records: int = 10,
    in_flight: int = 4,
    ordered: bool = False,
    retry: RetrySettings | None = None,
    format: Callable[[], Format] = PlainFormat,  # noqa: A002 - what users call it
) -> PlannedSink:
    """Plan a sink that is open already."""

    @asynccontextmanager
    async def opened(settings: SinkSettings, context: Context) -> AsyncIterator[KeepingSink]:
        yield sink

    settings = SinkSettings(
        kind="keeping",
        format="plain",
        batch=BatchSettings(records=records, wait=timedelta(milliseconds=1)),
        in_flight=in_flight,
        retry=retry or RetrySettings(),
    )
    spec = SinkSpec(
        kind="keeping", summary="Keeps", settings=SinkSettings, open=opened, duplicates="possible", ordered=ordered
    )
    formats = FormatSpec(name="plain", summary="As it came", open=lambda options: format())
    return PlannedSink(name=name, spec=spec, settings=settings, format=formats)


def plan(
    state: Path,
    sources: Sequence[PlannedSource],
    sinks: Sequence[PlannedSink],
    routes: Sequence[Route] | None = None,
    **facts: Any,
) -> Plan:
    """Plan a run, with every source routed to every sink unless told otherwise."""
    everything = Route(sources=[source.name for source in sources], sinks=[sink.name for sink in sinks])
    return Plan(
        **{
            "state": state,
            "journal": PlannedJournal(spec=SPEC, settings=SqliteSettings()),
            "sources": sources,
            "sinks": sinks,
            "routes": [everything] if routes is None else routes,
            "shapes": {"list": (PLAIN,)},
            **facts,
        }
    )


class BriskClock:
    """A clock that sleeping moves: a second takes a millisecond, and the time told agrees with what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.set_by = timedelta(0)
        """How far somebody has set it on (or back) since."""
        self._time = NOON

    def now(self) -> datetime:
        return self._time + self.set_by

    def elapsed(self) -> float:
        return (self._time - NOON).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self._time + timedelta(seconds=seconds)
        await asyncio.sleep(seconds / 1000)
        self._time = max(self._time, until)


def brisk_world(clock: BriskClock | None = None, log: FakeLog | None = None) -> World:
    """Make a world in which waiting is short."""
    clock = clock or BriskClock()
    return World(log=log or FakeLog(), now=clock.now, elapsed=clock.elapsed, sleep=clock.sleep, random=random.Random(7))  # noqa: S311 - a test's dice


def drain(planned: Plan, world: World | None = None, *, stop: asyncio.Event | None = None) -> Outcome:
    """Run a plan until drained, for at most half a minute."""

    async def bounded() -> Outcome:
        async with asyncio.timeout(30):
            return await run(planned, world=world or brisk_world(), until_drained=True, stop=stop)

    return asyncio.run(bounded())
