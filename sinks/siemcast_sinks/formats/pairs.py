"""Puts fields together as a flat list of `key<EQUALS>value` texts, compiled and the slow way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema.compiler import Fields
from siemcast.schema.convert import text
from siemcast.schema.plan import Plan

EQUALS = "\x01"
"""Stands for `=` between key and value until all values are escaped at once; values hold no control characters."""
LONGEST_CUSTOM = 4000
SPACES = " \t"
"""What no value begins or ends with: it could be taken for the space between pairs."""


class Pairs:
    """A list of pairs in the order of the mapping; `key:Label` gives two keys, the custom one and its label's."""

    ordered = True

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = limits

    @property
    def helpers(self) -> Mapping[str, Any]:
        """What turns any value into text."""
        return {"text": text}

    def begin(self, plan: Plan) -> list[str]:
        """Make the list."""
        return ["pairs = []", "add = pairs.append"]

    def put(self, field: str, value: str) -> str:
        """Append a pair; texts are cut to what the key takes."""
        key, _, label = field.partition(":")
        behind = f" + {_label(key, label)!r}" if label else ""
        limit = self._limits[key]
        if limit == 0:
            return f"add(f'{_start(key)}{{{value}}}'{behind})"
        return f"add({_start(key)!r} + {value}[:{limit}]{behind})"

    def keep(self, field: str, value: str) -> str:
        """Append a user-defined key."""
        given = f"({value} if {value}.__class__ is str else text({value}))"
        return f"add({_start(field)!r} + {given}[:{LONGEST_CUSTOM}])"

    def end(self) -> list[str]:
        """Return the list."""
        return ["return pairs"]

    def of(self, fields: Fields, rest: Fields) -> list[str]:
        """Make the pairs one by one."""
        pairs = []
        for field, value in fields.items():
            limit = self._limits[field.partition(":")[0]]
            pairs.append(pair(field, value[:limit] if limit else str(value)))
        for field, value in rest.items():
            pairs.append(_start(field) + (text(value) or "")[:LONGEST_CUSTOM])
        return pairs


def pair(field: str, value: str) -> str:
    """Give a pair, and its label's behind it where the field names one."""
    key, _, label = field.partition(":")
    return _start(key) + value + (_label(key, label) if label else "")


def _start(key: str) -> str:
    return key + EQUALS


def _label(key: str, label: str) -> str:
    return f"\x02{key}Label{EQUALS}{label}"
