"""One plugin as it was found: its state, and what it brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from siemcast.api import FormatSpec, Notice, RecordKind, SecretResolver, SinkSpec, SourceSpec, TransformSpec
from siemcast.api.journal import AnyJournalSpec

if TYPE_CHECKING:
    import click

Status = Literal["ok", "broken", "blocked"]
Observer = Callable[[Notice], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """All that one plugin brings."""

    sources: tuple[SourceSpec[Any], ...] = ()
    record_kinds: tuple[RecordKind, ...] = ()
    sinks: tuple[SinkSpec[Any], ...] = ()
    formats: tuple[FormatSpec, ...] = ()
    transforms: tuple[TransformSpec[Any], ...] = ()
    journals: tuple[AnyJournalSpec, ...] = ()
    resolvers: tuple[SecretResolver, ...] = ()
    commands: Mapping[str, click.Command] = field(default_factory=dict)
    observer: Observer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """An entry point of the group `siemcast` and what became of it."""

    name: str
    status: Status
    reason: str = ""
    """Why it is broken; empty otherwise."""
    specs: Specs = Specs()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of all that it brings; a format of one sink kind is `native:splunk`, a kind of record `x:records`."""
        specs = self.specs
        with_kind: tuple[Any, ...] = (*specs.sources, *specs.sinks, *specs.transforms, *specs.journals)
        named = [spec.kind for spec in with_kind]
        formats = [f"{spec.name}:{spec.sink}" if spec.sink else spec.name for spec in specs.formats]
        records = [f"{kind.kind}:records" for kind in specs.record_kinds]
        return (*named, *records, *formats, *(resolver.scheme for resolver in specs.resolvers))


def described(error: BaseException) -> str:
    """Give an exception's kind and words on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
