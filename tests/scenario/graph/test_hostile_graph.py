"""A whole tenant through a hostile Graph, over loopback, with the real HTTP client."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from siemcast.api import Cursor, Partition, SourceSpec, Tls
from siemcast.errors import Transient
from siemcast.kit.http import open_client
from siemcast.testing.fakes import FakeContext, FakeTenant
from siemcast_defender import alerts, incidents
from siemcast_lab.graph import LabGraph, Quirks, Store, graph_app
from siemcast_lab.serve import serve

HOSTILE = Quirks(
    throttled=0.03,
    throttled_bare=0.02,
    throttled_date=0.03,
    failing=0.05,
    torn=0.04,
    cut=0.03,
    dropped=0.03,
    valueless=0.02,
    slow=0.02,
    slow_seconds=0.01,
    unauthorised=1,
    next_link="sometimes",
    expand_fails=frozenset({"incident-1234"}),
    single_fails=frozenset({"incident-1234"}),
    clock_skew=-90.0,
)
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(slots=True)
class RealContext(FakeContext):
    """A test's clock and sleep, with the real HTTP client."""

    http_errors: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def http(
        self, *, base_url: str = "", tls: Tls | None = None, timeout: float = 30.0
    ) -> AsyncGenerator[httpx.AsyncClient, None]:
        async with open_client(base_url=base_url, tls=tls, timeout=timeout) as client:
            yield client


def stamp(moment: datetime, digit: int) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{digit}Z"


def filled(dice: random.Random) -> Store:
    """Hold 3,000 incidents and 8,000 alerts, with bulk updates that share one timestamp, and odd records."""
    store = Store()
    bulk = START - timedelta(days=2, microseconds=123)
    for number in range(3000):
        moment = bulk if 500 <= number < 900 else START - timedelta(seconds=dice.uniform(60, 6 * 86400))
        created = stamp(moment - timedelta(seconds=number), 3)
        row = {"id": f"incident-{number}", "createdDateTime": created, "lastUpdateDateTime": stamp(moment, number % 3)}
        store.put_incident({**row, "status": "awaitingAction" if number % 7 == 0 else "active"})
    for number in range(8000):
        moment = START - timedelta(seconds=dice.uniform(60, 6 * 86400))
        created = stamp(moment - timedelta(hours=1), 7)
        row = {"id": f"alert-{number}", "createdDateTime": created, "lastUpdateDateTime": stamp(moment, number % 10)}
        if number % 3000 == 1234:
            row["lastUpdateDateTime"] = str(store.incidents.entries["incident-1234"].data["lastUpdateDateTime"])
        store.put_alert({**row, "incidentId": f"incident-{number % 3000}", "title": "\0 \U0001f600 "[number % 3]})
    store.put_incident({"id": "future", "lastUpdateDateTime": "2036-01-01T00:00:00Z", "title": "x" * 100_000})
    store.put_incident({"id": "timeless"})
    return store


def change(graph: LabGraph) -> None:
    """Update an incident and an alert while they are read, up to a number; some are committed late."""
    if graph.number % 3 or graph.number > 240:
        return
    moment = START + timedelta(milliseconds=graph.number)
    for shelf, put in ((graph.store.incidents, graph.store.put_incident), (graph.store.alerts, graph.store.put_alert)):
        entry = shelf.entries[graph.random.choice(list(shelf.entries))]
        late = graph.number + graph.random.randrange(6)
        put({**entry.data, "lastUpdateDateTime": stamp(moment, 5), "status": "resolved"}, late)


async def journalled(spec: SourceSpec[Any], context: FakeContext, dice: random.Random) -> list[bytes]:
    """Read to the end, through errors, and killed now and then, until nothing new has come twice in a row."""
    settings = spec.settings.model_validate({"kind": spec.kind, "tenant": "contoso"})
    cursors: dict[Partition, Cursor] = {}
    journal: list[bytes] = []
    idle = 0
    while idle < 2:
        before, most = len(journal), dice.randrange(5, 60)
        async with spec.open(settings, context) as source, aclosing(source.read(dict(cursors))) as batches:
            try:
                async for batch in batches:
                    journal += batch.records
                    cursors[batch.partition] = batch.cursor
                    if (most := most - 1) == 0:
                        break
                else:
                    idle = idle + 1 if len(journal) == before else 0
            except Transient as error:
                await context.sleep(error.retry_after or 1.0)
    return journal


def test_a_hostile_tenant_arrives_complete_and_once_within_a_bounded_number_of_requests() -> None:
    async def scenario() -> None:
        dice = random.Random(11)
        context = RealContext(time=START)
        graph = LabGraph(filled(dice), HOSTILE, seed=5, now=context.now, authorise=lambda token: token == "token-1")
        graph.before_request = change
        async with serve(graph_app(graph)) as url:
            context.tenants = {"contoso": FakeTenant(base_url=url)}
            for module, shelf in ((incidents, graph.store.incidents), (alerts, graph.store.alerts)):
                journal = await journalled(next(iter(module.register_sources())), context, dice)
                rows = [orjson.loads(record) for record in journal]
                arrived = Counter((row["id"], row.get("lastUpdateDateTime")) for row in rows)
                final = {(id_, entry.data.get("lastUpdateDateTime")) for id_, entry in shelf.entries.items()}
                assert final <= set(arrived)
                assert max(arrived.values()) == 1
                assert not any("unknownFutureValue" in row.values() for row in rows)
                if module is incidents:
                    assert all("alerts" in row for row in rows)
                    assert sum(len(row["alerts"]) for row in rows if row["id"] == "incident-1234") >= 2
        assert len(graph.seen) < 1200

    asyncio.run(scenario())
