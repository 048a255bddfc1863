"""Every built-in source keeps the contract of sources, against the lab's tenant."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from siemcast.api import SourceSpec
from siemcast.registry import load_registry
from siemcast.testing import FakeContext, FakeTenant, SourceContract, SourceStage
from siemcast_defender.shapes import HUNTING
from siemcast_lab.eventhub import eventhub_lab
from siemcast_lab.graph import LabGraph, Quirks, Store, graph_app
from siemcast_lab.serve import serve

HUB = "insights-logs-advancedhunting"


def source(kind: str) -> SourceSpec[Any]:
    """Give the spec that an installed siemcast would use."""
    return load_registry().source(kind)


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Give made-up streamed records."""
    for number in range(count):
        properties = {"Timestamp": "2026-11-21T11:59:00.1234567Z", "DeviceName": "wks-1", "ReportId": number}
        yield {"time": "2026-11-21T12:00:00Z", "category": "AdvancedHunting-DeviceInfo", "properties": properties}


def thing(number: int, **more: Any) -> dict[str, Any]:
    """Give a made-up Graph object; every tenth shares its time with the one before it."""
    time = f"2026-11-20T{number // 60 % 24:02}:{(number - number % 10 // 9) % 60:02}:00.1234567Z"
    return {"id": str(number), "createdDateTime": time, "lastUpdateDateTime": time, "severity": "high", **more}


class OnGraph(SourceContract):
    """What both of Graph's lists have in common."""

    __test__ = False
    uses_http = True
    settings = {"tenant": "contoso"}

    def fill(self, store: Store) -> Counter[bytes]:
        """Put objects into a store, and give the bytes that a source shall yield."""
        raise pytest.skip.Exception("a base only")

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SourceStage, None]:
        store = Store()
        expected = self.fill(store)
        graph = LabGraph(store, Quirks(clamp=25, clamp_varies=True))
        async with serve(graph_app(graph)) as url:
            context = FakeContext(tenants={"contoso": FakeTenant(base_url=url)})
            yield SourceStage(self.load(), expected, context)


class TestIncidents(OnGraph):
    __test__ = True
    spec = source("defender.incidents")

    def fill(self, store: Store) -> Counter[bytes]:
        for number in range(130):
            store.put_incident(thing(number, status="active"))
        return Counter(entry.body.removesuffix(b"}") + b',"alerts":[]}' for entry in store.incidents.entries.values())


class TestAlerts(OnGraph):
    __test__ = True
    spec = source("defender.alerts")

    def fill(self, store: Store) -> Counter[bytes]:
        for number in range(330):
            store.put_alert(thing(number, status="new", incidentId="1"))
        return Counter(entry.body for entry in store.alerts.entries.values())


class TestStreaming(SourceContract):
    spec = source("defender.streaming")
    settings = {"connection_string": "Endpoint=sb://ns.invalid/;SharedAccessKey=conformance", "hubs": [HUB]}

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SourceStage, None]:
        async with eventhub_lab({HUB: 2}) as lab:
            records = [orjson.dumps(row) for row in rows(120)]
            for start in range(0, len(records), 4):
                lab.publish(HUB, None, b'{"records":[' + b",".join(records[start : start + 4]) + b"]}")
            settings = self.load(connection_string=lab.connection_string)
            yield SourceStage(settings, Counter(records))


class TestReplay(SourceContract):
    spec = source("replay.file")
    settings = {"path": "archive.jsonl", "kind_of_record": "defender.streaming"}

    @pytest.fixture(autouse=True)
    def _archive(self, tmp_path: Path) -> None:
        self.path = tmp_path / "archive.jsonl"

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SourceStage, None]:
        records = [orjson.dumps(row) for row in rows(5000)]
        self.path.write_bytes(b"".join(record + b"\n" for record in records))
        context = FakeContext(known_shapes={"defender.streaming": [HUNTING]})
        yield SourceStage(self.load(path=str(self.path)), Counter(records), context)


def test_no_built_in_source_is_missing_here() -> None:
    suites = [*SourceContract.__subclasses__(), *OnGraph.__subclasses__()]
    checked = {suite.spec.kind for suite in suites if hasattr(suite, "spec")}
    assert checked >= set(load_registry().sources.names())
