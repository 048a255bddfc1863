"""Conditions over documents, as detections put them: field by field, whatever the case, with `*` and `?` in patterns.

A condition on a field asks whether any of its values meets it; a field that is absent meets none.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Document = Mapping[str, Any]
Condition = Callable[[Document], bool]


def values(document: Any, path: str) -> Iterator[Any]:
    """Give the values of a field, those of lists one by one; `evidence.fileName` looks into each piece of evidence."""
    if isinstance(document, list):
        for item in document:
            yield from values(item, path)
    elif not path:
        if document not in (None, ""):
            yield document
    elif isinstance(document, Mapping):
        name, _, rest = path.partition(".")
        if path in document:  # flat documents have dots in their fields' names
            yield from values(document[path], "")
        elif name in document:
            yield from values(document[name], rest)


def any_value(path: str, meets: Callable[[Any], bool]) -> Condition:
    """Ask whether any value of a field meets a test."""
    return lambda document: any(meets(value) for value in values(document, path))


def equals(path: str, *wanted: object) -> Condition:
    """Ask for one of these very values."""
    return any_value(path, lambda value: value in wanted)


def like(path: str, *patterns: str) -> Condition:
    """Ask for a text that is one of these, whatever its case; `*` is any text, `?` any character."""
    expressions = [_pattern(pattern) for pattern in patterns]
    return any_value(path, lambda value: any(one.fullmatch(str(value)) for one in expressions))


def has(path: str) -> Condition:
    """Ask whether a field has a value."""
    return any_value(path, lambda value: True)


def public(path: str) -> Condition:
    """Ask for an address that is of no private or reserved network."""
    return any_value(path, lambda value: ipaddress.ip_address(value).is_global)


def every(*conditions: Condition) -> Condition:
    """Ask for all of these."""
    return lambda document: all(condition(document) for condition in conditions)


def either(*conditions: Condition) -> Condition:
    """Ask for any of these."""
    return lambda document: any(condition(document) for condition in conditions)


def no(condition: Condition) -> Condition:
    """Ask that this is not so."""
    return lambda document: not condition(document)


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    written = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in parts)
    return re.compile("".join(written), re.IGNORECASE | re.DOTALL)
