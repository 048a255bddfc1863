"""Finds specs by name, and says in plain words why one is not to be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Generic, TypeVar

from siemcast.api import FormatSpec, RecordKind, SecretResolver, SinkSpec, SourceSpec, TransformSpec
from siemcast.api.journal import AnyJournalSpec
from siemcast.errors import ConfigError
from siemcast.registry.plugin import Observer, Plugin, Specs
from siemcast.schema import RecordShape

SpecT = TypeVar("SpecT")


class Shelf(Generic[SpecT]):
    """The specs of one sort by name, each with the plugins that bring it."""

    def __init__(
        self, noun: str, plugins: Sequence[Plugin], of: Callable[[Specs], Iterable[SpecT]], name: Callable[[SpecT], str]
    ) -> None:
        self._noun = noun
        self._broken = [plugin.name for plugin in plugins if plugin.status == "broken"]
        self._found: dict[str, list[tuple[str, SpecT]]] = {}
        for plugin in plugins:
            for spec in of(plugin.specs):
                self._found.setdefault(name(spec), []).append((plugin.name, spec))

    def names(self) -> list[str]:
        """Give every name in order, those that clash too."""
        return sorted(self._found)

    def all(self) -> list[SpecT]:
        """Give every spec that is to be had, in the order of the names."""
        return [self._found[name][0][1] for name in self.names() if len(self._found[name]) == 1]

    def clashes(self) -> Mapping[str, Sequence[str]]:
        """Give the names that several plugins bring, and those plugins."""
        return {name: [who for who, _ in found] for name, found in self._found.items() if len(found) > 1}

    def get(self, name: str, also_known: str = "") -> SpecT:
        """Give the spec of a name. Raises ConfigError that lists the known names, or both plugins of a clash."""
        found = self._found.get(name, [])
        if len(found) == 1:
            return found[0][1]
        if found:
            who = " and ".join(plugin for plugin, _ in found)
            raise ConfigError(
                f"{self._noun} {name!r} is brought by several plugins: {who}",
                hint=f"keep one and block the other: plugins: {{block: [{found[-1][0]}]}}",
            )
        raise ConfigError(f"no {self._noun} {name!r}", hint=self._hint(name, also_known))

    def _hint(self, name: str, known: str) -> str:
        near = get_close_matches(name, self.names(), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        hint += f"known: {known or ', '.join(self.names()) or 'none'}"
        if self._broken:
            hint += f"; a broken plugin may have brought it (see siemcast plugins): {', '.join(self._broken)}"
        return hint


class Registry:
    """All plugins of this run, and what they bring by name."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self.plugins = tuple(plugins)
        self.sources: Shelf[SourceSpec[Any]] = self._shelf("source kind", lambda specs: specs.sources)
        self.record_kinds: Shelf[RecordKind] = self._shelf("kind of record", lambda specs: specs.record_kinds)
        self.sinks: Shelf[SinkSpec[Any]] = self._shelf("sink kind", lambda specs: specs.sinks)
        self.transforms: Shelf[TransformSpec[Any]] = self._shelf("transform kind", lambda specs: specs.transforms)
        self.journals: Shelf[AnyJournalSpec] = self._shelf("journal kind", lambda specs: specs.journals)
        self.formats: Shelf[FormatSpec] = Shelf("format", plugins, lambda specs: specs.formats, _format_name)
        self.resolvers: Shelf[SecretResolver] = Shelf(
            "secret resolver", plugins, lambda specs: specs.resolvers, lambda resolver: resolver.scheme
        )

    def source(self, kind: str) -> SourceSpec[Any]:
        """Give a source kind. Raises ConfigError, as all look-ups here do, that lists the known ones."""
        if kind in self.record_kinds.names() and kind not in self.sources.names():
            raise ConfigError(
                f"no source kind {kind!r}: its records are known, but no plugin here reads them",
                hint=f"siemcast encode and replay.file take such records; sources: {', '.join(self.sources.names())}",
            )
        return self.sources.get(kind)

    def records(self, kind: str) -> Sequence[RecordShape]:
        """Give the shapes of a kind's records, whether it has a reader (whose word is taken first) or not."""
        if kind in self.sources.names() or kind not in self.record_kinds.names():
            return self.sources.get(kind, also_known=", ".join(self.kinds_of_record)).shapes
        return self.record_kinds.get(kind).shapes

    @property
    def kinds_of_record(self) -> Sequence[str]:
        """The kinds whose records can be encoded, in order."""
        return sorted({*self.sources.names(), *self.record_kinds.names()})

    def sink(self, kind: str) -> SinkSpec[Any]:
        return self.sinks.get(kind)

    def transform(self, kind: str) -> TransformSpec[Any]:
        return self.transforms.get(kind)

    def journal(self, kind: str) -> AnyJournalSpec:
        return self.journals.get(kind)

    def resolver(self, scheme: str) -> SecretResolver:
        return self.resolvers.get(scheme)

    def format(self, name: str, sink: str | None = None) -> FormatSpec:
        """Give a format as a sink kind knows it: its own of that name first, then the one that is for any sink."""
        own = f"{name}:{sink}"
        if sink is not None and own in self.formats.names():
            return self.formats.get(own)
        return self.formats.get(name, also_known=", ".join(self.formats_for(sink)))

    def formats_for(self, sink: str | None) -> list[str]:
        """Give the names of the formats that a sink kind may use."""
        return sorted({spec.name for spec in self.formats.all() if spec.sink in {None, sink}})

    @cached_property
    def shapes(self) -> Mapping[str, RecordShape]:
        """Every record shape by its name, as it stands in the journal; a reader's goes before another of its name."""
        described: tuple[RecordKind | SourceSpec[Any], ...] = (*self.record_kinds.all(), *self.sources.all())
        return {shape.name: shape for spec in described for shape in spec.shapes}

    @cached_property
    def shapes_by_kind(self) -> Mapping[str, Sequence[RecordShape]]:
        """The record shapes of every kind that is to be had, with a reader or without."""
        described: tuple[RecordKind | SourceSpec[Any], ...] = (*self.record_kinds.all(), *self.sources.all())
        return {spec.kind: spec.shapes for spec in described}

    @property
    def observers(self) -> Sequence[tuple[str, Observer]]:
        """The plugins that want to hear of notices, by name."""
        return [(plugin.name, plugin.specs.observer) for plugin in self.plugins if plugin.specs.observer is not None]

    def remark(self, plugin: Plugin) -> str:
        """Say what is to be said of a plugin: why it is broken, or with whom it clashes."""
        if plugin.reason:
            return plugin.reason
        shelves = (
            self.sources,
            self.record_kinds,
            self.sinks,
            self.transforms,
            self.journals,
            self.formats,
            self.resolvers,
        )
        clashes = [(name, who) for shelf in shelves for name, who in shelf.clashes().items() if plugin.name in who]
        return "; ".join(f"{name} is brought by several plugins: {' and '.join(who)}" for name, who in clashes)

    def _shelf(self, noun: str, of: Callable[[Specs], Iterable[Any]]) -> Shelf[Any]:
        return Shelf(noun, self.plugins, of, lambda spec: str(spec.kind))


def _format_name(spec: FormatSpec) -> str:
    return f"{spec.name}:{spec.sink}" if spec.sink else spec.name
