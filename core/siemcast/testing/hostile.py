"""Hostile input: what reaches a forwarder sooner or later, to be delivered or dead-lettered but never to stop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

HOSTILE_TEXT = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "line\nbreak\r\nand\ttab",
    "back\\slash \\",
    'pipe|equals=quote"bracket]caret^',
    "emoji \U0001f47e\U0001f3f4\u200d\u2620\ufe0f",
    "\u202eright to left",
    "\ufeffbom",
    "x" * 100_000,
    "é" * 70_000,
    "${env:HOME}",
    "<134>1 - - - - - -",
    "CEF:0|a|b|c|d|e|1|",
    "\x01\x02\x1b[31m\x7f\x85\u2028",
)
"""Strings that break naive encoders: escapes, control characters, lengths, other formats' own syntax."""

HOSTILE_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**53 + 1,
    2**63 - 1,
    1e300,
    0.1,
    [],
    {},
    [None],
    ["a", 1, None, {"b": ["c"]}],
    {"": {"nested": {"deep": [1, [2, [3]]]}}},
    "9999-12-31T23:59:59.9999999Z",
    "1601-01-01T00:00:00Z",
    "2026-11-21T10:00:00",
    "2026-13-45T99:99:99Z",
    "unknownFutureValue",
    *HOSTILE_TEXT,
)
"""Values of every JSON type that a column may hold against its documentation."""

TORN = (b"", b"{", b'{"a":', b'{"a":1}}', b"[1,2", b"null", b'"text"', b"\xff\xfe", b'{"a":"\xff"}', b"{'a':1}")
"""Bytes that are not one JSON object."""


def mutations(record: Mapping[str, Any]) -> Iterator[bytes]:
    """Give the record's bytes with each value in turn absent, and replaced by hostile ones; nesting one level deep."""
    for owner, key in _places(record):
        target = record[owner] if owner else record
        for value in _picks(len(key)):
            changed = {**target, key: value}
            yield orjson.dumps({**record, owner: changed} if owner else changed)
        less = {name: value for name, value in target.items() if name != key}
        yield orjson.dumps({**record, owner: less} if owner else less)


def _places(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        yield "", key
        if isinstance(value, dict):
            yield from ((key, inner) for inner in value)


def _picks(offset: int) -> tuple[Any, ...]:
    """Some of the hostile values, others for other keys: all of them for all keys would take minutes."""
    return tuple(HOSTILE_VALUES[(offset + step * 7) % len(HOSTILE_VALUES)] for step in range(5))
