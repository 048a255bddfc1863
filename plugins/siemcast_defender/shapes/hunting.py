"""Rows of advanced-hunting tables: as the Streaming API sends them in an envelope, or bare as queries give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec
from xxhash import xxh3_128_hexdigest

from siemcast.errors import Permanent
from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast.schema.memo import remembered
from siemcast.schema.times import checked, epoch_ms
from siemcast.schema.typed.reader import WATCHED, Reader, form_of
from siemcast.schema.typed.row import REFUSED, Row
from siemcast_defender.mappings import hunting_tables, table_mapping, table_name
from siemcast_defender.shapes.common import WALL, Clock, canonical, seed_of, text

_PREFIX = "advancedhunting-"
_ROW_SIGNS = ("ReportId", "ActionType", "DeviceId", "NetworkMessageId", "AlertId", "AccountObjectId", "TenantId")


class _Envelope(msgspec.Struct, gc=False):
    properties: msgspec.Raw = msgspec.Raw(b"")


class _Columns(msgspec.Struct, gc=False):
    """The columns that a head needs: reading these alone takes a third of what reading all takes."""

    Timestamp: Any = None
    DeviceName: Any = None
    Severity: Any = None
    Title: Any = None
    ActionType: Any = None


class _Glance(msgspec.Struct, gc=False):
    """What a head needs of a streamed row."""

    time: Any = None
    tenantId: Any = None  # noqa: N815 - Microsoft's name
    category: Any = None
    properties: _Columns | msgspec.UnsetType = msgspec.UNSET


_PROPERTIES = b'"properties":'
_AROUND = ("time", "tenantId", "operationName", "category", "Tenant", "_TimeReceivedBySvc")
"""What the Streaming API says around a row."""
_CATEGORY = b'"category":"'
_SPACED_CATEGORY = re.compile(rb'"category"\s*:\s*"([^"\\]*)"')
_MOST_READERS = 300
_LONGEST_CATEGORY = 200
_envelope = msgspec.json.Decoder(_Envelope).decode
_glance = msgspec.json.Decoder(_Glance).decode


class Hunting:
    """A row of a hunting table, whichever the table."""

    name = "hunting"

    def __init__(self, clock: Clock = WALL, watched: int = WATCHED) -> None:
        """Take the clock, and how many rows of a table tell what its columns always hold."""
        self._clock = clock
        self._watched = watched
        self._readers: dict[bytes, Reader] = {}

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

    def kin(self, raw: bytes) -> bytes:
        """Give the category, if that is the first that its bytes seem to say."""
        start = raw.find(_CATEGORY) + len(_CATEGORY)
        return raw[start : raw.find(b'"', start)] if start >= len(_CATEGORY) else _spaced_category(raw)

    def row(self, record: Record) -> Row | None:
        """Read a streamed row by the reader of its table; what it refuses it learns from."""
        category = record.kin
        reader = self._readers.get(category) or self._reader(category)
        if reader is None:
            return None
        row: Any  # its attributes are those of _AROUND
        try:
            row = reader.read(record.raw)
        except REFUSED:
            row = self._again(reader, record)
        return row  # type: ignore[no-any-return]  # as above

    def _reader(self, category: bytes) -> Reader | None:
        if category[: len(_PREFIX)].lower() != _PREFIX.encode() or len(category) > _LONGEST_CATEGORY:
            return None
        if len(self._readers) >= _MOST_READERS:
            return None
        try:
            said = category.decode()
        except UnicodeDecodeError:
            return None
        always = {"category": said}  # else those bytes were a column's, and the table is another
        form = form_of(table_mapping(table_of(said)), _AROUND, "properties", _Columns.__struct_fields__, always)
        reader = self._readers[category] = Reader(form, self._watched)
        return reader

    def _again(self, reader: Reader, record: Record) -> Row | None:
        """Read what has other habits, or teach the reader."""
        with suppress(*REFUSED):
            return reader.again(record.raw)
        try:
            return reader.again(record.raw) if reader.learn(record.data) else None
        except (*REFUSED, Permanent):
            return None

    def head(self, record: Record) -> Head:
        """Read the head; the id is of the table and the row's bytes, since a re-delivery differs in `time` alone."""
        told: Any = record.read  # its attributes are those of _AROUND
        if told is None:
            row, told, columns = self._unread(record)
        else:
            row, columns = _bytes_of_row(record.raw), told.columns
        category, tenant = told.category, told.tenantId
        table, seed = _named(category) if category.__class__ is str else _NAMELESS
        time_ms, odd = checked(columns.Timestamp, self._clock() * 1000)
        severity, title, host = columns.Severity, columns.Title or columns.ActionType, columns.DeviceName
        return Head(
            id=xxh3_128_hexdigest(row, seed),
            kind="event",
            table=table,
            tenant=tenant if tenant.__class__ is str else text(tenant),
            time_ms=time_ms if time_ms is not None else epoch_ms(told.time) or 0,
            severity=Severity.UNKNOWN if severity is None else Severity.parse(severity),
            title=title if title.__class__ is str else text(title),
            hostname=host if host.__class__ is str else text(host),
            anomalies=odd,
        )

    def _unread(self, record: Record) -> tuple[bytes, _Glance, Any]:
        """Give the row's bytes, what stands around it and the columns that a head needs, of what no reader has read."""
        glance = record.glance or (self._look(record) if record.parsed is None else None)
        return self._parsed(record) if glance is None else (_bytes_of_row(record.raw), glance, glance.properties)

    def check(self, record: Record) -> None:
        """Look at what a head needs, by which all of the record is seen to be sound."""
        if record.glance is None and self._look(record) is None:
            record.data  # noqa: B018 - the patient parser says whether it is one

    def _look(self, record: Record) -> _Glance | None:
        """Read the columns that a head needs; None where only the patient parser can tell what the record is."""
        raw = record.raw
        try:
            glance = _glance(raw)
            if not raw.isascii():
                raw.decode()  # what is passed over is not looked at
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if glance.properties is msgspec.UNSET:
            return None
        record.glance = glance
        return glance

    def _parsed(self, record: Record) -> tuple[bytes, _Glance, Any]:
        """Take what was parsed patiently, or has no envelope: then the table is not told, and all of it is the row."""
        data = record.data
        columns = self.columns(data)
        try:
            row = record.raw if columns is data else _bytes_of_row(record.raw)
        except msgspec.DecodeError:  # only the patient parser takes it: lone surrogates
            row = canonical(columns)
        given = data.get
        tenant = given("tenantId")
        if columns is data and not tenant:  # a query's rows spell it as all columns
            tenant = given("TenantId")
        asked = _Columns(*map(columns.get, _Columns.__struct_fields__))
        return row, _Glance(given("time"), tenant, given("category")), asked


