"""What `siemcast preview` says of one record, format by format."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siemcast.api import FormatOptions, FormatSpec
from siemcast.cli.mappings_report import name_of
from siemcast.cli.preview_cuts import Cut, Limit, cuts, key_cuts, limits_of
from siemcast.config import SinkPart
from siemcast.errors import ConfigError, Permanent
from siemcast.registry import Registry
from siemcast.schema import Document, Record, RecordShape
from siemcast.schema.convert import given
from siemcast.schema.places import Places
from siemcast.schema.report import Status, TableReport, report


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asked for."""

    formats: Sequence[str] = ()
    """By name; all when there is none."""
    sink: str | None = None
    limit: int | None = None
    """Bytes to which documents are shortened."""
    configured: SinkPart | None = None
    """A sink of that kind whose settings count instead of the usual ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A document against one limit."""

    limit: Limit
    excess: int
    """Bytes that the longest document is too long; 0 when all fit."""
    cuts: Sequence[Cut] = ()
    marks: Sequence[str] = ()
    """Fields that say that something was cut."""
    error: str = ""
    """Why it cannot be shortened so far."""
    documents: Sequence[Document] = ()
    """The shortened ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """A record in one format."""

    name: str
    spec: FormatSpec
    documents: Sequence[Document] = ()
    error: str = ""
    sinks: Sequence[str] = ()
    """The kinds that take the format."""
    limits: Sequence[Compared] = ()
    key_cuts: Sequence[Cut] = ()
    places: Places | None = None
    told: TableReport | None = None
    """Where its columns land; None, as `places`, for a format that does not tell."""

    @property
    def vendors(self) -> Mapping[str, str]:
        """The fields under Microsoft's names, by column."""
        lines = self.told.lines if self.told else ()
        return {line.column: line.landings[self.name].vendor for line in lines}

    def statuses(self, columns: Collection[str]) -> Mapping[str, Status]:
        """Give by column what the format does with it; nothing where it does not tell."""
        if self.told is None:
            return {}
        return {column: status for column, status in self.told.statuses(self.name).items() if column in columns}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One record and all that becomes of it."""

    record: Record
    columns: Mapping[str, Any]
    """Those that have a value."""
    unmapped: Sequence[str]
    """Columns without a canonical path."""
    unknown: Sequence[str]
    """Columns that Microsoft's documentation did not have when the mappings were made."""
    encodings: Sequence[Encoding]


def shape_of(raw: bytes, shapes: Sequence[RecordShape]) -> RecordShape:
    """Give the shape of a record: the first that recognises it. Raises Permanent for what is no JSON object."""
    data = Record(raw, shapes[0]).data
    return next((shape for shape in shapes if shape.recognise(data)), shapes[0])


def preview_of(record: Record, registry: Registry, asked: Asked) -> Preview:
    """Encode a record in every format that was asked for. Raises Permanent for what is no record at all."""
    columns = record.shape.columns(record.data)
    table = record.shape.mapping(record.head.table)
    told = report(table, record.head, {}, columns)
    filled = {column: value for column, value in columns.items() if given(value)}
    unmapped = [column for column in told.unmapped if column in filled]
    return Preview(
        record=record,
        columns=filled,
        unmapped=unmapped,
        unknown=[column for column in unmapped if table.layout and column not in table.layout],
        encodings=[_encoding(record, spec, registry, asked) for spec in specs_of(registry, asked)],
    )


def specs_of(registry: Registry, asked: Asked) -> Sequence[FormatSpec]:
    """Give the formats that were asked for. Raises ConfigError for an unknown one."""
    if asked.sink is not None:
        registry.sink(asked.sink)
    if asked.formats:
        return [registry.format(name, asked.sink) for name in dict.fromkeys(asked.formats)]
    if asked.sink is not None:
        return [registry.format(name, asked.sink) for name in registry.formats_for(asked.sink)]
    return registry.formats.all()


def _encoding(record: Record, spec: FormatSpec, registry: Registry, asked: Asked) -> Encoding:
    name, sink = name_of(spec), asked.sink or spec.sink
    sinks, limits = limits_of(spec, registry, asked.sink, asked.configured)
    if asked.limit is not None:
        limits = [Limit("the limit given", asked.limit, ours=True)]
    try:
        whole = spec.open(FormatOptions(sink=sink)).encode(record)
    except (ConfigError, Permanent) as error:
        return Encoding(name=name, spec=spec, error=str(error), sinks=sinks)
    places = spec.places() if spec.places else None
    as_sent = asked.limit is not None or asked.configured is not None  # then a limit is known to be kept to
    compared = [_compared(record, spec, sink, limit, whole) for limit in limits]
    columns, table = record.shape.columns(record.data), record.shape.mapping(record.head.table)
    return Encoding(
        name=name,
        spec=spec,
        documents=next((one.documents for one in compared if as_sent and one.limit.ours and one.documents), whole),
        sinks=sinks,
        limits=compared,
        key_cuts=key_cuts(places, table, record.head, columns) if places else (),
        places=places,
        told=report(table, record.head, {name: places}, columns) if places else None,
    )


def _compared(record: Record, spec: FormatSpec, sink: str | None, limit: Limit, whole: Sequence[Document]) -> Compared:
    """Compare documents with a limit; those that are too long are shortened to it, to see what it takes."""
    excess = max((len(document.body) for document in whole), default=0) - limit.bytes
    if excess <= 0:
        return Compared(limit=limit, excess=0)
    try:
        shorter = spec.open(FormatOptions(sink=sink, max_bytes=limit.bytes)).encode(record)
    except (ConfigError, Permanent) as error:
        return Compared(limit=limit, excess=excess, error=str(error))
    read = spec.places().read if spec.places else None
    lost: list[Cut] = []
    marks: dict[str, None] = {}
    for before, after in zip(whole, shorter, strict=False):
        if before.body != after.body:
            found, said = cuts(before.body, after.body, read)
            lost += found
            marks.update(dict.fromkeys(said))
    return Compared(limit=limit, excess=excess, cuts=lost, marks=tuple(marks), documents=shorter)
