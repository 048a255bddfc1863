"""Shortens JSON documents to a sink's limit: the longest texts first, then lists, then fields from the end.

Short values stay whole, and ids, times and names are short. What was shortened says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siemcast.errors import Permanent
from siemcast.schema.dump import dumps
from siemcast.schema.parse import parse_object

MARK = "siemcast_truncated"
_ELLIPSIS = "..."
_LEVELS = (65536, 16384, 4096, 2048, 1024, 512, 256, 128, 64)
_LISTS = (64, 16, 4, 1)

Marker = Callable[[dict[str, Any]], None]


def marked(document: dict[str, Any]) -> None:
    """Mark a document as shortened by a field at its root."""
    document[MARK] = True


def fit(body: bytes, limit: int | None, mark: Marker = marked) -> bytes:
    """Give the body, shortened when it is longer than `limit` bytes. Raises Permanent where nothing can be left."""
    if limit is None or len(body) <= limit:
        return body
    whole = parse_object(body)
    for level, items in (*((level, 0) for level in _LEVELS), *((_LEVELS[-1], items) for items in _LISTS)):
        document = _cut(whole, level, items)
        mark(document)
        shorter = dumps(document)
        if len(shorter) <= limit:
            return shorter
    return _fewer(document, limit)


def _cut(value: Any, level: int, items: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= level else value[: level - len(_ELLIPSIS)] + _ELLIPSIS
    if isinstance(value, list):
        return [_cut(item, level, items) for item in (value[:items] if items else value)]
    if isinstance(value, dict):
        return {key[:level]: _cut(item, level, items) for key, item in value.items()}
    return value


def _fewer(document: dict[str, Any], limit: int) -> bytes:
    """Drop what stands deepest and last, until the rest fits."""
    while len(shorter := dumps(document)) > limit:
        excess = len(shorter) - limit
        if not _drop_last(document, excess):
            raise Permanent(f"cannot be shortened to {limit} bytes", hint="raise the sink's max_bytes")
    return shorter


def _drop_last(value: dict[str, Any], excess: int) -> bool:
    droppable = [key for key in value if key not in _KEPT]
    for key in reversed(droppable):
        inner = value[key]
        if isinstance(inner, dict) and len(dumps(inner)) > excess and _drop_last(inner, excess):
            return True
    if droppable:
        del value[droppable[-1]]
        return True
    nested = [inner for inner in reversed(value.values()) if isinstance(inner, dict)]
    return any(_drop_last(inner, excess) for inner in nested) or _empty_last(value)


def _empty_last(value: dict[str, Any]) -> bool:
    """Empty a list that stands where a kept field has no business to be one."""
    for key in reversed(value):
        if isinstance(value[key], list) and value[key] and key != "tags":
            value[key] = []
            return True
    return False


_KEPT = frozenset({
    MARK, "@timestamp", "tags", "event", "id", "lastUpdateDateTime", "Timestamp", "time", "category",
    "properties", "kind",
})  # fmt: skip  # what a receiver needs to know of any event
"""Fields that are dropped last or never: what is below `event` and `properties` goes first."""


def fitted(documents: list[Mapping[str, Any]], limit: int | None) -> list[bytes]:
    """Write documents as JSON, each within the limit."""
    return [fit(dumps(document), limit) for document in documents]
