"""Answers canonical paths for any record: what `where`, transforms and tests ask with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.canonical import paths, type_of
from siemcast.schema.convert import given
from siemcast.schema.mapping import Ref, TableMapping
from siemcast.schema.record import Record

HEAD: Mapping[str, str] = {
    "id": "id", "version": "version", "kind": "kind", "table": "table", "product": "product", "tenant": "tenant",
    "severity": "severity", "status": "status", "title": "title", "hostname": "hostname", "time_ms": "time_ms",
    "anomalies": "anomalies",
}  # fmt: skip  # a table of one line each would say no more
"""What the head answers, before any column is looked at."""

_OF_RECORD = "record."


def getter(path: str) -> Callable[[Record], Any]:
    """Make a function from record to value, None where it has none; lists where a record says several.

    `path` is a field of the head (`severity` gives a Severity), a canonical path (`device.hostname`), or a column as
    `record.Column`, or `record.Column.inner` for what is nested in it. Raises ConfigError for any other.
    """
    if path in HEAD:
        name = HEAD[path]
        return lambda record: getattr(record.head, name)
    if path.startswith(_OF_RECORD):
        names = path.removeprefix(_OF_RECORD).split(".")
        return lambda record: _dig(record.shape.columns(record.data), names)
    if type_of(path) is None:
        near = get_close_matches(path, [*HEAD, *paths(4)], n=1)
        hint = (
            f"did you mean {near[0]!r}? A column of Microsoft's is record.Name" if near else "a column is record.Name"
        )
        raise ConfigError(f"no canonical path {path!r}", hint=hint)
    return lambda record: _canonical(record, path)


def _dig(value: Any, names: list[str]) -> Any:
    for name in names:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _canonical(record: Record, path: str) -> Any:
    table = record.shape.mapping(record.head.table)
    columns = record.shape.columns(record.data)
    for column, part in _refs(_Known(table), table.activity_of(columns).of, path):
        value = columns.get(column)
        if part:
            value = table.expanders[column](value).get(part)
        if given(value):
            return value
    return (record.head.hostname or None) if path == "device.hostname" else None


class _Known:
    """A table's mapping as a key of the cache: there is one mapping of a table, for as long as the process lives."""

    __slots__ = ("table",)

    def __init__(self, table: TableMapping) -> None:
        self.table = table

    def __hash__(self) -> int:
        return hash(self.table.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.table is self.table


@lru_cache(maxsize=4096)
def _refs(known: _Known, of: str, path: str) -> tuple[Ref, ...]:
    return tuple(ref for ref, meant in known.table.columns_of(of).items() if meant == path)
