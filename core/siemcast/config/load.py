"""From a file to a configuration: everything that is wrong is found at once, and nothing is touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from siemcast.config.configuration import Configuration, JournalPart, SinkPart, StateConfiguration
from siemcast.config.document import Document, read_document
from siemcast.config.envelope import Envelope
from siemcast.config.explain import nearest
from siemcast.config.parts import Parts, mapping
from siemcast.config.problems import Problems
from siemcast.config.references import References
from siemcast.config.routes import CheckWhere, judge_routes
from siemcast.registry import Registry, load_registry
from siemcast.schema.files.overlay import Overlay
from siemcast.schema.files.own import BadMappingsError, read_mappings

FindPlugins = Callable[[Collection[str]], Registry]
"""Gives the registry without the blocked plugins."""
STATE_KEYS = frozenset({"state", "http", "journal", "plugins"})
MAPPING_KEYS = frozenset({"mappings", "plugins"})


def load(
    file: str,
    *,
    check_where: CheckWhere,
    plugins: FindPlugins = load_registry,
    environ: Mapping[str, str] = os.environ,
) -> Configuration:
    """Load a configuration. Raises InvalidConfigError with all its problems, a line each."""
    opened = _open(read_document(file), plugins, environ)
    parts, problems = opened.parts, opened.problems
    envelope = parts.model(Envelope, opened.data, ())
    tenants, sources, sinks, journal = parts.tenants(), parts.sources(), parts.sinks(), parts.journal()
    routes = judge_routes(opened.data, parts, problems, check_where)
    mappings = _mappings(envelope, problems)
    for section in ("sources", "sinks"):
        if not mapping(opened.data.get(section)) and not problems.about((section,)):
            problems.add((section,), "there are none", f"add at least one under {section}")
    problems.raise_any()
    return Configuration(
        file=file,
        state=_sure(envelope).state,
        http=_sure(envelope).http,
        log=_sure(envelope).log,
        journal=_sure(journal),
        tenants=tenants,
        sources=sources,
        sinks=sinks,
        routes=routes,
        mappings=mappings,
        registry=opened.registry,
    )


def load_state(
    file: str, *, plugins: FindPlugins = load_registry, environ: Mapping[str, str] = os.environ
) -> StateConfiguration:
    """Load only what concerns the state, so that whoever looks at it needs none of the forwarder's secrets."""
    document = read_document(file)
    small = {key: value for key, value in document.data.items() if key in STATE_KEYS}
    opened = _open(Document(file, small, document.lines), plugins, environ)
    envelope = opened.parts.model(Envelope, opened.data, ())
    journal: JournalPart | None = opened.parts.journal()
    opened.problems.raise_any()
    return StateConfiguration(
        state=_sure(envelope).state,
        http=_sure(envelope).http,
        journal=_sure(journal),
        sources=tuple(mapping(document.data.get("sources"))),
        sinks=tuple(mapping(document.data.get("sinks"))),
        registry=opened.registry,
    )


def load_mappings(
    file: str, *, plugins: FindPlugins = load_registry, environ: Mapping[str, str] = os.environ
) -> tuple[Registry, Overlay | None]:
    """Load only the plugins and the users' own mappings, so that whoever encodes needs no source, sink or secret."""
    document = read_document(file)
    small = {key: value for key, value in document.data.items() if key in MAPPING_KEYS}
    opened = _open(Document(file, small, document.lines), plugins, environ)
    mappings = _mappings(opened.parts.model(Envelope, opened.data, ()), opened.problems)
    opened.problems.raise_any()
    return opened.registry, mappings


def load_sink(
    file: str, name: str, *, plugins: FindPlugins = load_registry, environ: Mapping[str, str] = os.environ
) -> SinkPart:
    """Load only one sink, so that whoever looks at what it would send needs no secrets but its own."""
    document = read_document(file)
    sinks = mapping(document.data.get("sinks"))
    if name not in sinks:
        problems = Problems(file, document.lines)
        problems.add(("sinks",), f"no sink {name!r}", nearest(name, sinks))
        problems.raise_any()
    small = {key: value for key, value in document.data.items() if key in MAPPING_KEYS}
    small["sinks"] = {name: sinks[name]}
    small["tenants"] = {tenant: {} for tenant in mapping(document.data.get("tenants"))}
    opened = _open(Document(file, small, document.lines), plugins, environ)
    opened.parts.model(Envelope, opened.data, ())
    parts = opened.parts.sinks()
    opened.problems.raise_any()
    return parts[0]


def _mappings(envelope: Envelope | None, problems: Problems) -> Overlay | None:
    """Read the users' own mapping files; what is wrong in them is a problem at its own file and line."""
    if envelope is None or envelope.mappings is None:
        return None
    try:
        return read_mappings(envelope.mappings)
    except BadMappingsError as error:
        problems.elsewhere(error.lines)
        return None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A document whose plugins are loaded and whose references are resolved."""

    data: Mapping[str, Any]
    registry: Registry
    problems: Problems
    parts: Parts


def _open(document: Document, plugins: FindPlugins, environ: Mapping[str, str]) -> _Opened:
    problems = Problems(document.file, document.lines)
    blocked = _blocked(document)
    registry = plugins(blocked)
    known = [plugin.name for plugin in registry.plugins]
    for index, name in enumerate(blocked):
        if name not in known:
            problems.add(("plugins", "block", index), f"no plugin {name!r}", nearest(name, known))
    data = References(registry, environ, problems).resolved(document.data)
    return _Opened(data, registry, problems, Parts(data, registry, problems))


def _blocked(document: Document) -> list[str]:
    """Give the names of blocked plugins; what is no list of words is the envelope's to refuse."""
    names = mapping(document.data.get("plugins")).get("block")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _sure(value: Any) -> Any:
    """Narrow what is there because there was no problem."""
    if value is None:
        raise AssertionError("a part is absent although no problem was found")
    return value
