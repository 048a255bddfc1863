"""`asim`: rows for the tables of Microsoft's Advanced Security Information Model, one flat JSON object each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from siemcast.api import FormatOptions
from siemcast.schema import Document, Head, Record
from siemcast.schema.convert import given
from siemcast.schema.dump import dumps
from siemcast.schema.files.loading import Section, read_file
from siemcast.schema.mapping import Activity
from siemcast.schema.times import iso
from siemcast.schema.typed.row import Row, around
from siemcast_sinks.formats.asim.convert import CONVERTERS
from siemcast_sinks.formats.flat.body import APART
from siemcast_sinks.formats.flat.models import Making, Model, Models, read_models
from siemcast_sinks.formats.flat.own import OwnFields
from siemcast_sinks.formats.flat.parts import Part, parts
from siemcast_sinks.formats.shared.fit import MARK, fit

LONGEST_VALUE = 64_000
"""Bytes of the longest value: Log Analytics cuts what is longer than 64 kB, wherever that falls, also within JSON."""
MORE = "AdditionalFields"
_AROUND, _VERSION, _ODD = "Envelope", "EventVersion", "TimeAnomalies"
_TAKEN = tuple(APART + name for name in (_AROUND, _VERSION, _ODD, MARK))
_ELLIPSIS = "..."
_USUAL = {
    "text": "first", "int": "whole", "long": "first_integer", "real": "real", "bool": "first_boolean",
    "datetime": "first_time", "dynamic": "texts",
    "integer": "first_integer", "number": "real", "boolean": "first_boolean", "time": "first_time", "texts": "texts",
    "ip": "first_ip",
}  # fmt: skip  # a table
"""By Log Analytics' words, and by those that users know of other formats."""
_OWN = OwnFields(
    name=re.compile(r"[A-Za-z][A-Za-z0-9_]{0,44}"),
    rule="Log Analytics takes up to 45 letters, digits and `_`, a letter first",
    taken=("Type", "TenantId", "_ResourceId", "_SubscriptionId", "UniqueId", "Title", "Id"),
)
_ENDPOINT = "M365 Defender for Endpoint"
"""What ASIM calls the product whose tables begin with `Device`, in its list of products."""
_OF_ENDPOINT = "Device"


class Asim:
    """Encodes a record as one row."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document, or for an incident one and one an alert; `EventSchema` tells the table."""
        typed = record.row
        if typed is not None:
            return (self._document(row_of(typed, record.head), record.head),)
        return [self._document(row(part), part.head) for part in parts(record)]

    def _document(self, made: dict[str, Any], head: Head) -> Document:
        body = dumps(made)
        if len(body) > LONGEST_VALUE:
            body = _cut(orjson.loads(body))
        return Document(_fitted(body, self._limit), head)


def row_of(typed: Row, head: Head) -> dict[str, Any]:
    """Give the row of one of Microsoft's that was read into types, as `row` does."""
    model, said = models().of_row(typed)
    fields, more = model.rows.encode(typed)
    return _with_more(_finished(fields, head, model, said), more, around(typed), head)


def row(part: Part) -> dict[str, Any]:
    """Give a row: what every row must have first, and what has no column last."""
    columns, data = part.columns, part.data
    model, said = models().of(part.table, columns)
    fields, more = model.encode(part.table, columns, said)
    more |= {column: value for column, value in part.left.items() if column in more}
    more = {name: value for name, value in sorted(more.items()) if given(value)}
    beside = {} if columns is data else {k: v for k, v in data.items() if v is not columns and given(v)}
    return _with_more(_finished(fields, part.head, model, said), more, beside, part.head)


def _finished(fields: Mapping[str, Any], head: Head, model: Model, said: Activity) -> dict[str, Any]:
    """Give the columns of a schema with what every row must have, and with their aliases."""
    made = {**_headed(head, model), **fields}
    model.complete(made, said)
    if "EventProduct" not in fields:
        made["EventProduct"] = _ENDPOINT if head.table.startswith(_OF_ENDPOINT) else head.product
    _mandatory(made, head, model)
    for alias, sources in aliases()[model.schema.name].items():
        if alias not in made:
            for name in sources:
                if name in made:
                    made[alias] = made[name]
                    break
    return made


def _with_more(made: dict[str, Any], more: dict[str, Any], beside: Mapping[str, Any], head: Head) -> dict[str, Any]:
    """Add what has no column, what stood around the columns, and what is odd about the record."""
    if beside:
        more[_AROUND] = beside
    if head.version:
        more[_VERSION] = head.version
    if head.anomalies:
        more[_ODD] = list(head.anomalies)
    if more:
        made[MORE] = more
    return made


def _headed(head: Head, model: Model) -> dict[str, Any]:
    time = iso(head.time_ms)
    return {
        "TimeGenerated": time,
        "EventSchema": model.schema.name,
        "EventSchemaVersion": model.schema.facts["version"],
        "EventVendor": "Microsoft",
        "EventProduct": head.product,
        "EventOriginalUid": head.id,
        "EventCount": 1,
        "EventStartTime": time,
        "EventEndTime": time,
    }


def _mandatory(made: dict[str, Any], head: Head, model: Model) -> None:
    """Name what was done to what, and the alert, where the record has no column for it."""
    if "Operation" in model.schema.mandatory:
        made.setdefault("Operation", head.title or head.table or head.kind)
        made.setdefault("Object", head.hostname or head.table or head.kind)
    if "EventUid" in model.schema.mandatory:
        made.setdefault("EventUid", head.id)


def _cut(made: dict[str, Any]) -> bytes:
    """Cut every value to what Log Analytics takes, at a character, and mark the row."""
    cut = False
    for name, value in made.items():
        if name == MORE or not isinstance(value, str) or len(written := value.encode()) <= LONGEST_VALUE:
            continue
        made[name] = written[: LONGEST_VALUE - len(_ELLIPSIS)].decode("utf-8", "ignore") + _ELLIPSIS
        cut = True
    more = made.pop(MORE, {})
    if cut:
        more[MARK] = True
    if more:
        made[MORE] = orjson.loads(fit(dumps(more), LONGEST_VALUE))
    return dumps(made)


_ROOM_FOR_MARK = len(f',"{MORE}":{{"{MARK}":true}}')


def _fitted(body: bytes, limit: int | None) -> bytes:
    """Give the row within a limit; the mark stays, also where nothing else that has no column does."""
    if limit is None or len(body) <= limit:
        return body
    made = orjson.loads(fit(body, limit - _ROOM_FOR_MARK, _mark))
    _mark(made)
    return dumps(made)


def _mark(made: dict[str, Any]) -> None:
    made.setdefault(MORE, {})[MARK] = True


def kept(column: str) -> str:
    """Name a column within AdditionalFields: as Microsoft does."""
    return APART + column


@cache
def models() -> Models:
    """Give ASIM's schemas. Raises ConfigError naming file and line, were one of the files wrong."""
    return read_models(Making(name="asim", converters=CONVERTERS, usual=_USUAL, rest=kept, reserved=_TAKEN, own=_OWN))


@cache
def aliases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Give by schema which columns are made of which others."""
    section = read_file(files("siemcast_sinks.formats.asim") / "asim.yaml").section("aliases")
    found: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in models().models}
    for alias, sources in section.items():
        for name, model in models().models.items():
            told = sources.get(name, []) if isinstance(sources, Section) else sources
            listed = tuple(one for one in ([told] if isinstance(told, str) else told) if one in model.schema.types)
            if listed and alias in model.schema.types:
                found[name][alias] = listed
    return found
