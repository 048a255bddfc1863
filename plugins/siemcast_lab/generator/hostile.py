"""What reaches a forwarder sooner or later: sound JSON that no reference foresees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def variants(envelope: Row) -> Iterator[Row]:
    """Give variants of a hunting record, each odd in one way."""
    for change in (
        {"FileName": "a\x00b.exe"},
        {"InitiatingProcessCommandLine": "emoji \U0001f47e \u202e and \x1b[31m"},
        {"InitiatingProcessCommandLine": "A" * 100_000},
        {"ActionType": "SomethingNobodyHasSeen"},
        {"Timestamp": "9999-12-31T23:59:59.9999999Z"},
        {"Timestamp": "1601-01-01T00:00:00.0000000Z"},
        {"Timestamp": "2025-03-03T08:00:00.1234567"},
        {"Timestamp": "yesterday"},
        {"DeviceName": 42, "InitiatingProcessId": "not a number", "RemotePort": {"a": [1]}},
        {"ReportId": 2**63 + 7},
        {"ANewColumn": {"deep": [{"er": [1, 2, 3]}]}, "Another": "value"},
    ):
        yield {**envelope, "properties": {**envelope["properties"], **change}}
    yield {**envelope, "properties": dict.fromkeys(envelope["properties"])}
    yield {**envelope, "properties": {"Timestamp": envelope["properties"]["Timestamp"]}}
    yield {**envelope, "properties": {}}
    yield {**envelope, "category": "AdvancedHunting-TableNobodyHasSeen"}
    yield {key: value for key, value in envelope.items() if key not in ("time", "tenantId")}
