"""Records as Microsoft sends them, small and numbered, for tests that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

TABLE = "DeviceProcessEvents"


def now() -> datetime:
    """Give the machine's time: the forwarder is a process of its own and knows no other."""
    return datetime.now(UTC)  # noqa: TID251 - as above


def incident(number: int, changed: datetime, **facts: Any) -> dict[str, Any]:
    """Make an incident."""
    return {
        "id": str(number),
        "tenantId": "11111111-1111-4111-8111-111111111111",
        "status": "active",
        "severity": "high",
        "displayName": f"Incident {number}",
        "incidentWebUrl": f"https://security.microsoft.com/incidents/{number}",
        "createdDateTime": stamp(changed - timedelta(hours=1)),
        "lastUpdateDateTime": stamp(changed),
        "redirectIncidentId": None,
        **facts,
    }


def alert(number: int, changed: datetime, incident: int, **facts: Any) -> dict[str, Any]:
    """Make an alert of an incident."""
    return {
        "id": f"da{number:08}",
        "incidentId": str(incident),
        "status": "new",
        "severity": "medium",
        "title": f"Alert {number}",
        "serviceSource": "microsoftDefenderForEndpoint",
        "alertWebUrl": f"https://security.microsoft.com/alerts/da{number:08}",
        "createdDateTime": stamp(changed - timedelta(hours=1)),
        "lastUpdateDateTime": stamp(changed),
        "evidence": [],
        **facts,
    }


def stamp(time: datetime) -> str:
    """Write a time as Graph does, with seven digits."""
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}0Z"


def row(number: int, **columns: Any) -> bytes:
    """Make a record of advanced hunting in its envelope, told from others by its ReportId."""
    return orjson.dumps(envelope(number, **columns))


def envelope(number: int, table: str = TABLE, **columns: Any) -> dict[str, Any]:
    """Make the same as an object."""
    properties = {
        "Timestamp": "2026-11-20T10:00:00.1234567Z",
        "DeviceId": f"{number:040x}",
        "DeviceName": f"wks-{number % 100}.contoso.example",
        "ActionType": "ProcessCreated",
        "FileName": "owl.exe",
        "ReportId": number,
        **columns,
    }
    return {
        "time": "2026-11-20T10:00:01.1234567Z",
        "tenantId": "11111111-1111-4111-8111-111111111111",
        "operationName": "Publish",
        "category": f"AdvancedHunting-{table}",
        "properties": properties,
    }


def message(first: int, count: int) -> bytes:
    """Make an Event Hub message of so many records, numbered from `first` on."""
    return orjson.dumps({"records": [envelope(number) for number in range(first, first + count)]})


def lines(records: Sequence[bytes]) -> bytes:
    """Write records as JSON lines."""
    return b"".join(record + b"\n" for record in records)
