"""Writes what a converter does as one expression, the simplest that holds for what its variables may hold.

Variables that are text or nothing are not asked for their type again; what converters make of a text is remembered, for
the same names, paths and command lines recur; and some of the most frequent converters are spelt out in place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from siemcast.schema.convert import First, Listed
from siemcast.schema.memo import memo_of

_NEVER_THE_SAME = frozenset({"time", "milliseconds", "first_time", "first_milliseconds"})
"""Converters whose texts hardly recur, or that take no longer than to find out."""


class Expression(NamedTuple):
    """An expression, and whether it always has a value."""

    code: str
    sure: bool = False


NOTHING = Expression("None")


@dataclass(frozen=True, slots=True)
class Alone:
    """Calls a converter with one value, where it takes more and the others are nothing."""

    convert: Callable[..., Any]
    place: int
    places: int

    def __call__(self, text: str) -> Any:
        """Convert it."""
        values: list[Any] = [None] * self.places
        values[self.place] = text
        return self.convert(*values)


@dataclass(frozen=True, slots=True)
class Together:
    """Calls a converter with several values that are one key of a memo."""

    convert: Callable[..., Any]

    def __call__(self, values: Sequence[str | None]) -> Any:
        """Convert them."""
        return self.convert(*values)


class Expressions:
    """Writes expressions over variables; an empty one stands for nothing."""

    def __init__(
        self, kinds: Mapping[str, str], sure: Collection[str], names: dict[str, Any], *, together: bool = False
    ) -> None:
        """Take what variables hold, those that always do, and where to put what the expressions call.

        `together` remembers also what came of several texts: for converters that cost more than a look-up of these.
        """
        self._texts = frozenset(value for value, kind in kinds.items() if kind in ("text", "blank"))
        self._blank = frozenset(value for value, kind in kinds.items() if kind == "blank") - frozenset(sure)
        self._sure = frozenset(sure)
        self._names = names
        self._together = together

    def of(self, convert: str, function: Callable[..., Any], values: Sequence[str], index: str) -> Expression:
        """Write what a converter makes of values, of which one at least may be given; `index` makes names its own."""
        given = [value for value in values if value]
        if self._texts.issuperset(given):
            made = self._spelt(convert, values, given)
            if made is None and convert not in _NEVER_THE_SAME:
                made = self._remembered(function, values, given, f"m{index}")
            if made is not None:
                return made
        self._names[f"f{index}"] = function
        call = f"f{index}({', '.join(value or 'None' for value in values)})"
        tests = [value if value in self._texts else f"{value} is not None" for value in dict.fromkeys(given)]
        return Expression(self._if_any(call, given, " or ".join(tests)))  # a converter has nothing to say of nothing

    def _spelt(self, convert: str, values: Sequence[str], given: Sequence[str]) -> Expression | None:
        """Write a converter in place."""
        match convert, values:
            case "first", _:
                return self._any(given)
            case "of_same", (name, one, other):
                return self._of_same(name, one, other)
            case "texts", _:
                return self._list(given)
            case "lower", (value,):
                return Expression(self._if_any(f"{value}.lower()", given, value), value in self._sure)
            case _:
                return None

    def _any(self, given: Sequence[str]) -> Expression:
        """Write the first of texts that is one."""
        sure = next((place for place, value in enumerate(given) if value in self._sure), None)
        if sure is not None:
            return Expression(" or ".join(given[: sure + 1]), sure=True)
        return Expression(" or ".join(given) + self._or_none(given))

    def _of_same(self, name: str, one: str, other: str) -> Expression:
        """Write the text of an account that has a name or this text, else the other's."""
        if name in self._sure or one in self._sure:
            return self._any([one]) if one else NOTHING
        if not name and not one:
            return self._any([other])
        tests = " or ".join(value for value in (name, one) if value)
        return Expression(f"({one or None} if {tests} else {other or None}){self._or_none((one, other))}")

    def _list(self, given: Sequence[str]) -> Expression:
        """Write texts as a list, each once: the keys of a dict, behind those that stand for nothing."""
        sure = self._sure.intersection(given)
        if len(given) == 1:
            return Expression(self._if_any(f"[{given[0]}]", given, given[0]), bool(sure))
        nothing = [] if sure.issuperset(given) else ["None", "''"] if self._blank.intersection(given) else ["None"]
        keys = ": 0, ".join([*nothing, *given])
        listed = f"[*{{{keys}: 0}}]{f'[{len(nothing)}:]' if nothing else ''}"
        return Expression(listed if sure else f"{listed} or None", bool(sure))

    def _remembered(
        self, function: Callable[..., Any], values: Sequence[str], given: Sequence[str], memo: str
    ) -> Expression | None:
        """Write a converter that looks at one text at a time, by a memo of what it made of texts."""
        if len(given) == 1:
            alone = Alone(function, values.index(given[0]), len(values)) if len(values) > 1 else function
            self._names[memo] = memo_of(alone)
            return Expression(self._look(memo, given[0]))
        if isinstance(function, First):
            self._names[memo] = memo_of(function.each)
            tries = (f"y if (y := {self._look(memo, value)}) is not None else " for value in given)
            return Expression(f"{''.join(tries)}None")
        if isinstance(function, Listed):
            self._names[memo] = memo_of(function.each)
            keys = (f"{self._look(memo, value)}: 0" for value in given)
            return Expression(f"[*{{None: 0, {', '.join(keys)}}}][1:] or None")
        if self._together:
            self._names[memo] = memo_of(Together(function))
            key = ", ".join(value or "None" for value in values)
            return Expression(self._if_any(f"{memo}[{key}]", given, " or ".join(given)))
        return None

    def _look(self, memo: str, value: str) -> str:
        return self._if_any(f"{memo}[{value}]", [value], value)

    def _if_any(self, code: str, given: Collection[str], test: str) -> str:
        """Write an expression under its test, where that may fail."""
        return code if self._sure.intersection(given) else f"({code} if {test} else None)"

    def _or_none(self, given: Collection[str]) -> str:
        """Write that empty text is nothing, where texts may be empty."""
        return " or None" if self._blank.intersection(given) else ""
