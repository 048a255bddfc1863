"""A Graph source on a bench: read poll by poll against the stand-in, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from siemcast.api import Batch, Cursor, Partition, SourceSpec
from siemcast.testing.fakes import FakeContext
from siemcast_defender import alerts, incidents
from siemcast_lab.graph import LabGraph, Quirks, Store
from siemcast_lab.graph.transport import transport

INCIDENTS: SourceSpec[Any] = next(iter(incidents.register_sources()))
ALERTS: SourceSpec[Any] = next(iter(alerts.register_sources()))


@dataclass
class Bench:
    """A tenant and the journal of one source that reads it."""

    quirks: Quirks = field(default_factory=Quirks)
    context: FakeContext = field(default_factory=FakeContext)
    cursors: dict[Partition, Cursor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store()
        self.graph = LabGraph(self.store, self.quirks, now=self.context.now)
        self.context.transport = transport(self.graph)

    def ago(self, seconds: float) -> str:
        """Write a time before now as Graph does."""
        return f"{self.context.now() - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%f}0Z"

    def incident(self, id_: str, seconds_ago: float, **members: Any) -> None:
        when = self.ago(seconds_ago)
        base = {"id": id_, "createdDateTime": when, "lastUpdateDateTime": when, "status": "active", "severity": "low"}
        self.store.put_incident({**base, **members})

    def alert(self, id_: str, seconds_ago: float, **members: Any) -> None:
        when = self.ago(seconds_ago)
        base = {"id": id_, "createdDateTime": when, "lastUpdateDateTime": when, "serviceSource": "microsoftSentinel"}
        self.store.put_alert({**base, **members})

    def read(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> list[dict[str, Any]]:
        """Open the source, read until drained, and give the new records, parsed."""
        return [orjson.loads(record) for batch in self.batches(spec, **settings) for record in batch.records]

    def batches(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> list[Batch]:
        async def scenario() -> list[Batch]:
            found = []
            async with (
                spec.open(loaded(spec, settings), self.context) as source,
                aclosing(source.read(dict(self.cursors))) as batches,
            ):
                async for batch in batches:
                    self.cursors[batch.partition] = batch.cursor
                    found.append(batch)
            return found

        return asyncio.run(scenario())

    def check(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> None:
        async def scenario() -> None:
            async with spec.open(loaded(spec, settings), self.context) as source:
                await source.check()

        asyncio.run(scenario())

    def logged(self) -> set[str]:
        return {event for _, event, _ in self.context.log.entries}


def loaded(spec: SourceSpec[Any], settings: Mapping[str, Any]) -> Any:
    return spec.settings.model_validate({"kind": spec.kind, "tenant": "contoso", **settings})


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [record["id"] for record in records]
