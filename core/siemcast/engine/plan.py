"""What the engine runs: a validated configuration, as specs and settings that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siemcast.api import (
    FormatSpec,
    Notice,
    SecretValue,
    Settings,
    SinkSettings,
    SinkSpec,
    SourceSettings,
    SourceSpec,
    Transform,
)
from siemcast.api.journal import JournalSettings, JournalSpec
from siemcast.schema import RecordShape

Observer = Callable[[Notice], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJournal:
    """The journal and its settings."""

    spec: JournalSpec[Any]
    settings: JournalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSource:
    """One configured source."""

    name: str
    spec: SourceSpec[Any]
    settings: SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSink:
    """One configured sink and its format."""

    name: str
    spec: SinkSpec[Any]
    settings: SinkSettings
    format: FormatSpec

    @property
    def in_flight(self) -> int:
        """Most requests under way at a time: one where one object's updates must arrive in order."""
        return 1 if self.spec.ordered else self.settings.in_flight


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which records of which sources go to which sinks, and what is done to them on the way."""

    sources: Sequence[str]
    sinks: Sequence[str]
    where: Mapping[str, Any] = field(default_factory=dict)
    """As the user wrote it; `siemcast.engine.where.check_where` refuses what has no meaning."""
    transforms: Sequence[Transform] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where health and metrics are served; anything but loopback has a token."""

    host: str = "127.0.0.1"
    port: int = 8686
    token: SecretValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A validated configuration: every name in it is known, every kind resolved."""

    state: Path
    """Folder of the journal; made when the plan is run, never before."""
    journal: PlannedJournal
    sources: Sequence[PlannedSource]
    sinks: Sequence[PlannedSink]
    routes: Sequence[Route]
    tenants: Mapping[str, Settings] = field(default_factory=dict)
    """By the user's name, what `siemcast.kit.entra` makes a tenant of."""
    shapes: Mapping[str, Sequence[RecordShape]] = field(default_factory=dict)
    """The record shapes of every registered source kind, configured or not: the journal and archives may hold any."""
    listen: Listen | None = None
    observers: Mapping[str, Observer] = field(default_factory=dict)
    """By the plugin's name, its `observe` hook."""
