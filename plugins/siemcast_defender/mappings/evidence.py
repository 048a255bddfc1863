"""Takes apart what Graph's alerts and incidents hold in lists: evidence of all types, comments, an incident's alerts.

Which field of which type of evidence is which part stands in evidence.yaml. Evidence of a type that does not stand
there gives its type, and what evidence of every type says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from siemcast.schema.convert import given
from siemcast.schema.files.loading import Section, read_file

Parts = dict[str, Any]
_TYPE = re.compile(r"(?:.*\.)?(\w+?)Evidence$")
_ANY = "any"
_AS = "as "
_DEEPEST = 8
"""Evidence within evidence: a container's pod has a namespace, that has a cluster, that has a cloud's resource."""
_HASHES = frozenset({"md5", "sha1", "sha256"})
_PAIRS = (("file.name", "file.folder"), ("process.name", "process.folder"), ("parent.name", "parent.folder"))
"""Parts that receivers put together, the first of one with the first of the other."""


class Fields(NamedTuple):
    """What evidence of a type says."""

    parts: Sequence[tuple[str, tuple[str, ...], str]]
    """A field, the way to what is meant within it, and the part that it is."""
    within: Sequence[tuple[str, str]]
    """A field that holds evidence again, and of which type."""


def evidence(value: Any) -> Parts:
    """Give what all evidence of an alert says, each part a list; `types` names the types, `count` says how many."""
    listed = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    told: list[Mapping[str, Any]] = []
    types: list[str] = []
    for one in listed:
        kind = kind_of(one)
        if kind:
            types.append(kind)
            told.extend(_tell(one, kind, _DEEPEST))
    parts = _together(told)
    if types:
        parts["types"] = types
    if listed:
        parts["count"] = len(listed)
    return parts


def _together(told: Sequence[Mapping[str, Any]]) -> Parts:
    parts: Parts = {}
    for found in told:
        for part, content in found.items():
            parts.setdefault(part, []).append(content)
    for one, other in _PAIRS:
        whole = [found for found in told if one in found and other in found]
        halves = [found for found in told if (one in found) != (other in found)]
        if whole and halves:
            for part in (one, other):
                parts[part] = [found[part] for found in (*whole, *halves) if part in found]
    return parts


def alerts(value: Any) -> Parts:
    """Give what all alerts of an incident say, and all their evidence."""
    listed = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    whole = [alert for alert in listed if isinstance(alert, dict)]
    together = [one for alert in whole if isinstance(alert.get("evidence"), list) for one in alert["evidence"]]
    parts = evidence(together)
    for name, field in _OF_ALERTS.items():
        parts[name] = each(whole, field)
    seen = [time for time in parts["first"] if isinstance(time, str)]
    last = [time for time in parts["last"] if isinstance(time, str)]
    parts["first"], parts["last"] = min(seen, default=None), max(last, default=None)
    return parts


_OF_ALERTS = {
    "ids": "id",
    "services": "serviceSource",
    "techniques": "mitreTechniques",
    "tactics": "category",
    "families": "threatFamilyName",
    "actors": "actorDisplayName",
    "first": "firstActivityDateTime",
    "last": "lastActivityDateTime",
}


def comments(value: Any) -> Parts:
    """Give the texts of the comments that people wrote."""
    return {"texts": each(value, "comment")}


def each(value: Any, field: str) -> list[Any]:
    """Give a field of each object in a list."""
    listed = value if isinstance(value, list) else []
    return [item[field] for item in listed if isinstance(item, dict) and given(item.get(field))]


def kind_of(one: Mapping[str, Any]) -> str:
    """Give the type of evidence in a word (`ip` of `#microsoft.graph.security.ipEvidence`), or nothing."""
    kind = _TYPE.match(str(one.get("@odata.type", "")))
    return kind[1] if kind else ""


@cache
def types() -> Mapping[str, Fields]:
    """Give what evidence of each type says, by its lower-case name."""
    file = read_file(files("siemcast_defender.mappings") / "evidence.yaml")
    return {kind.lower(): _fields(file.section(kind)) for kind in file}


def _fields(section: Section) -> Fields:
    fields = {name: str(meant) for name, meant in section.items()}
    return Fields(
        tuple((*_way(path), part) for path, part in fields.items() if not part.startswith(_AS)),
        tuple((name, kind.removeprefix(_AS)) for name, kind in fields.items() if kind.startswith(_AS)),
    )


def _way(path: str) -> tuple[str, tuple[str, ...]]:
    name, *within = path.split(".")
    return name, tuple(within)


def _tell(one: Mapping[str, Any], kind: str, deep: int) -> Iterator[Mapping[str, Any]]:
    """Give what one piece of evidence says, and then what evidence within it does."""
    known = types()
    fields = known.get(kind.lower())
    every = known[_ANY].parts if deep == _DEEPEST else ()
    found = {
        part: dig(content, within) if within else content
        for name, within, part in (*every, *(fields.parts if fields else ()))
        if (content := one.get(name)) is not None
    }
    if kind.lower() == "filehash" and (algorithm := str(one.get("algorithm", "")).lower()) in _HASHES:
        found[f"file.{algorithm}"] = one.get("value")
    found = {part: content for part, content in found.items() if given(content)}
    if found:
        yield found
    if fields is None or deep <= 1:
        return
    for name, of in fields.within:
        inner = one.get(name)
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict):
                yield from _tell(item, kind_of(item) or of, deep - 1)


def dig(value: Any, path: tuple[str, ...]) -> Any:
    """Follow names into objects, and into each object of a list."""
    for place, name in enumerate(path):
        if isinstance(value, list):
            return [found for item in value if given(found := dig(item, path[place:]))]
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
