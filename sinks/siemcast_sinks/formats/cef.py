"""`cef`: the Common Event Format, version 0, one line an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Document, Head, Record
from siemcast.schema.compiler import Compiler
from siemcast.schema.convert import COMMON, first, ip, listed, text
from siemcast.schema.loading import format_mapping, read_file
from siemcast.schema.mapping import FormatMapping
from siemcast.schema.times import epoch_ms
from siemcast_sinks.formats.cef_text import clean, escaped, extension, needs_cleaning, plain, shortened
from siemcast_sinks.formats.pairs import EQUALS, Pairs, pair

_SEVERITY = (0, 1, 3, 5, 8, 10)
"""By Severity: unknown, informational, low, medium, high, critical."""
_LONGEST_ID = 40
_SAID_BY_HEAD = frozenset({"id", "title", "displayName", "severity", "tenantId", "detectorId"})
_NOT_WORD = re.compile(r"[^A-Za-z0-9]")


class Cef:
    """Encodes a record as one CEF line."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes
        self._compiler = compiler()

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; `externalId` and `deviceCustomDate1` say which version of what it is."""
        columns = record.shape.columns(record.data)
        head = record.head
        if needs_cleaning(record.raw):
            columns = clean(columns)
        pairs = _of_head(head)
        pairs += self._compiler.encode(record.shape.mapping(head.table), columns)
        start = header(head, columns)
        body = start + extension(pairs)
        if self._limit is not None and len(body) > self._limit:
            body = shortened(start, pairs, self._limit)
        return (Document(body, head),)


def header(head: Head, columns: Mapping[str, Any]) -> bytes:
    """Write the seven fields before the extension; a class id names a detection, or a table and what happened."""
    if head.kind == "event":
        class_id = f"{head.table or 'unknown'}:{head.title}" if head.title else head.table or "unknown"
    else:
        class_id = text(columns.get("detectorId")) or head.table
    return _header(head.product, class_id, head.title or head.table or head.kind, _SEVERITY[head.severity])


@lru_cache(maxsize=2048)  # titles and tables recur
def _header(product: str, class_id: str, name: str, severity: int) -> bytes:
    signature, title = escaped(class_id, 1023) or "unknown", escaped(name, 512) or "unnamed"
    return f"CEF:0|Microsoft|{escaped(product, 63)}|1|{signature}|{title}|{severity}|".encode("utf-8", "replace")


def _of_head(head: Head) -> list[str]:
    pairs = [f"externalId{EQUALS}{plain(head.id)[:_LONGEST_ID]}", f"rt{EQUALS}{head.time_ms}"]
    if head.version:
        version = epoch_ms(head.version)
        if version is not None:
            pairs.append(pair("deviceCustomDate1:LastUpdateDateTime", str(version)))
    if len(head.id) > _LONGEST_ID:
        pairs.append(pair("flexString1:EventId", plain(head.id)))
    if head.anomalies:
        pairs.append(pair("flexString2:TimeAnomalies", ",".join(head.anomalies)))
    if head.table:
        pairs.append(f"cat{EQUALS}{plain(head.table)}")
    if head.tenant:
        pairs.append(pair("cs6:TenantId", plain(head.tenant)))
    return pairs


def _v4(value: Any) -> str | None:
    address = ip(value)
    return address if address and ":" not in address else None


def _v6(value: Any) -> str | None:
    address = ip(value)
    return address if address and ":" in address else None


def _way(value: Any) -> int | None:
    return {"in": 0, "out": 1}.get(value.lower()) if isinstance(value, str) else None


def _joined(*values: Any) -> str | None:
    found = listed(text)(*values)
    return ",".join(found) if found else None


CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    "v4": _v4,
    "v6": _v6,
    "first_v4": first(_v4),
    "first_v6": first(_v6),
    "way": _way,
    "joined": _joined,
}


@cache
def limits() -> Mapping[str, int]:
    """Give the dictionary: key to its longest value, 0 for numbers."""
    return dict(read_file(files("siemcast_sinks.formats") / "cef.yaml").section("dictionary"))


@cache
def mapping() -> FormatMapping:
    """Give CEF's mapping. Raises ConfigError naming file and line, were the file wrong."""

    def usual(field: str) -> str:
        key = field.partition(":")[0]
        if key not in limits():
            raise ConfigError(f"no CEF key {key!r}", hint="see `dictionary`")
        return "text" if limits()[key] else "integer"

    return format_mapping(read_file(files("siemcast_sinks.formats") / "cef.yaml"), CONVERTERS, usual)


def custom_key(column: str) -> str | None:
    """Name the user-defined key of a column that CEF has no key for: vendor, product, name."""
    if column in _SAID_BY_HEAD:
        return None
    return "MicrosoftDefender" + (_NOT_WORD.sub("", column[:1].upper() + column[1:])[:60] or "Unnamed")


@cache
def compiler() -> Compiler:
    """Give the compiler of all records."""
    return Compiler(mapping(), lambda: Pairs(limits()), custom_key)
