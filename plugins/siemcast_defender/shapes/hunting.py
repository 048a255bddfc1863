"""Rows of advanced-hunting tables: as the Streaming API sends them in an envelope, or bare as queries give them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast_defender.mappings import table_mapping, table_name
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, text, timed

_PREFIX = "advancedhunting-"
_ROW_SIGNS = ("ReportId", "ActionType", "DeviceId", "NetworkMessageId", "AlertId", "AccountObjectId", "TenantId")


class _Envelope(msgspec.Struct, gc=False):
    time: Any = None
    tenant: Any = msgspec.field(name="tenantId", default=None)
    category: Any = None
    properties: msgspec.Raw = msgspec.Raw(b"")


class _Columns(msgspec.Struct, gc=False, rename="pascal"):
    """The columns that a head needs: reading these alone takes a third of what reading all takes."""

    timestamp: Any = None
    device_name: Any = None
    severity: Any = None
    title: Any = None
    action_type: Any = None


_envelope = msgspec.json.Decoder(_Envelope).decode
_columns = msgspec.json.Decoder(_Columns).decode


class Hunting:
    """A row of a hunting table, whichever the table."""

    name = "hunting"

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an envelope by its category, a bare row by `Timestamp` beside a column that rows have."""
        category = data.get("category")
        if isinstance(category, str) and isinstance(data.get("properties"), Mapping):
            return category.lower().startswith(_PREFIX)
        return "Timestamp" in data and any(sign in data for sign in _ROW_SIGNS)

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give `properties` of an envelope, or the bare row itself."""
        properties = data.get("properties")
        return properties if isinstance(properties, Mapping) else data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of a table; one that nobody has seen maps the columns that recur over tables."""
        return table_mapping(table)

    def head(self, record: Record) -> Head:
        """Read the head; the id is of the table and the row's bytes, since a re-delivery differs in `time` alone."""
        try:
            envelope = _envelope(record.raw if record.parsed is not None else _utf8(record.raw))
            row = bytes(envelope.properties)
            if row[:1] != b"{":
                return self._bare(record)
            columns = _columns(row) if record.parsed is None else self.columns(record.parsed)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._patiently(record)
        table = table_of(envelope.category)
        return self._head(digest(table.encode("utf-8", "replace"), row), table, envelope, columns)

    def _bare(self, record: Record) -> Head:
        """Read a row that has no envelope: its table is not told, and the whole record is the row."""
        data = record.data
        envelope = _Envelope(data.get("time"), data.get("tenantId") or data.get("TenantId"), data.get("category"))
        table = table_of(envelope.category)
        return self._head(digest(table.encode("utf-8", "replace"), record.raw), table, envelope, data)

    def _patiently(self, record: Record) -> Head:
        """Read what only the patient parser takes (lone surrogates); raises Permanent where even that gives up."""
        data = record.data
        columns = self.columns(data)
        envelope = _Envelope(data.get("time"), data.get("tenantId"), data.get("category"))
        table = table_of(envelope.category)
        return self._head(digest(table.encode("utf-8", "replace"), canonical(columns)), table, envelope, columns)

    def _head(self, uid: str, table: str, envelope: _Envelope, columns: _Columns | Mapping[str, Any]) -> Head:
        if columns.__class__ is not _Columns:
            get = cast("Mapping[str, Any]", columns).get
            columns = _Columns(get("Timestamp"), get("DeviceName"), get("Severity"), get("Title"), get("ActionType"))
        return _told(uid, table, envelope, columns, self._clock)


def _told(uid: str, table: str, envelope: _Envelope, found: _Columns, clock: Clock) -> Head:
    time_ms, odd = timed(found.timestamp, envelope.time, clock)
    title, host, tenant = found.title or found.action_type, found.device_name, envelope.tenant
    return Head(
        id=uid,
        kind="event",
        table=table,
        tenant=tenant if tenant.__class__ is str else text(tenant),
        time_ms=time_ms,
        severity=Severity.UNKNOWN if found.severity is None else Severity.parse(found.severity),
        title=title if title.__class__ is str else text(title),
        hostname=host if host.__class__ is str else text(host),
        anomalies=odd,
    )


def table_of(category: object) -> str:
    """Give the table that a category names, in Microsoft's own spelling where the table is known; else empty."""
    return _table_of(category) if isinstance(category, str) else ""


@lru_cache(maxsize=1024)
def _table_of(category: str) -> str:
    return table_name(category[len(_PREFIX) :] if category[: len(_PREFIX)].lower() == _PREFIX else category)


def _utf8(raw: bytes) -> bytes:
    """Give the bytes back; raise UnicodeDecodeError for what is no UTF-8, which msgspec would not see in passing."""
    if not raw.isascii():
        raw.decode()
    return raw


HUNTING = Hunting()
