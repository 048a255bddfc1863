"""A seeded generator of believable incidents, alerts and hunting records; every value is invented."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from siemcast_lab.generator.azure import Azure
from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.cloud import Cloud
from siemcast_lab.generator.endpoint import Endpoint
from siemcast_lab.generator.further_columns import FURTHER
from siemcast_lab.generator.graph import Graph
from siemcast_lab.generator.hostile import variants
from siemcast_lab.generator.rows import Rows
from siemcast_lab.generator.tenant import tenant

__all__ = ["FURTHER", "Generator"]

_SHARES = {
    "DeviceProcessEvents": 26,
    "DeviceNetworkEvents": 24,
    "DeviceFileEvents": 18,
    "DeviceRegistryEvents": 8,
    "DeviceImageLoadEvents": 8,
    "DeviceEvents": 6,
    "DeviceLogonEvents": 3,
    "DeviceInfo": 1,
    "DeviceNetworkInfo": 1,
    "DeviceFileCertificateInfo": 1,
    "AlertInfo": 0.5,
    "AlertEvidence": 1,
    "EmailEvents": 1,
    "EmailUrlInfo": 0.5,
    "IdentityLogonEvents": 1,
}
"""Of a hundred records of a real stream, about so many are of a table."""


class Generator:
    """Invents what a small tenant's Defender tells; the same seed gives the same values."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._clock = Clock(self._dice)
        self.tenant = tenant(self._dice)
        """The company: its id, users and devices."""
        self._rows = Rows(self._dice, self.tenant, self._clock)
        self._graph = Graph(self._dice, self.tenant, self._clock)
        self.cloud = Cloud(self._dice, self.tenant, self._clock)
        """What Defender for Cloud tells."""
        self.endpoint = Endpoint(self._dice, self.tenant, self._clock)
        """What Defender for Endpoint's own API gives."""
        self.azure = Azure(self._dice, self.tenant, self._clock)
        """What Azure Monitor logs."""
        self._sent = 0

    def hunting(self, count: int, tables: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Give envelopes of the Streaming API, of some tables or of those that all streams have, in their proportions.

        Tables that only some streams have (`FURTHER`) come where they are asked for.
        """
        names = list(tables) or list(_SHARES)
        weights = [_SHARES.get(name, 1) for name in names]
        for _ in range(count):
            yield self._envelope(self._next_table(names, weights))

    def hostile(self) -> Iterator[dict[str, Any]]:
        """Give records that are odd in one way each: values, types, times, columns, tables."""
        return variants(self._envelope("DeviceProcessEvents"))

    def alerts(self, count: int) -> Iterator[dict[str, Any]]:
        """Give Graph alerts with evidence."""
        return (self._graph.alert() for _ in range(count))

    def incidents(self, count: int) -> Iterator[dict[str, Any]]:
        """Give Graph incidents with their alerts."""
        return (self._graph.incident() for _ in range(count))

    def updates(self, item: Mapping[str, Any], count: int) -> Iterator[dict[str, Any]]:
        """Give the next versions of an incident or alert, each with a later lastUpdateDateTime."""
        return self._graph.updates(item, count)

    @staticmethod
    def message(records: Iterable[Mapping[str, Any]]) -> bytes:
        """Give the body of one Event Hub message."""
        return orjson.dumps({"records": list(records)})

    def _next_table(self, names: list[str], weights: list[float]) -> str:
        """Give every table once first, so that even a few records show them all."""
        self._sent += 1
        if self._sent <= len(names):
            return names[self._sent - 1]
        return self._dice.choices(names, weights)[0]

    def _envelope(self, table: str) -> dict[str, Any]:
        return {
            "time": self._clock.later(95),
            "tenantId": self.tenant.id,
            "operationName": "Publish",
            "category": f"AdvancedHunting-{table}",
            "_TimeReceivedBySvc": self._clock.later(30),
            "Tenant": "DefaultTenant",
            "properties": self._rows.row(table),
        }
