"""`cef`: the Common Event Format, version 0, one line an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from xxhash import xxh3_128_hexdigest

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Document, Head, Record, Severity
from siemcast.schema.convert import COMMON, First, ip, text
from siemcast.schema.files.loading import Section, format_mapping, read_file
from siemcast.schema.mapping import FormatMapping
from siemcast.schema.times import epoch_ms
from siemcast.schema.typed.row import Row
from siemcast_sinks.formats.cef.pairs import CefPairs, pair
from siemcast_sinks.formats.cef.text import MARK, escaped, extension, shortened
from siemcast_sinks.formats.shared.convert import joined
from siemcast_sinks.formats.shared.ends import OfEnd, direction, port
from siemcast_sinks.formats.shared.pairs import EQUALS
from siemcast_sinks.formats.shared.paths import first_path

_SEVERITY = (0, 1, 3, 5, 8, 10)
"""By Severity: unknown, informational, low, medium, high, critical."""
_LONGEST_ID = 40
_LONGEST_CLASS = 1023
_LONGEST_NAME = 512
_SAID_BY_HEAD = frozenset({"id", "title", "displayName", "severity", "tenantId", "detectorId"})
_NOT_WORD = re.compile(r"[^A-Za-z0-9]")


class Cef:
    """Encodes a record as one CEF line."""

    def __init__(self, options: FormatOptions, made: CefPairs | None = None) -> None:
        """Take the options, and what makes the pairs unless that is what all formats share."""
        self._limit = options.max_bytes
        self._pairs = made or pairs()

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; `externalId` and `deviceCustomDate1` say which version of what it is."""
        row = record.row
        head = record.head
        body = None if row is None else self._quick_line(row, head)
        if body is None or (self._limit is not None and len(body) > self._limit):
            body = self._slow_line(record)
        return (Document(body, head),)

    def _quick_line(self, row: Row, head: Head) -> bytes | None:
        """Write a row of telemetry; None for what only the slow way can write."""
        if len(head.title) + len(head.tenant) > _LONGEST_NAME:  # what is remembered of events stays small
            return None
        start = _start(head.table, head.title, head.product, head.severity, head.tenant, head.anomalies)
        if start is None or head.version or head.kind != "event" or not 0 < len(head.id) <= _LONGEST_ID:
            return None
        line = self._pairs.line(row, head, start[1])
        return None if line is None else start[0] + line

    def _slow_line(self, record: Record) -> bytes:
        start, pairs = header(record.head, record), self._slowly(record)
        written = start + (extension(" ".join(pairs)) or b"")
        return written if self._limit is None or len(written) <= self._limit else shortened(start, pairs, self._limit)

    def _slowly(self, record: Record) -> list[str]:
        head, row = record.head, record.row
        columns = record.shape.columns(record.data)
        table = record.shape.mapping(head.table)
        return [*pairs_of_head(head), *self._pairs.slowly(table, columns, None if row is None else row.form)]


def header(head: Head, record: Record) -> bytes:
    """Write the seven fields before the extension; a class id names a detection, or a table and what happened."""
    if head.kind == "event":
        return _row_header(head.table, head.title, head.product, head.severity)
    columns = record.shape.columns(record.data)
    class_id = text(columns.get("detectorId") or columns.get("AlertType")) or head.table
    return _header(head.product, class_id, head.title or head.table or head.kind, _SEVERITY[head.severity])


def _header(product: str, class_id: str, name: str, severity: int) -> bytes:
    signature, title = escaped(class_id, _LONGEST_CLASS) or "unknown", escaped(name, _LONGEST_NAME) or "unnamed"
    return f"CEF:0|Microsoft|{escaped(product, 63)}|1|{signature}|{title}|{severity}|".encode("utf-8", "replace")


def _row_header(table: str, title: str, product: str, severity: Severity) -> bytes:
    class_id = f"{table or 'unknown'}:{title}" if title else table or "unknown"
    return _header(product, class_id, title or table or "event", _SEVERITY[severity])


