"""What a limit takes from a document: both ways of it are read into fields and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from siemcast.api import FormatSpec, SinkSpec
from siemcast.config import SinkPart
from siemcast.registry import Registry
from siemcast.schema import Head
from siemcast.schema.convert import given, text
from siemcast.schema.mapping import TableMapping
from siemcast.schema.places import Places
from siemcast.schema.plan import interpret, plan

_PLUGINS_MISTAKES = (AttributeError, LookupError, TypeError, ValueError)
Read = Callable[[bytes], Mapping[str, str]]


class Cut(NamedTuple):
    """A field that lost something."""

    field: str
    had: int
    """Characters."""
    has: int
    """Characters that are left; 0 when the field was dropped."""


class Limit(NamedTuple):
    """How long a document may be for somebody."""

    who: str
    bytes: int
    """Of the document, what a sink puts around it not counted."""
    ours: bool
    """Whether siemcast shortens to it unless told otherwise; else it is up to the receiver, and to `max_bytes`."""


def limits_of(
    spec: FormatSpec, registry: Registry, sink: str | None, configured: SinkPart | None = None
) -> tuple[Sequence[str], Sequence[Limit]]:
    """Give the sink kinds that take a format (the one that is asked for, if any), and their limits, as it is set."""
    kinds = [each for each in registry.sinks.all() if sink in (None, each.kind) and _takes(each, spec, registry)]
    found = []
    for each in kinds:
        if configured is None:
            who, ours = f"{each.kind}, as it is set by default", _default_limit(each)
        else:
            who, ours = f"sinks.{configured.name}, as it is set", configured.settings.document_limit
        if ours is not None:
            found.append(Limit(who, ours, ours=True))
        found += [Limit(who, most, ours=False) for who, most in each.limits().items()]
    return [each.kind for each in kinds], found


def cuts(before: bytes, after: bytes, read: Read | None) -> tuple[Sequence[Cut], Sequence[str]]:
    """Give what of a document is missing in its shortened form, and what says so in it."""
    had, has = fields_of(before, read), fields_of(after, read)
    lost = [Cut(field, len(value), len(has.get(field, ""))) for field, value in had.items()]
    marks = [f"{field}={value}" for field, value in has.items() if field not in had]
    return [cut for cut in lost if cut.has < cut.had], marks


def fields_of(body: bytes, read: Read | None = None) -> Mapping[str, str]:
    """Read a document into fields: JSON by dotted names, lines by their format's own reader."""
    if read is not None:
        return read(body)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"": body.decode("utf-8", "replace")}
    fields: dict[str, str] = {}
    _collect(document, "", fields)
    return fields


def key_cuts(places: Places, table: TableMapping, head: Head, columns: Mapping[str, Any]) -> Sequence[Cut]:
    """Give what is longer than the format lets its field be, whatever a sink takes."""
    form = places.mapping_of(table, columns)
    if form is None:
        return ()
    made = plan(
        table,
        form,
        table.activity_of(columns),
        list(columns),
        lambda column: places.rest(head, column),
        places.reserved,
    )
    fields, rest = interpret(made, columns)
    said = {field: columns[column] for column, field in places.head.items() if given(columns.get(column))}
    found = []
    for field, value in {**fields, **rest, **said}.items():
        most, long = places.longest(field), len(text(value) or "")
        if most is not None and long > most:
            found.append(Cut(field, long, most))
    return found


def _collect(value: Any, name: str, fields: dict[str, str]) -> None:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            _collect(inner, f"{name}.{key}" if name else key, fields)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            _collect(inner, f"{name}[{place}]", fields)
    else:
        fields[name] = value if isinstance(value, str) else orjson.dumps(value).decode()


def _takes(sink: SinkSpec[Any], spec: FormatSpec, registry: Registry) -> bool:
    """Say whether a sink kind takes a format: not where its own has the name, or its settings refuse it."""
    own = f"{spec.name}:{sink.kind}" in registry.formats.names()
    mine = spec.sink == sink.kind if own else spec.sink is None
    return mine and not _refused(sink, spec.name)


def _refused(sink: SinkSpec[Any], name: str) -> bool:
    try:
        sink.settings.model_validate({"kind": sink.kind, "format": name})
    except ValidationError as error:
        return any(each["loc"][:1] == ("format",) for each in error.errors())
    return False


def _default_limit(sink: SinkSpec[Any]) -> int | None:
    try:
        limit: int | None = sink.settings.model_construct().document_limit
    except _PLUGINS_MISTAKES:  # one that depends on a setting without a default
        return None
    return limit
