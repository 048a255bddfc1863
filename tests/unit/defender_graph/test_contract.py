"""defender.incidents and defender.alerts keep the contract of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from siemcast.testing import SourceContract
from siemcast.testing.fakes import FakeContext
from siemcast.testing.source import SourceStage
from siemcast_defender import alerts, incidents
from siemcast_lab.graph import LabGraph, Quirks, Store
from siemcast_lab.graph.transport import transport


@asynccontextmanager
async def stage(settings: Any, quirks: Quirks) -> AsyncGenerator[SourceStage, None]:
    context = FakeContext()
    store = Store()
    for number in range(130):
        when = f"{context.now() - timedelta(minutes=number // 2):%Y-%m-%dT%H:%M:%S}.1234567Z"
        record = {"id": str(number), "createdDateTime": when, "lastUpdateDateTime": when}
        store.put_incident(record)
        store.put_alert(record)
    context.transport = transport(LabGraph(store, quirks, now=context.now))
    entries = (store.incidents if settings.kind == "defender.incidents" else store.alerts).entries.values()
    tail = b',"alerts":[]}' if settings.kind == "defender.incidents" else b"}"
    yield SourceStage(settings, Counter(entry.body[:-1] + tail for entry in entries), context)


class TestIncidents(SourceContract):
    spec = next(iter(incidents.register_sources()))
    settings = {"kind": "defender.incidents", "tenant": "contoso", "page_size": 20}
    uses_http = True

    def stage(self) -> Any:
        return stage(self.load(), Quirks())


class TestAlerts(SourceContract):
    spec = next(iter(alerts.register_sources()))
    settings = {"kind": "defender.alerts", "tenant": "contoso", "page_size": 20}
    uses_http = True

    def stage(self) -> Any:
        return stage(self.load(), Quirks(order="ignored", default_order="shuffled", clamp=15))
