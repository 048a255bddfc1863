"""Whatever Graph does, every final version of every record is journalled, and no version twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemcast.api import Cursor, Partition, SourceSpec
from siemcast.errors import Transient
from siemcast.testing.fakes import FakeContext
from siemcast_defender import alerts, incidents
from siemcast_lab.graph import LabGraph, Quirks, Store
from siemcast_lab.graph.quirks import DefaultOrder, NextLink, Order
from siemcast_lab.graph.transport import transport

RATES = st.sampled_from((0.0, 0.0, 0.1, 0.25))
ORDERS: st.SearchStrategy[Order] = st.sampled_from(("honoured", "ignored", "refused"))
DEFAULTS: st.SearchStrategy[DefaultOrder] = st.sampled_from(("newest", "oldest", "shuffled"))
LINKS: st.SearchStrategy[NextLink] = st.sampled_from(("never", "always", "sometimes", "elsewhere", "circular"))


@st.composite
def some_quirks(draw: st.DrawFn) -> Quirks:
    clamp = draw(st.none() | st.integers(3, 7))
    return Quirks(
        order=draw(ORDERS),
        default_order=draw(DEFAULTS),
        next_link=draw(LINKS),
        clamp=clamp,
        clamp_varies=draw(st.booleans()),
        throttled=draw(RATES) / 2,
        throttled_date=draw(RATES) / 2,
        failing=draw(RATES) / 2,
        torn=draw(RATES) / 2,
        dropped=draw(RATES) / 2,
        unauthorised=draw(st.integers(0, 1)),
        clock_skew=draw(st.sampled_from((0.0, 0.0, -7200.0, 7200.0))),
        expand_fails=draw(st.sampled_from((frozenset(), frozenset({"3"})))),
    )


def spec_of(module: Any) -> SourceSpec[Any]:
    return next(iter(module.register_sources()))


@dataclass
class World:
    """A tenant that changes while it is read, and the journal of one source."""

    spec: SourceSpec[Any]
    quirks: Quirks
    page_size: int
    seed: int
    changes: int
    settings: dict[str, str] = field(default_factory=dict)
    context: FakeContext = field(default_factory=FakeContext)
    journal: list[bytes] = field(default_factory=list)
    cursors: dict[Partition, Cursor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.graph = LabGraph(Store(), self.quirks, seed=self.seed, now=self.context.now)
        self.put: Callable[..., None] = self.graph.store.put_alert
        self.shelf = self.graph.store.alerts
        if self.spec.kind == "defender.incidents":
            self.put, self.shelf = self.graph.store.put_incident, self.graph.store.incidents
        self.graph.before_request = self.between_requests
        self.context.transport = transport(self.graph)
        moments = [self.context.now() - timedelta(seconds=self.dice.uniform(1, 5 * 86400)) for _ in range(6)]
        for number in range(self.dice.randrange(70)):
            when = self.dice.choice((self.dice.choice(moments), moments[0], self.context.now()))
            created = self.dice.choice((when, when - timedelta(seconds=self.dice.randrange(5))))
            self.put(self.record(str(number), when, created, self.dice.randrange(3)))
        if self.dice.random() < 0.3:
            self.put(self.record("future", self.context.now() + timedelta(days=3650)))
        if self.dice.random() < 0.3:
            self.put({"id": "timeless", "title": "has no time"})

    def record(self, id_: str, when: datetime, created: datetime | None = None, digit: int = 0) -> dict[str, Any]:
        """Make a record; a digit below the microsecond is what datetime would lose."""
        updated = f"{when:%Y-%m-%dT%H:%M:%S.%f}{digit}Z"
        begun = f"{created or when:%Y-%m-%dT%H:%M:%S.%f}0Z"
        return {"id": id_, "createdDateTime": begun, "lastUpdateDateTime": updated, "status": "new"}

    def between_requests(self, graph: LabGraph) -> None:
        """Pass a second, and change something: a new version, a new record, or one that is committed late."""
        self.context.time += timedelta(seconds=1)
        if self.changes <= 0 or self.dice.random() < 0.5:
            return
        self.changes -= 1
        now, id_ = self.context.now(), f"new-{self.changes}"
        match self.dice.randrange(3):
            case 0 if self.shelf.entries:
                self.put(self.record(self.dice.choice(list(self.shelf.entries)), now))
            case 1:
                late = now - timedelta(seconds=self.dice.randrange(100))
                self.put(self.record(id_, late), graph.number + self.dice.randrange(1, 10))
            case _:
                self.put(self.record(id_, now))

    async def read(self, batches: int) -> int:
        """Journal at most so many batches, through errors as the engine does, and die; gives how many records came."""
        before = len(self.journal)
        loaded = self.spec.settings.model_validate(
            {"kind": self.spec.kind, "tenant": "contoso", "page_size": self.page_size, **self.settings}
        )
        for _ in range(1000):
            try:
                async with (
                    self.spec.open(loaded, self.context) as source,
                    aclosing(source.read(dict(self.cursors))) as found,
                ):
                    async for batch in found:
                        if batches == 0:
                            return len(self.journal) - before  # killed before this batch was stored
                        batches -= 1
                        self.journal += batch.records
                        self.cursors[batch.partition] = batch.cursor
                return len(self.journal) - before
            except Transient as error:
                await self.context.sleep(error.retry_after or 1.0)
        raise AssertionError("a thousand errors, and no end")

    async def read_to_the_end(self) -> None:
        while self.changes > 0 or any(entry.visible_from > self.graph.number for entry in self.shelf.entries.values()):
            await self.read(self.dice.randrange(8))
        while await self.read(10**9):
            pass


def versions(records: list[bytes]) -> Counter[tuple[str, str]]:
    rows = [orjson.loads(record) for record in records]
    return Counter((row["id"], row.get("lastUpdateDateTime", "")) for row in rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from((incidents, alerts)),
    quirks=some_quirks(),
    page_size=st.integers(3, 12),
    seed=st.integers(0, 2**32),
    changes=st.integers(0, 25),
    settle=st.sampled_from(("0s", "0s", "1m", "20m")),
)
def test_every_final_version_is_journalled_and_no_version_twice(
    kind: Any, quirks: Quirks, page_size: int, seed: int, changes: int, settle: str
) -> None:
    chosen = {"settle": settle, "overlap": "12m"} if kind is incidents else {}
    world = World(spec_of(kind), quirks, page_size, seed, changes, chosen)
    asyncio.run(world.read_to_the_end())
    journalled = versions(world.journal)
    final = {(id_, str(entry.data.get("lastUpdateDateTime", ""))) for id_, entry in world.shelf.entries.items()}
    assert final <= set(journalled)
    assert max(journalled.values(), default=1) == 1