def _spaced_category(raw: bytes) -> bytes:
    """Give the category of a record that was written with spaces; nothing where there is none."""
    match = _SPACED_CATEGORY.search(raw)
    return match[1] if match else b""


def _bytes_of_row(raw: bytes) -> bytes:
    """Cut out `properties`. Raises msgspec.DecodeError for what is no sound JSON.

    Where it is the envelope's only object and may be its end, as in the stream, its bytes are found: no other object
    stands before it and JSON escapes quotes within texts, so that what is before it is that member's name.
    """
    start = raw.find(b"{", 1)
    if raw.startswith(_PROPERTIES, start - len(_PROPERTIES)) and raw.endswith(b"}}"):
        return raw[start:-1]
    return bytes(_envelope(raw).properties)


def table_of(category: object) -> str:
    """Give the table that a category names, in Microsoft's own spelling where the table is known; else empty."""
    return _named(category)[0] if isinstance(category, str) else ""


@remembered()
def _named(category: str) -> tuple[str, int]:
    """Give a table's name and the seed of its rows' ids."""
    table = table_name(category[len(_PREFIX) :] if category[: len(_PREFIX)].lower() == _PREFIX else category)
    return table, seed_of(table)


_NAMELESS = ("", seed_of(""))


HUNTING = Hunting()
