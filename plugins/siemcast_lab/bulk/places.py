"""What a data stream's dynamic mapping holds in which place: the first document settles it for all others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_OBJECT = "object"
_TYPES = {bool: "boolean", int: "long", float: "float"}
_TAKES: Mapping[str, tuple[str, ...]] = {
    _OBJECT: (_OBJECT,),
    "keyword": ("keyword", "long", "float", "boolean"),
    "long": ("long", "float"),
    "float": ("long", "float"),
    "boolean": ("boolean",),
}
"""By what a place holds, what else it takes; texts that say such a value are taken as well."""


class Places:
    """Remembers of every name what it holds: Elasticsearch takes nothing there that does not go with it, ever."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def take(self, document: Mapping[str, Any]) -> str | None:
        """Learn the names of a document; or give Elasticsearch's words for why it refuses it, and learn nothing."""
        found: dict[str, str] = {}
        for name, value in _held(document, ""):
            there = self._held.get(name) or found.setdefault(name, _type_of(value))
            if not _goes(value, there):
                return _words(name, value, there)
        self._held |= found
        return None


def _held(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give all names below one with their values, a dotted name as the several that it stands for."""
    if isinstance(value, Mapping):
        if name:
            yield name, value
        for key, inner in value.items():
            *groups, last = (f"{name}.{key}" if name else key).split(".")
            yield from ((".".join(groups[:end]), value) for end in range(1, len(groups) + 1))
            yield from _held(inner, ".".join((*groups, last)))
    elif isinstance(value, list):
        for item in value:
            yield from _held(item, name)
    elif value is not None:
        yield name, value


def _type_of(value: Any) -> str:
    return _OBJECT if isinstance(value, Mapping) else _TYPES.get(type(value), "keyword")


def _goes(value: Any, there: str) -> bool:
    if _type_of(value) in _TAKES[there]:
        return True
    if not isinstance(value, str):
        return False
    return value in {"true", "false", ""} if there == "boolean" else there in {"long", "float"} and _is_number(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _words(name: str, value: Any, there: str) -> str:
    if there == _OBJECT:
        return f"object mapping for [{name}] tried to parse field [{name}] as object, but found a concrete value"
    if isinstance(value, Mapping):
        return f"failed to parse field [{name}] of type [{there}]: Can't get text on a START_OBJECT"
    return f"failed to parse field [{name}] of type [{there}]"
