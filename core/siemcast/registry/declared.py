"""Asks one plugin what it brings, and believes only what keeps the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
import pluggy

from siemcast.api import (
    FormatSpec,
    Notice,
    RecordKind,
    SecretResolver,
    SinkSettings,
    SinkSpec,
    SourceSettings,
    SourceSpec,
    TransformSettings,
    TransformSpec,
)
from siemcast.api.journal import JournalSettings, JournalSpec
from siemcast.errors import PluginError
from siemcast.registry.plugin import Observer, Specs, described

_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
SpecT = TypeVar("SpecT")


def declared(manager: pluggy.PluginManager) -> Specs:
    """Call every declaring hook once. Raises PluginError that says which one gave what."""
    sources = _specs(manager, "register_sources", SourceSpec, SourceSettings)
    kinds = _specs(manager, "register_record_kinds", RecordKind)
    for hook, given in (("register_sources", sources), ("register_record_kinds", kinds)):
        if bare := [spec.kind for spec in given if not spec.shapes]:
            raise PluginError(f"{hook} gave {bare[0]!r} without any record shape")
    return Specs(
        sources=sources,
        record_kinds=kinds,
        sinks=_specs(manager, "register_sinks", SinkSpec, SinkSettings),
        formats=_specs(manager, "register_formats", FormatSpec),
        transforms=_specs(manager, "register_transforms", TransformSpec, TransformSettings),
        journals=_specs(manager, "register_journals", JournalSpec, JournalSettings),
        resolvers=_specs(manager, "register_secret_resolvers", SecretResolver),
        commands=_commands(manager),
        observer=_observer(manager),
    )


def _specs(
    manager: pluggy.PluginManager, hook: str, wanted: type[SpecT], settings: type | None = None
) -> tuple[SpecT, ...]:
    found = tuple(_called(hook, lambda: [spec for answer in getattr(manager.hook, hook)() for spec in answer]))
    names = set()
    for spec in found:
        if not isinstance(spec, wanted):
            raise PluginError(f"{hook} gave {type(spec).__name__}, not {wanted.__name__}")
        if (name := _checked(hook, spec, settings)) in names:
            raise PluginError(f"{hook} gave {name!r} twice")
        names.add(name)
    return found


def _checked(hook: str, spec: Any, settings: type | None) -> str:
    """Give what the spec is found by, once its parts are what they say they are."""
    name = getattr(spec, "kind", None) or getattr(spec, "name", None) or getattr(spec, "scheme", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PluginError(f"{hook} gave the name {name!r}; lower-case letters, digits, '_', '.' and '-' make one")
    if settings is not None and not (isinstance(spec.settings, type) and issubclass(spec.settings, settings)):
        raise PluginError(f"{hook}: the settings of {name!r} are no {settings.__name__}")
    if not isinstance(spec, RecordKind) and not callable(getattr(spec, "open", None) or getattr(spec, "resolve", None)):
        raise PluginError(f"{hook}: {name!r} has nothing to call")
    sink = getattr(spec, "sink", None)
    return f"{name}:{sink}" if sink else name


def _commands(manager: pluggy.PluginManager) -> dict[str, click.Command]:
    """Let the plugin fill a group of its own, so that it can neither replace a command nor add half of them."""
    group = click.Group()
    _called("register_commands", lambda: [manager.hook.register_commands(cli=group)])
    return dict(group.commands)


def _observer(manager: pluggy.PluginManager) -> Observer | None:
    if not manager.hook.observe.get_hookimpls():
        return None

    def observer(notice: Notice) -> None:
        manager.hook.observe(notice=notice)

    return observer


def _called(hook: str, call: Callable[[], Iterable[Any]]) -> list[Any]:
    try:
        return list(call())
    except (Exception, SystemExit) as error:  # a plugin's code, which may raise anything
        raise PluginError(f"{hook} failed: {described(error)}") from error
