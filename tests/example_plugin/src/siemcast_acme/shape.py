"""What a door event looks like."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.times import epoch_ms

_MAPPING = TableMapping(
    table="doors",
    activity=Activity("base_event"),
    columns={Ref("door"): "device.hostname", Ref("badge"): "user.uid", Ref("at"): "time"},
)


class DoorShape:
    """A record such as `{"badge": "b1", "door": "north", "at": "2026-11-21T10:00:00Z"}`."""

    name = "acme.door"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        return "badge" in data and "door" in data

    def head(self, record: Record) -> Head:
        data = record.data
        return Head(
            id=hashlib.sha256(record.raw).hexdigest()[:32],
            kind="event",
            table="doors",
            product="ACME Doors",
            time_ms=epoch_ms(data.get("at")) or 0,
            severity=Severity.INFORMATIONAL,
            hostname=str(data.get("door", "")),
        )

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return data

    def mapping(self, table: str) -> TableMapping:
        return _MAPPING


DOOR = DoorShape()
