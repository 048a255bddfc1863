"""Rows of advanced-hunting tables: as the Streaming API sends them in an envelope, or bare as queries give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast_defender.mappings import hunting_tables, table_mapping, table_name
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

    def get(self, column: str) -> Any:
        """Give a column by Microsoft's name."""
        return getattr(self, _FIELDS[column])


_FIELDS = {name.encode_name: name.name for name in msgspec.structs.fields(_Columns)}
_PROPERTIES = b'"properties":'
Column = Callable[[str], Any]
"""Gives a column's value by its name, None where there is none."""

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
        return properties if properties.__class__ is dict or isinstance(properties, Mapping) else data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of a table; one that nobody has seen maps the columns that recur over tables."""
        return table_mapping(table)

    def tables(self) -> Mapping[str, str]:
        """Give the tables that mappings were written for."""
        return dict.fromkeys(hunting_tables(), "event")

    def head(self, record: Record) -> Head:
        """Read the head; the id is of the table and the row's bytes, since a re-delivery differs in `time` alone."""
        start = _row_start(record.raw)
        if (parsed := record.parsed) is not None:
            return self._of_parsed(record, parsed, start)
        try:
            raw = _utf8(record.raw)
            if start and (head := self._of_stream(raw, start)) is not None:
                return head
            envelope = _envelope(raw)
            row = bytes(envelope.properties)
            if row[:1] != b"{":
                return self._bare(record)
            return self._head(row, envelope.category, envelope.time, envelope.tenant, _columns(row).get)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._patiently(record)

    def _of_parsed(self, record: Record, parsed: Mapping[str, Any], start: int) -> Head:
        """Read the head of a record that was parsed already; only the bytes of its row are still to be found."""
        given = parsed.get
        if start and next(reversed(parsed)) == "properties":  # type: ignore[arg-type]  # it is a dict
            return self._head(
                record.raw[start:-1], given("category"), given("time"), given("tenantId"), parsed["properties"].get
            )
        try:
            row = bytes(_envelope(record.raw).properties)
        except msgspec.DecodeError:
            return self._patiently(record)
        if row[:1] != b"{":
            return self._bare(record)
        return self._head(row, given("category"), given("time"), given("tenantId"), self.columns(parsed).get)

    def _of_stream(self, raw: bytes, start: int) -> Head | None:
        """Read the head in two short looks, where the row ends the envelope; None where something follows it."""
        try:
            row = raw[start:-1]
            column = _columns(row).get
        except msgspec.DecodeError:
            return None
        envelope = _envelope(raw[:start] + b"{}}")
        return self._head(row, envelope.category, envelope.time, envelope.tenant, column)

    def _bare(self, record: Record) -> Head:
        """Read a row that has no envelope: its table is not told, and the whole record is the row."""
        given = record.data.get
        tenant = given("tenantId") or given("TenantId")
        return self._head(record.raw, given("category"), given("time"), tenant, given)

    def _patiently(self, record: Record) -> Head:
        """Read what only the patient parser takes (lone surrogates); raises Permanent where even that gives up."""
        given = record.data.get
        columns = self.columns(record.data)
        return self._head(canonical(columns), given("category"), given("time"), given("tenantId"), columns.get)

    def _head(self, row: bytes, category: object, time: object, tenant: object, column: Column) -> Head:
        table = table_of(category)
        time_ms, odd = timed(column("Timestamp"), time, self._clock)
        severity = column("Severity")
        return Head(
            id=digest(table.encode("utf-8", "replace"), row),
            kind="event",
            table=table,
            tenant=text(tenant),
            time_ms=time_ms,
            severity=Severity.UNKNOWN if severity is None else Severity.parse(severity),
            title=text(column("Title") or column("ActionType")),
            hostname=text(column("DeviceName")),
            anomalies=odd,
        )


def _row_start(raw: bytes) -> int:
    """Give where `properties` begins, if it is the envelope's only object and may be its end, as in the stream; else 0.

    No other object stands before it and JSON escapes quotes within texts, so that these bytes are that member's name.
    """
    start = raw.find(b"{", 1)
    return start if start > 0 and raw.endswith(_PROPERTIES, 0, start) and raw.endswith(b"}}") else 0


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
