"""`leef`: the Log Event Extended Format, version 2.0, one line an event, in QRadar's keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Document, Head, Record, Severity
from siemcast.schema.compiler import Compiler
from siemcast.schema.convert import text
from siemcast.schema.files.loading import format_mapping, read_file
from siemcast.schema.mapping import FormatMapping
from siemcast.schema.typed.bodies import RowBodies
from siemcast_sinks.formats.cef.text import clean, needs_cleaning, plain
from siemcast_sinks.formats.leef.text import attributes, header_field, shortened
from siemcast_sinks.formats.shared.convert import SHARED
from siemcast_sinks.formats.shared.pairs import EQUALS, Pairs, pairs_of

_SEVERITY = (1, 2, 4, 6, 8, 10)
"""By Severity: unknown, informational, low, medium, high, critical; QRadar's `sev` has no 0."""
_LONGEST_EVENT_ID = 255
_LONGEST_REMEMBERED = 1000
_SAID_BY_HEAD = frozenset({"id", "severity", "tenantId", "lastUpdateDateTime"})
_NOT_WORD = re.compile(r"[^A-Za-z0-9]")


class Leef:
    """Encodes a record as one LEEF line."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes
        self._compiler = compiler()
        self._rows = rows()

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; `externalId`, `devTime` and `version` say which version of what it is."""
        row = record.row
        head = record.head
        unclean = needs_cleaning(record.raw)
        if row is not None and not unclean and head.kind == "event":  # of which neither header nor head asks a column
            start, pairs = header(head, {}), [*_of_head(head, {}), *self._rows.encode(row)]
        else:
            start, pairs = self._slowly(record, unclean=unclean)
        body = start + attributes(pairs)
        if self._limit is not None and len(body) > self._limit:
            body = shortened(start, pairs, self._limit)
        return (Document(body, head),)

    def _slowly(self, record: Record, *, unclean: bool) -> tuple[bytes, list[str]]:
        """Give the header and the pairs of what no row says."""
        head, columns = record.head, record.shape.columns(record.data)
        if unclean:
            columns = clean(columns)
        pairs = _of_head(head, columns) + self._compiler.encode(record.shape.mapping(head.table), columns)
        if unclean:  # JSON within a text may say control characters that the columns do not hold
            pairs = pairs_of(_cleaned(one) for one in pairs)
        return header(head, columns), pairs


def _cleaned(pair: str) -> tuple[str, str]:
    key, _, value = pair.partition(EQUALS)
    return key, str(clean(value))


def header(head: Head, columns: Mapping[str, Any]) -> bytes:
    """Write the six fields before the attributes; with `cat`, the event id is what QRadar looks an event up by.

    So it must not vary with words: an alert's is its detector, an incident's that it is one, a row's what happened.
    """
    if head.kind == "alert":
        event_id = text(columns.get("detectorId") or columns.get("AlertType")) or head.title
    else:
        event_id = head.title if head.kind == "event" else head.kind
    return _header(head.product, (event_id or head.table or head.kind)[:_LONGEST_REMEMBERED])


@lru_cache(maxsize=512)  # actions and detectors recur
def _header(product: str, event_id: str) -> bytes:
    name = header_field(product.removeprefix("Microsoft "), 63)
    return f"LEEF:2.0|Microsoft|{name}|1|{header_field(event_id, _LONGEST_EVENT_ID) or 'unknown'}|x09|".encode(
        "utf-8", "replace"
    )


def _of_head(head: Head, columns: Mapping[str, Any]) -> list[str]:
    category = plain(text(columns.get("category")) or "") if head.kind == "alert" else ""
    first = pairs_of((("externalId", plain(head.id)), ("devTime", str(head.time_ms))))
    about = _about(
        head.kind,
        head.table,
        category[:_LONGEST_REMEMBERED],
        head.severity,
        version=head.version,
        odd=head.anomalies,
        tenant=head.tenant[:_LONGEST_REMEMBERED],
    )
    return [*first, *about]


@lru_cache(maxsize=512)  # of an event it says what most others do
def _about(
    kind: str, table: str, category: str, severity: Severity, *, version: str, odd: tuple[str, ...], tenant: str
) -> Sequence[str]:
    said = {
        "sev": str(_SEVERITY[severity]),
        "cat": (category or plain(table))[:255] or "unknown",
        "kind": kind,
        "version": plain(version)[:64],
        "timeAnomalies": ",".join(odd),
        "table": plain(table)[:255],
        "tenantId": plain(tenant)[:255],
    }
    return pairs_of(said.items())


@cache
def limits() -> Mapping[str, int]:
    """Give the dictionary: key to its longest value, 0 for numbers."""
    return dict(read_file(files("siemcast_sinks.formats.leef") / "leef.yaml").section("dictionary"))


@cache
def mapping() -> FormatMapping:
    """Give LEEF's mapping. Raises ConfigError naming file and line, were the file wrong."""

    def usual(field: str) -> str:
        if field not in limits():
            raise ConfigError(f"no LEEF key {field!r}", hint="see `dictionary`")
        return "text" if limits()[field] else "integer"

    return format_mapping(read_file(files("siemcast_sinks.formats.leef") / "leef.yaml"), SHARED, usual)


@cache
def _taken() -> frozenset[str]:
    return frozenset(key.lower() for key in limits())


def custom_key(column: str) -> str | None:
    """Name the key of a column that has none of its own: Microsoft's name, apart from all names of the dictionary."""
    if column in _SAID_BY_HEAD:
        return None
    name = _NOT_WORD.sub("", column)[:60] or "Unnamed"
    return f"Defender{name[:1].upper()}{name[1:]}" if name.lower() in _taken() else name


@cache
def compiler() -> Compiler:
    """Give the compiler of all records."""
    return Compiler(mapping(), lambda: Pairs(limits()), custom_key)


@cache
def rows() -> RowBodies:
    """Give what makes the pairs of typed rows."""
    return RowBodies(mapping(), lambda: Pairs(limits()), custom_key)
