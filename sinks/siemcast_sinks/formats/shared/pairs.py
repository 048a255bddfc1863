"""Puts fields together as LEEF's flat list of `key<EQUALS>value` texts, compiled and the slow way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from siemcast.schema.compiler import Fields
from siemcast.schema.convert import text
from siemcast.schema.plan import Plan

EQUALS = "\x01"
"""Stands for `=` between key and value until all values are escaped at once; values hold no control characters."""
LONGEST_CUSTOM = 4000
SPACES = " \t"
"""What no value of CEF's begins or ends with: it could be taken for the space between pairs."""
BLANKS = " \t\r\n\u2028\u2029"
"""What LEEF writes as a space, and so no value begins or ends with."""


class Pairs:
    """A list of pairs in the order of the mapping; a text of nothing but blanks is left out."""

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
        limit = self._limits[field]
        if limit == 0:
            return f"add(f'{_start(field)}{{{value}}}')"
        return f"(s := ({value})[:{limit}].strip({BLANKS!r})) and add({_start(field)!r} + s)"

    def keep(self, field: str, value: str) -> str:
        """Append a user-defined key."""
        given = f"(s if (s := {value}).__class__ is str else text(s))"
        return f"(s := {given}[:{LONGEST_CUSTOM}].strip({BLANKS!r})) and add({_start(field)!r} + s)"

    def end(self) -> list[str]:
        """Return the list."""
        return ["return pairs"]

    def of(self, fields: Fields, rest: Fields) -> list[str]:
        """Make the pairs one by one."""
        said = {field: (value, self._limits[field]) for field, value in fields.items()}
        said |= {field: (text(value) or "", LONGEST_CUSTOM) for field, value in rest.items()}
        return pairs_of((field, value[:limit] if limit else str(value)) for field, (value, limit) in said.items())


def pairs_of(said: Iterable[tuple[str, str]]) -> list[str]:
    """Give a pair for each field of which something is left without the blanks around it."""
    return [_start(field) + kept for field, value in said if (kept := value.strip(BLANKS))]


def _start(key: str) -> str:
    return key + EQUALS
