"""A configuration once it is valid: every name in it is known, every kind resolved, every secret to be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siemcast.api import (
    FormatSpec,
    Settings,
    SinkSettings,
    SinkSpec,
    SourceSettings,
    SourceSpec,
    TransformSettings,
    TransformSpec,
)
from siemcast.api.journal import AnyJournalSpec, JournalSettings
from siemcast.config.envelope import HttpSettings, LogSettings
from siemcast.registry import Registry
from siemcast.schema.files.overlay import Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPart:
    """The journal."""

    spec: AnyJournalSpec
    settings: JournalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePart:
    """A configured source."""

    name: str
    spec: SourceSpec[Any]
    settings: SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkPart:
    """A configured sink and its format."""

    name: str
    spec: SinkSpec[Any]
    settings: SinkSettings
    format: FormatSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformPart:
    """A configured transform of a route."""

    spec: TransformSpec[Any]
    settings: TransformSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePart:
    """Which records of which sources go to which sinks."""

    sources: Sequence[str]
    sinks: Sequence[str]
    where: Mapping[str, Any]
    transforms: Sequence[TransformPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateConfiguration:
    """What commands need that only look at the state: no source, no sink, and none of their secrets."""

    state: Path
    http: HttpSettings | None
    journal: JournalPart
    sources: Sequence[str]
    """The names of the configured sources."""
    sinks: Sequence[str]
    """The names of the configured sinks."""
    registry: Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that a user configured."""

    file: str
    state: Path
    http: HttpSettings | None
    log: LogSettings
    journal: JournalPart
    tenants: Mapping[str, Settings]
    sources: Sequence[SourcePart]
    sinks: Sequence[SinkPart]
    routes: Sequence[RoutePart]
    mappings: Overlay | None
    """The users' own mappings; None where they have none."""
    registry: Registry
