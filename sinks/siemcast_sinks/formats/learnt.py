"""Writes the pairs of one layout of columns by a function that has learnt what its columns hold.

In Microsoft's streams a column that was text, a number or nothing stays so over millions of rows. A function made for
just that is one f-string; each record is checked to be so, and one that is not goes the slow way and is learnt from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from siemcast.schema.memo import Memo
from siemcast.schema.plan import Plan
from siemcast_sinks.formats.learnt_source import TEXTS, Function
from siemcast_sinks.formats.pairs import SPACES

_LONG = 1 << 63
Write = Callable[[Mapping[str, Any]], str | None]


class Learnt:
    """Gives the pairs of records of one layout as text, or None where the slow way must be gone."""

    __slots__ = ("_kinds", "_limits", "_once", "_plan", "_write")

    def __init__(self, plan: Plan, limits: Mapping[str, int], once: frozenset[str], columns: Mapping[str, Any]) -> None:
        self._plan = plan
        self._limits = limits
        self._once = once
        self._kinds: Sequence[str] = [kind(value) for value in columns.values()]
        self._write: Write | None = None  # a layout that never comes again is not worth a function

    def __call__(self, columns: Mapping[str, Any]) -> str | None:
        """Write the pairs, each behind a space."""
        if self._write is None:
            self._write = self._made()
        try:
            text = self._write(columns)
        except (AttributeError, KeyError, TypeError, ValueError):  # a value is not of the kind that it ever was
            text = None
        if text is None:
            self._learn(columns)
        return text

    def _learn(self, columns: Mapping[str, Any]) -> None:
        kinds = [either(known, kind(value)) for known, value in zip(self._kinds, columns.values(), strict=True)]
        if kinds != self._kinds:
            self._kinds, self._write = kinds, None

    def _made(self) -> Write:
        kinds = dict(zip(self._plan.layout, self._kinds, strict=True))
        function = Function(self._plan, kinds, self._limits, self._once)
        code = compile(function.source(), f"<{self._plan.format.name} of {self._plan.table.table}>", "exec")
        names = function.names | {name: _memo(convert) for name, convert in function.memos.items()}
        exec(code, names)  # noqa: S102 - of our own mappings
        write: Write = names["write"]
        return write


def kind(value: Any) -> str:
    """Say what a value is: null, empty, text, number, flag, or any of all else."""
    if value is None:
        return "null"
    if value.__class__ is str:
        return "text" if value.strip(SPACES) else "any" if value else "empty"
    if value.__class__ is bool:
        return "flag"
    return "number" if value.__class__ is int and -_LONG <= value < _LONG else "any"


def either(one: str, other: str) -> str:
    """Say what a column holds that held the one and now the other: `maybe` is text or nothing."""
    if one == other:
        return one
    return "maybe" if one in TEXTS and other in TEXTS else "any"


@lru_cache(maxsize=256)
def _memo(function: Callable[[str], Any]) -> Memo:
    """Give one memo a converter, whatever the number of functions."""
    return Memo(function)
