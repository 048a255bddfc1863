"""Writes the pairs of one form of rows by a function that has learnt what its columns hold.

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
REFUSALS = (AttributeError, KeyError, TypeError, ValueError)
"""What a function raises for a value that is not of the kind that it ever was."""
Values = Sequence[Any]
"""What a record's columns hold, in the order of the layout."""
Write = Callable[[Values], str | None]


class Learnt:
    """Gives the pairs of rows of one form and activity as text, where they are like those before."""

    __slots__ = ("_kinds", "_limits", "_once", "_plan", "write")

    def __init__(self, plan: Plan, limits: Mapping[str, int], once: frozenset[str]) -> None:
        self._plan = plan
        self._limits = limits
        self._once = once
        self._kinds: Sequence[str] = ()
        self.write: Write = _unlearnt
        """Writes the pairs, each behind a space; gives None or raises a REFUSAL for values of other kinds."""

    def learn(self, values: Values) -> None:
        """Take note of values that were refused, so that the like of them will not be."""
        new = [kind(value) for value in values]
        kinds = [either(*both) for both in zip(self._kinds, new, strict=True)] if self._kinds else new
        if kinds != self._kinds:
            self._kinds, self.write = kinds, self._first  # a form that never comes again is not worth a function

    def _first(self, values: Values) -> str | None:
        self.write = self._made()
        return self.write(values)

    def _made(self) -> Write:
        kinds = dict(zip(self._plan.layout, self._kinds, strict=True))
        function = Function(self._plan, kinds, self._limits, self._once)
        code = compile(function.source(), f"<{self._plan.format.name} of {self._plan.table.table}>", "exec")
        names = function.names | {name: _memo(convert) for name, convert in function.memos.items()}
        exec(code, names)  # noqa: S102 - of our own mappings
        write: Write = names["write"]
        return write


def _unlearnt(values: Values) -> None:
    """Say of the first row that only the slow way knows what to do."""


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
