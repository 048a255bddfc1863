"""`cim`: flat events in the fields of Splunk's Common Information Model, each with its dataset and tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

from siemcast.api import FormatOptions
from siemcast.schema import Document, Head, Record
from siemcast.schema.convert import given
from siemcast.schema.dump import dumps
from siemcast.schema.mapping import Activity
from siemcast.schema.memo import remembered
from siemcast.schema.typed.row import Row, around
from siemcast_sinks.formats.cim.convert import CONVERTERS
from siemcast_sinks.formats.flat.models import Making, Model, Models, read_models
from siemcast_sinks.formats.flat.own import OwnFields
from siemcast_sinks.formats.flat.parts import Part, parts
from siemcast_sinks.formats.shared.fit import MARK, fit

HEAD = frozenset({
    "_time", "event_id", "event_version", "cim_dataset", "tenant_id", "time_anomalies", MARK,
})  # fmt: skip  # a list of words
"""Fields beside CIM's: when, which version of which event, which dataset, of which tenant."""
_SPLUNKS = frozenset({
    "host", "source", "sourcetype", "index", "eventtype", "linecount", "punct", "splunk_server", "timestamp", "_raw",
    "_indextime", "_cd", "_bkt", "_si", "_sourcetype",
})  # fmt: skip  # a list of words
"""Fields that Splunk sets itself, and which a column of that name would hide."""
_OWN = OwnFields(
    name=re.compile(r"[A-Za-z][A-Za-z0-9_.]*"),
    rule="Splunk takes letters, digits, `_` and `.`, a letter first",
    taken=HEAD | _SPLUNKS,
)
_USUAL = {
    "text": "first", "integer": "whole", "number": "real", "boolean": "first_boolean", "time": "first_time",
    "texts": "texts", "ip": "first_ip",
}  # fmt: skip  # a table
_UNKNOWN = "unknown"
_OF_HEAD: Mapping[str, Callable[[Head], str]] = {
    "id": lambda head: head.id,
    "ticket_id": lambda head: head.id,
    "signature": lambda head: head.title or head.table or head.kind,
    "description": lambda head: head.title or head.table or head.kind,
    "object": lambda head: head.hostname or head.title or head.table or head.kind,
    "app": lambda head: head.product,
    "dvc": lambda head: head.hostname or head.product,
    "dest": lambda head: head.hostname or _UNKNOWN,
}
"""What a mandatory field holds where nothing of the record says it; `unknown` is what Splunk's own models fill in."""


class Cim:
    """Encodes a record as one event."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document, or for an incident one and one an alert; `event_id` is the head's id."""
        row = record.row
        if row is not None:
            return (Document(fit(dumps(event_of_row(row, record.head)), self._limit), record.head),)
        return [Document(fit(dumps(event(part)), self._limit), part.head) for part in parts(record)]


def event_of_row(row: Row, head: Head) -> dict[str, Any]:
    """Give the event of a row that was read into types, as `event` does."""
    model, said = models().of_row(row)
    fields, rest = model.rows.encode(row)
    made = _finished(fields, head, model, said)
    made |= rest
    return _with_around(made, around(row))


def event(part: Part) -> dict[str, Any]:
    """Give an event: CIM's fields first, then Microsoft's columns, then what stood around them."""
    data, columns = part.data, part.columns
    model, said = models().of(part.table, columns)
    fields, rest = model.encode(part.table, columns, said)
    made = _finished(fields, part.head, model, said)
    rest |= {name: value for column, value in part.left.items() if (name := vendor_field(column)) in rest}
    made |= ((name, value) for name, value in sorted(rest.items()) if given(value))
    if columns is data:
        return made
    return _with_around(made, {key: value for key, value in data.items() if value is not columns and given(value)})


def _finished(fields: Mapping[str, Any], head: Head, model: Model, said: Activity) -> dict[str, Any]:
    """Give the fields of a model with what every event has."""
    made = {**_headed(head, model), **fields}
    model.complete(made, said)
    for name in _of_head(model.schema.name):
        if name not in made:
            made[name] = _OF_HEAD[name](head)
    return made


@cache
def _of_head(model: str) -> Sequence[str]:
    """Name the mandatory fields of a model that the head can fill."""
    return tuple(name for name in _OF_HEAD if name in models().models[model].schema.mandatory)


def _with_around(made: dict[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in beside.items():
        made[_free(envelope_field(key), made)] = value
    return made


def _headed(head: Head, model: Model) -> dict[str, Any]:
    made: dict[str, Any] = {
        "_time": head.time_ms / 1000,
        "event_id": head.id,
        "cim_dataset": model.schema.name,
        "tag": list(model.schema.facts["tags"]),
        "vendor_product": head.product,
    }
    if head.version:
        made["event_version"] = head.version
    if head.tenant:
        made["tenant_id"] = head.tenant
    if head.anomalies:
        made["time_anomalies"] = list(head.anomalies)
    return made


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """Tell names that meet apart by a number: a stream may say `tenantId` and `_tenantId`."""
    return name if name not in taken else next(free for n in count(2) if (free := f"{name}{n}") not in taken)


@remembered()  # keys recur
def envelope_field(key: str) -> str:
    """Give the field of what the Streaming API says around a row."""
    return f"envelope_{key.strip('_') or 'unnamed'}"


@remembered(4096)  # columns recur
def vendor_field(column: str) -> str:
    """Give the field of a column that CIM has no place for: Microsoft's name, apart from all of CIM's and Splunk's."""
    name = column or "unnamed"
    while name in _names() or name in _SPLUNKS:
        name = f"vendor_{name.lstrip('_')}"
    return f"vendor{name}" if name.startswith("_") else name


@cache
def _names() -> frozenset[str]:
    return HEAD.union(*(model.schema.types for model in models().models.values()))


@cache
def models() -> Models:
    """Give CIM's datasets. Raises ConfigError naming file and line, were one of the files wrong."""
    return read_models(Making(name="cim", converters=CONVERTERS, usual=_USUAL, rest=vendor_field, own=_OWN))