@lru_cache(maxsize=512)  # tables, actions and tenants recur
def _start(
    table: str, title: str, product: str, severity: Severity, tenant: str, anomalies: tuple[str, ...]
) -> tuple[bytes, str] | None:
    """Give a row's header and the pairs behind its time, equals signs within values marked; None for odd ones."""
    said = {"flexString2:TimeAnomalies": ",".join(anomalies), "cat": table, "cs6:TenantId": tenant}
    if not "".join(said.values()).isprintable():
        return None
    found = [pair(field, value, limits()[field.partition(":")[0]]) for field, value in said.items()]
    pairs = "".join(f" {one}" for one in found if one).replace("=", MARK).replace(EQUALS, "=")
    return _row_header(table, title, product, severity), pairs


def pairs_of_head(head: Head) -> list[str]:
    """Give the pairs that the head says, which stand before all others."""
    version = epoch_ms(head.version) if head.version else None
    long = len(head.id) > _LONGEST_ID  # the ids of a subscription's resources all begin alike, so that none is cut
    found = {
        "externalId": xxh3_128_hexdigest(head.id.encode("utf-8", "replace")) if long else head.id,
        "rt": head.time_ms,
        "deviceCustomDate1:LastUpdateDateTime": version,
        "flexString1:EventId": head.id if long else None,
        "flexString2:TimeAnomalies": ",".join(head.anomalies),
        "cat": head.table,
        "cs6:TenantId": head.tenant,
    }
    given = ((field, value) for field, value in found.items() if value is not None)
    made = (pair(field, value, limits()[field.partition(":")[0]]) for field, value in given)
    return [one for one in made if one]


def _v4(value: Any) -> str | None:
    address = ip(value)
    return address if address and ":" not in address else None


def _v6(value: Any) -> str | None:
    address = ip(value)
    return address if address and ":" in address else None


def _way(action: Any, way: Any = None) -> int | None:
    return {"inbound": 0, "outbound": 1}.get(direction(action, way) or "")


CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    "v4": _v4,
    "v6": _v6,
    "first_v4": First(_v4),
    "first_v6": First(_v6),
    "way": _way,
    "v4_of_end": OfEnd(_v4),
    "v6_of_end": OfEnd(_v6),
    "port_of_end": OfEnd(port),
    "first_path": first_path,
    "joined": joined,
}


@cache
def _file() -> Section:
    return read_file(files("siemcast_sinks.formats.cef") / "cef.yaml")


@cache
def limits() -> Mapping[str, int]:
    """Give the dictionary: key to its longest value, 0 for numbers."""
    return dict(_file().section("dictionary"))


@cache
def omitted() -> frozenset[str]:
    """Name the columns that are left to the archive where no key takes them (docs/adr/0004-what-cef-carries.md)."""
    return frozenset(column for columns in _file()["omitted"].values() for column in columns)


@cache
def mapping() -> FormatMapping:
    """Give CEF's mapping. Raises ConfigError naming file and line, were the file wrong."""

    def usual(field: str) -> str:
        key = field.partition(":")[0]
        if key not in limits():
            raise ConfigError(f"no CEF key {key!r}", hint="see `dictionary`")
        return "text" if limits()[key] else "integer"

    return format_mapping(_file(), CONVERTERS, usual)


def custom_key(column: str) -> str | None:
    """Name the user-defined key of a column that CEF has no key for: vendor, product, name; none for one left out."""
    if column in _SAID_BY_HEAD or column in omitted():
        return None
    name = _NOT_WORD.sub("", column[:1].upper() + column[1:])[:60] or "Unnamed"
    return f"MicrosoftDefender{name}{'Column' if name == 'Truncated' else ''}"  # that one is the mark of a cut


@cache
def pairs() -> CefPairs:
    """Give what makes the pairs of all records."""
    return CefPairs(mapping(), limits(), custom_key, frozenset(_file()["once"]))
