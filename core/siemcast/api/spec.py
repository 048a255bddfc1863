"""How a plugin describes what it brings: one frozen spec a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from siemcast.api.context import Context
from siemcast.api.ports import Format, FormatOptions, Sink, Source
from siemcast.api.settings import SinkSettings, SourceSettings, TransformSettings
from siemcast.schema import Record, RecordShape
from siemcast.schema.places import Places

Stability = Literal["experimental", "beta", "stable"]
Transform = Callable[[Record], Iterable[Record]]
"""Pure: none drops the record, several split it."""

SourceS = TypeVar("SourceS", bound=SourceSettings)
SinkS = TypeVar("SinkS", bound=SinkSettings)
TransformS = TypeVar("TransformS", bound=TransformSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec(Generic[SourceS]):
    """Describes one kind of source."""

    kind: str
    summary: str
    settings: type[SourceS]
    open: Callable[[SourceS, Context], AbstractAsyncContextManager[Source]]
    shapes: Sequence[RecordShape]
    """What its records may look like; the first is assumed where nothing tells them apart."""
    stability: Stability = "beta"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """Describes the records of a source kind for which there is no reader here, only archives and pipes that hold them.

    `siemcast encode` and `replay.file` take them by that kind; a configuration cannot. A SourceSpec of the same kind,
    whoever brings it, takes its place.
    """

    kind: str
    summary: str
    shapes: Sequence[RecordShape]
    """What the records may look like; the first is assumed where nothing tells them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSpec(Generic[SinkS]):
    """Describes one kind of sink."""

    kind: str
    summary: str
    settings: type[SinkS]
    open: Callable[[SinkS, Context], AbstractAsyncContextManager[Sink]]
    duplicates: Literal["possible", "suppressed"]
    """Whether the receiver suppresses a document that it is sent twice."""
    ordered: bool = False
    """Whether one object's updates must arrive in order; then one request is in flight at a time."""
    limits: Callable[[], Mapping[str, int]] = dict
    """Gives, by words for a receiver, the longest document that it takes as installed: `siemcast preview` compares."""
    stability: Stability = "beta"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatSpec:
    """Describes one format; `native` exists once for each sink kind that has content of its own for Defender."""

    name: str
    summary: str
    open: Callable[[FormatOptions], Format]
    sink: str | None = None
    """The sink kind whose `native` this is; None for a format that any sink may use."""
    text: Literal["json", "line"] = "json"
    """`json`: each document is one JSON object on one line; `line`: one line of text (CEF, LEEF)."""
    places: Callable[[], Places] | None = None
    """Tells where the format puts what a record says, for `siemcast mappings`, `preview` and the reference."""
    stability: Stability = "beta"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformSpec(Generic[TransformS]):
    """Describes one kind of transform."""

    kind: str
    summary: str
    settings: type[TransformS]
    open: Callable[[TransformS], Transform]
    stability: Stability = "beta"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretResolver:
    """Resolves `${scheme:reference}`; `resolve` raises ConfigError (never naming the value) when it cannot."""

    scheme: str
    summary: str
    resolve: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something an observer may want to hear of: a cause of not being ready, a dead letter, a new table."""

    event: str
    part: str
    """`sources.NAME`, `sinks.NAME`, or `engine`."""
    details: Mapping[str, Any]
