"""What of a record becomes a flat document of its own: the record, and of an incident each of its alerts too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from siemcast.schema import Head, Record
from siemcast.schema.mapping import TableMapping
from siemcast_sinks.formats.native.encoder import alert_head, alerts_of

_ALERTS = "alerts"


class Part(NamedTuple):
    """One document in the making."""

    head: Head
    data: Mapping[str, Any]
    columns: Mapping[str, Any]
    table: TableMapping
    left: Mapping[str, Any]
    """By column: what is left of it to tell, where other documents tell the rest."""


def parts(record: Record) -> Iterator[Part]:
    """Give an incident and each of its alerts as a part, since both SIEMs look for alerts alone; else the record."""
    head, data = record.head, record.data
    table = record.shape.mapping(head.table)
    if head.kind != "incident" or _ALERTS not in data:
        yield Part(head, data, record.shape.columns(data), table, {})
        return
    yield Part(head, data, data, table, {_ALERTS: _left(data[_ALERTS])})
    for place, alert in enumerate(alerts_of(data)):
        yield Part(_head(alert, head, place), alert, alert, record.shape.mapping(_ALERTS), {})


def _left(alerts: Any) -> Any:
    """Give what stands among an incident's alerts and is none."""
    if isinstance(alerts, list):
        return [item for item in alerts if not isinstance(item, Mapping)]
    return None if isinstance(alerts, Mapping) else alerts


def _head(alert: Mapping[str, Any], incident: Head, place: int) -> Head:
    own = msgspec.structs.replace(
        alert_head(alert, incident), hostname=""
    )  # its own evidence names the device, or none
    return own if alert.get("id") else msgspec.structs.replace(own, id=f"{incident.id}:{place}")
