"""What a data stream's dynamic mapping holds in which place: the first document settles it for all others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Places:
    """Remembers of every name whether it holds an object or a value: Elasticsearch takes no other there, ever."""

    def __init__(self) -> None:
        self._held: dict[str, bool] = {}

    def take(self, document: Mapping[str, Any]) -> str | None:
        """Learn the names of a document; or give Elasticsearch's words for why it refuses it, and learn nothing."""
        found: dict[str, bool] = {}
        for name, is_object in _held(document, ""):
            if self._held.get(name, found.setdefault(name, is_object)) is not is_object:
                return _words(name, is_object=is_object)
        self._held |= found
        return None


def _held(value: Any, name: str) -> Iterator[tuple[str, bool]]:
    """Give all names below one, a dotted one as the several that it stands for, and whether each is of an object."""
    if isinstance(value, Mapping):
        if name:
            yield name, True
        for key, inner in value.items():
            *groups, last = (f"{name}.{key}" if name else key).split(".")
            yield from ((".".join(groups[:end]), True) for end in range(1, len(groups) + 1))
            yield from _held(inner, ".".join((*groups, last)))
    elif isinstance(value, list):
        for item in value:
            yield from _held(item, name)
    elif value is not None:
        yield name, False


def _words(name: str, *, is_object: bool) -> str:
    if is_object:
        return f"failed to parse field [{name}] of type [keyword]: Can't get text on a START_OBJECT"
    return f"object mapping for [{name}] tried to parse field [{name}] as object, but found a concrete value"
