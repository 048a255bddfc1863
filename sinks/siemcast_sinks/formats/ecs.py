"""`ecs`: the Elastic Common Schema, with Microsoft's own fields under `m365_defender`, as in Elastic's package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Document, Head, Record
from siemcast.schema.compiler import Compiler, Fields
from siemcast.schema.dump import dumps
from siemcast.schema.loading import Section, format_mapping, read_file
from siemcast.schema.mapping import FormatMapping
from siemcast.schema.times import iso
from siemcast_sinks.formats.ecs_convert import CONVERTERS
from siemcast_sinks.formats.fit import MARK, fit
from siemcast_sinks.formats.tree import Tree
from siemcast_sinks.formats.vendor import event_field, graph_object

VERSION = "8.17.0"
_SEVERITY = {1: 21, 2: 21, 3: 47, 4: 73, 5: 99}


class Ecs:
    """Encodes a record as one ECS document."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes
        self._rows = rows()
        self._objects = objects()

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; its `event.id` is the head's id."""
        data = record.data
        head = record.head
        shape = record.shape
        table = shape.mapping(head.table)
        if head.kind == "event":
            columns = shape.columns(data)
            document = self._rows.encode(table, columns)
            _envelope(document, data, columns)
        else:
            document = self._objects.encode(table, data)
            document["event"].setdefault("type", ["info"])
            document["m365_defender"] = {head.kind: graph_object(head.kind, data)}
        _head(document, head)
        return (Document(fit(dumps(document), self._limit, _mark), head),)


def _head(document: Fields, head: Head) -> None:
    if "@timestamp" not in document:
        document["@timestamp"] = iso(head.time_ms)
    document["ecs"] = {"version": VERSION}
    event = document["event"]
    event["id"] = head.id
    if head.kind != "event" and "severity" not in event and head.severity:
        event["severity"] = _SEVERITY[head.severity]
    if head.anomalies:
        document["tags"] = list(head.anomalies)


def _envelope(document: Fields, data: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Add what the Streaming API says around a row."""
    if columns is data:
        return
    vendor = document.setdefault("m365_defender", {}).setdefault("event", {})
    tenant = {}
    for key, value in data.items():
        if value is columns or value is None or value == "":
            continue
        name = _ENVELOPE.get(key)
        if name is not None:
            vendor[name] = value
        elif key in _TENANT:
            tenant[_TENANT[key]] = value
        else:
            vendor.setdefault(event_field(key).rpartition(".")[2], value)
    if tenant:
        vendor["tenant"] = tenant


_ENVELOPE = {
    "category": "category",
    "time": "time",
    "operationName": "operation_name",
    "_TimeReceivedBySvc": "time_received_by_svc",
}
_TENANT = {"tenantId": "id", "Tenant": "name"}


def _mark(document: dict[str, Any]) -> None:
    document["tags"] = [*document.get("tags", ()), MARK]


@cache
def mapping() -> FormatMapping:
    """Give ECS's mapping. Raises ConfigError naming file and line, were the file wrong."""
    file = read_file(files("siemcast_sinks.formats") / "ecs.yaml")
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
    return Compiler(mapping(), Tree, event_field)


@cache
def objects() -> Compiler:
    """Give the compiler of Graph objects, which are kept whole below `m365_defender` in any case."""
    return Compiler(mapping(), Tree, lambda column: None)
