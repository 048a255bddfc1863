"""The hooks: synchronous, declaring only, called once at start, each plugin by itself so that errors name it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

from siemcast.api import FormatSpec, Notice, RecordKind, SecretResolver, SinkSpec, SourceSpec, TransformSpec

if TYPE_CHECKING:
    import click

    from siemcast.api.journal import JournalSpec

hookspec = pluggy.HookspecMarker("siemcast")


@hookspec
def register_sources() -> Iterable[SourceSpec[Any]]:  # type: ignore[empty-body]  # a hookspec has no body by design
    """Give the kinds of source that this plugin brings."""


@hookspec
def register_record_kinds() -> Iterable[RecordKind]:  # type: ignore[empty-body]  # as above
    """Give the kinds of record that siemcast can encode and replay by this plugin, but reads from no service."""


@hookspec
def register_sinks() -> Iterable[SinkSpec[Any]]:  # type: ignore[empty-body]  # as above
    """Give the kinds of sink that this plugin brings."""


@hookspec
def register_formats() -> Iterable[FormatSpec]:  # type: ignore[empty-body]  # as above
    """Give the formats that this plugin brings."""


@hookspec
def register_transforms() -> Iterable[TransformSpec[Any]]:  # type: ignore[empty-body]  # as above
    """Give the kinds of transform that this plugin brings."""


@hookspec
def register_journals() -> Iterable[JournalSpec[Any]]:  # type: ignore[empty-body]  # as above
    """Give the kinds of journal that this plugin brings."""


@hookspec
def register_secret_resolvers() -> Iterable[SecretResolver]:  # type: ignore[empty-body]  # as above
    """Give the resolvers of `${scheme:reference}` that this plugin brings."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands to the command line."""


@hookspec
def observe(notice: Notice) -> None:
    """Hear of a notice; must return at once."""
