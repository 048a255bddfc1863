"""`ecs`: the Elastic Common Schema, with Microsoft's own fields under `m365_defender`, as in Elastic's package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Document, Head, Record
from siemcast.schema.compiler import Compiler, Fields
from siemcast.schema.convert import given
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.files.loading import Section, format_mapping, read_file
from siemcast.schema.mapping import FormatMapping, TableMapping
from siemcast.schema.plan import named
from siemcast.schema.times import iso
from siemcast.schema.typed.documents import Around, Documents
from siemcast.schema.typed.row import Form
from siemcast_sinks.formats.ecs.convert import CONVERTERS
from siemcast_sinks.formats.ecs.kept import HELPERS, KEPT, WRITTEN
from siemcast_sinks.formats.ecs.objects import is_row, vendor_object
from siemcast_sinks.formats.ecs.vendor import RESERVED, envelope_field, event_field
from siemcast_sinks.formats.shared.fit import MARK, fit
from siemcast_sinks.formats.shared.tree import Tree

VERSION = "9.4.0"
_SEVERITY = {1: 21, 2: 21, 3: 47, 4: 73, 5: 99}


class Ecs:
    """Encodes a record as one ECS document."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes
        self._documents = documents()

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; its `event.id` is the head's id."""
        row = record.row
        head = record.head
        body = dumps_sorted(slow_document(record)) if row is None else self._documents.encode(row, head)
        return (Document(fit(body, self._limit, _mark), head),)


def slow_document(record: Record) -> Fields:
    """Give the document the slow, obvious way, of any record."""
    data, head = record.data, record.head
    table = record.shape.mapping(head.table)
    if is_row(head):
        return row_document(data, record.shape.columns(data), table, head)
    return object_document(data, record.shape.columns(data), table, head)


def row_document(
    data: Mapping[str, Any],
    columns: Mapping[str, Any],
    table: TableMapping,
    head: Head,
    form: Form | None = None,
) -> Fields:
    """Give the document of a row and of what stands around it, its fields named as in all rows of a form if given."""
    document: Fields = rows().slowly(table, columns, None if form is None else tuple(form.kinds))
    for field, make in KEPT.items():
        _remake(document, field, make)
    if columns is not data:
        around = {key: value for key, value in data.items() if value is not columns}
        for key, field in named(tuple(around if form is None else form.beside), envelope_field, set()).items():
            if given(around.get(key)):
                _put(document, field, around[key])
    return _headed(document, head)


def object_document(data: Mapping[str, Any], columns: Mapping[str, Any], table: TableMapping, head: Head) -> Fields:
    """Give the document of an alert, an incident, or whatever else is kept whole beside its fields."""
    document: Fields = objects().encode(table, columns)
    document.setdefault("event", {}).setdefault("type", ["info"])
    document |= vendor_object(head, data)
    if "severity" not in document["event"] and head.severity:
        document["event"]["severity"] = _SEVERITY[head.severity]
    return _headed(document, head)


def _remake(document: Fields, field: str, make: Callable[[Any], Any]) -> None:
    """Make something else of what stands in a field; where nothing is left of it, neither is its place."""
    group, _, name = field.partition(".")
    inner = document.get(group)
    if not isinstance(inner, dict):
        return
    if "." in name:
        _remake(inner, name, make)
    elif name in inner and (value := make(inner.pop(name))) is not None:
        inner[name] = value
    if not inner:
        del document[group]


def _put(document: Fields, field: str, value: Any) -> None:
    *groups, name = field.split(".")
    for group in groups:
        document = document.setdefault(group, {})
    document[name] = value


def _headed(document: Fields, head: Head) -> Fields:
    document.setdefault("@timestamp", iso(head.time_ms))
    document["ecs"] = {"version": VERSION}
    document.setdefault("event", {})["id"] = head.id
    if head.anomalies:
        document["tags"] = list(head.anomalies)
    return document


_AROUND = Around(
    own={
        "@timestamp": "{} or iso(head.time_ms)",
        "ecs.version": repr(VERSION),
        "event.id": "head.id",
        "tags": "head.anomalies or None",
    },
    helpers={"iso": iso, **HELPERS},
    beside=envelope_field,
    kept=WRITTEN,
)
"""What `_headed` adds, said of rows that were read into types."""


def _mark(document: dict[str, Any]) -> None:
    document["tags"] = [*document.get("tags", ()), MARK]


@cache
def mapping() -> FormatMapping:
    """Give ECS's mapping. Raises ConfigError naming file and line, were the file wrong."""
    file = read_file(files("siemcast_sinks.formats.ecs") / "ecs.yaml")
    types = field_types(file)

    def usual(field: str) -> str:
        if field not in types:
            raise ConfigError(f"no ECS field {field!r} in the dictionary", hint="mend it, or add it to `dictionary`")
        return types[field]

    return format_mapping(file, CONVERTERS, usual)


def field_types(file: Section) -> Mapping[str, str]:
    """Give the dictionary: field to type."""
    kinds = file.section("dictionary")
    return {field.strip('"'): kind for kind, fields in kinds.items() for field in str(fields).split()}


@cache
def rows() -> Compiler:
    """Give the compiler of hunting rows; what ECS has no place for goes below `m365_defender.event`."""
    return Compiler(mapping(), Tree, event_field, RESERVED)


@cache
def documents() -> Documents:
    """Give what encodes rows that were read into types, as `rows` does, without an object between."""
    return Documents(mapping(), event_field, _AROUND, RESERVED)


@cache
def objects() -> Compiler:
    """Give the compiler of Graph objects, which are kept whole below `m365_defender` in any case."""
    return Compiler(mapping(), Tree, lambda column: None)
