"""Makes the canonical event of a record: the slow, obvious way, for whoever asks for one (a transform, a preview).

Nothing that a record says is lost on the way: a column that has no canonical path, or holds what its path's type does
not, or more than its path has room for, stands in `unmapped` as it came. The seventh digit of a second's fraction alone
is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemcast.schema.facts import UNMAPPED, Facts, facts_of, sound
from siemcast.schema.head import Head
from siemcast.schema.mapping import Activity
from siemcast.schema.record import Record
from siemcast.schema.times import instant, instant_of

if TYPE_CHECKING:
    from siemcast.schema.model import Event

_SERVICE = (("metadata", "logged_time"), ("metadata", "modified_time"), ("finding_info", "modified_time"))


def event_of(record: Record, *, enqueued: datetime | None = None, received: datetime | None = None) -> Event:
    """Make the event of a record. Raises Permanent where the record is not one JSON object, and for nothing else.

    `enqueued` and `received` are for whoever knows them; times are judged as seen from `received`, where it is given.
    """
    from siemcast.schema.model import Event  # noqa: PLC0415 - pydantic is for whoever asks for an event

    data = record.data
    head = record.head
    columns = record.shape.columns(data)
    table = record.shape.mapping(head.table)
    activity = table.activity_of(columns)
    facts = facts_of(table, activity.of, columns, received)
    around = {key: sound(value) for key, value in _around(data, columns).items()}
    content = facts.content
    _complete(content, head)
    if facts.unmapped:
        content[UNMAPPED] = facts.unmapped
    return Event.model_validate(
        {
            **content,
            "head": _head(head, activity),
            "times": {
                "event": content.get("time"),
                "service": _service_time(content, around),
                "enqueued": enqueued,
                "received": received,
            },
            "anomalies": _anomalies(facts, head),
            "envelope": around,
        }
    )


def _around(data: Mapping[str, Any], columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what stands around the columns; of columns that the shape made of the record, what these do not say."""
    if columns is data:
        return {}
    if any(value is columns for value in data.values()):
        return {key: value for key, value in data.items() if value is not columns}
    said = set(_leaves(columns))
    return {key: value for key, value in data.items() if not said.issuperset(_leaves(value))}


def _leaves(value: Any) -> Iterator[str]:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inner is None:
        yield repr(value)
    else:
        for one in inner:
            yield from _leaves(one)


def _complete(content: dict[str, Any], head: Head) -> None:
    """Say what the head found elsewhere, where no column says it."""
    if head.time_ms and "time" not in content and (moment := instant_of(head.time_ms)) is not None:
        content["time"] = moment
    if head.hostname:
        content.setdefault("device", {}).setdefault("hostname", head.hostname)


def _head(head: Head, activity: Activity) -> Mapping[str, Any]:
    return {
        "id": head.id,
        "version": head.version,
        "key": head.key,
        "kind": head.kind,
        "table": head.table,
        "class_name": activity.of,
        "activity": activity.name,
        "product": head.product,
        "tenant": head.tenant,
        "severity": head.severity,
        "status": head.status,
        "title": head.title,
        "hostname": head.hostname,
    }


def _service_time(content: Mapping[str, Any], around: Mapping[str, Any]) -> datetime | None:
    """Give when the service wrote or changed it: what a column says, else the `time` of what stands around the row."""
    for group, name in _SERVICE:
        said = content.get(group, {}).get(name)
        if isinstance(said, datetime):
            return said
    return instant(around.get("time"))


def _anomalies(facts: Facts, head: Head) -> Mapping[str, tuple[str, ...]]:
    """Name what is odd about times; of the event's own the head has judged, by the shape's clock."""
    found = {path: odd for path, odd in facts.anomalies.items() if path != "time"}
    return {"time": head.anomalies, **found} if head.anomalies else found
