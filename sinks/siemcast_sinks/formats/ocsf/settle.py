"""Makes objects what OCSF requires: fills in what is unknown, moves out what cannot stand, lists observables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from siemcast_sinks.formats.ocsf.facts import Object, enums, objects
from siemcast_sinks.formats.ocsf.mapping import file, words

_NOTHING = Object()
Fields = dict[str, Any]


class Observed(NamedTuple):
    """An attribute that observables repeat: its name, its place in the event, and which sort of observable it is."""

    attribute: str
    place: str
    number: int
    caption: str


@dataclass(frozen=True, slots=True)
class Node:
    """One object at its place in an event."""

    key: str
    path: str
    children: tuple[Node, ...]
    fill: tuple[tuple[str, Any], ...]
    needs: frozenset[str]
    one_of: frozenset[str]
    may_do: bool
    """Whether what is filled in is one of `one_of`."""
    listed: bool
    observed: tuple[Observed, ...]

    @property
    def matters(self) -> bool:
        """Whether there is anything to do; an object that requires nothing stands as it is."""
        return self.listed or any((self.children, self.fill, self.needs, self.one_of, self.observed))


@dataclass(slots=True)
class Leftovers:
    """What settling an event brought beside the event."""

    unmapped: Fields
    observables: list[Fields]
    own: Fields = field(default_factory=dict)
    """Fields of the users' own, which stand below `unmapped` as well."""

    def keep(self, path: str, value: Any) -> None:
        """Keep what has no place, under a name that nothing else has."""
        while path in self.unmapped or path in self.own:
            path += "_"
        self.unmapped[path] = value

    def observe(self, inner: Fields, observed: Iterable[Observed]) -> None:
        """Note an object's observables: texts, and each of a list of fingerprints."""
        for attribute, place, number, caption in observed:
            value = inner.get(attribute)
            if value.__class__ is str:
                self.observables.append({"name": place, "type_id": number, "type": caption, "value": value})
            elif value is not None:
                self.observables += [
                    {"name": place, "type_id": number, "type": caption, "value": fingerprint["value"]}
                    for fingerprint in value
                ]


def settle(event: Fields, nodes: Iterable[Node], left: Leftovers) -> None:
    """Settle all objects below an event; those that cannot stand are moved to `left`."""
    for node in nodes:
        inner = event.get(node.key)
        if inner is None:
            continue
        if node.children:
            settle(inner, node.children, left)
        if not _stands(inner, node):
            del event[node.key]
            if inner:
                left.keep(node.path, inner)
            continue
        if node.observed:
            left.observe(inner, node.observed)
        if node.listed:
            event[node.key] = [inner]


def _stands(inner: Fields, node: Node) -> bool:
    """Fill one object in; false when it lacks what nobody can make up."""
    if not inner or (node.one_of and node.one_of.isdisjoint(inner) and not node.may_do):
        return False
    for name, value in node.fill:
        if name not in inner and (name not in node.one_of or node.one_of.isdisjoint(inner)):
            inner[name] = value
    return node.needs <= inner.keys()


@cache
def nodes(groups: frozenset[str], above: str = "") -> tuple[Node, ...]:
    """Give the nodes of groups (`device`, `device.os`) that stand directly below one of them, or at the top."""
    prefix = f"{above}." if above else ""
    direct = sorted(group for group in groups if group.startswith(prefix) and "." not in group[len(prefix) :])
    return tuple(node for group in direct if (node := _node(group, groups)).matters)


def groups_of(fields: Iterable[str]) -> frozenset[str]:
    """Give all groups of fields; those aside are none of the event's."""
    found = set()
    for name in fields:
        parts = name.split(".")
        if name[0] != "_" and parts[0] != "unmapped":
            found |= {".".join(parts[:end]) for end in range(1, len(parts))}
    return frozenset(found)


def _node(path: str, groups: frozenset[str]) -> Node:
    key = path.rpartition(".")[2]
    kind = kind_of(key)
    required = objects().get(kind, _NOTHING)
    fill = tuple(file().section("fill").section(kind).items())
    captions = enums()["observable"].captions
    marks: Mapping[str, int] = file().section("observed").section(kind)
    listed = key in words("listed")
    place = f"{path}[0]" if listed else path
    process = path.rpartition(".")[0]
    if kind == "file" and process and kind_of(process.rpartition(".")[2]) == "process":
        marks = {name: number for name, number in marks.items() if name != "name"}  # it is the process's
    return Node(
        key=key,
        path=path,
        children=nodes(groups, path),
        fill=fill,
        needs=frozenset(required.needs),
        one_of=required.one_of,
        may_do=any(name in required.one_of for name, _ in fill),
        listed=listed,
        observed=tuple(Observed(name, f"{place}.{name}", number, captions[number]) for name, number in marks.items()),
    )


@cache
def kind_of(key: str) -> str:
    """Give the object that an attribute is."""
    kinds = file().section("kinds")
    return next((kind for kind, keys in kinds.items() if key in str(keys).split()), key)
