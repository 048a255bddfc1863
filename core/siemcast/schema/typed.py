"""Writes the source of functions over rows that a reader has typed: `vN` is column N's value, `xN` what step N makes.

An expression is chosen by what its columns may hold, so that nothing is asked of a value that its reader has answered.
What a format makes of the expressions is the format's (`siemcast.schema.nest` for JSON).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from siemcast.schema.dump import dumps_sorted
from siemcast.schema.memo import memo_of
from siemcast.schema.plan import Plan, Source, Step
from siemcast.schema.times import MILLIS, SECONDS, iso_ms

TEXTS = frozenset({"text", "blank"})
WHOLE_KINDS: Mapping[str, str] = {"text": "text", "blank": "text", "integer": "integer", "boolean": "boolean"}
"""What a column may hold that a field carries whole, to the converter that says so."""
_NEVER_THE_SAME = frozenset({"time", "milliseconds", "first_time", "first_milliseconds"})
"""Converters whose texts hardly recur."""
_INLINE: Mapping[str, str] = {
    "first": "{any}{or_none}",
    "texts": "[*{{None: 0, '': 0, {each}: 0}}][2:] or None",
    "of_same": "({1} if {0} or {1} else {2}){or_none}",
}
"""What some converters do, as expressions over variables that are text or nothing."""
_INLINE_ALONE: Mapping[str, str] = {
    **_INLINE,
    "texts": "[{any}] if {any} else None",
    "lower": "{any}.lower() if {any} else None",
    "time": "(({any}[:23] + 'Z' if {any}[:20] in seconds and {any}[20:23] in millis and {any}[23:-1].isdecimal()"
    " and {any}[-1] == 'Z' else iso_ms({any})) if {any} else None)",
}
"""The same where only one variable is there."""


@dataclass(frozen=True, slots=True)
class Value:
    """An expression, and one that is true when the first is not None; an empty test stands for always."""

    code: str
    test: str


class Typed:
    """A plan's expressions over typed columns; `lines` make variables that they speak of, `names` what they call."""

    def __init__(self, plan: Plan, kinds: Mapping[str, str]) -> None:
        """Take what each column holds, in the words of `siemcast.schema.row`."""
        self._plan = plan
        self._of = {column: f"v{index}" for index, column in enumerate(plan.layout)}
        self._kinds = {self._of[column]: kind for column, kind in kinds.items()}
        self._texts = frozenset(value for value, kind in self._kinds.items() if kind in TEXTS)
        self.names: dict[str, Any] = {"deep": deep}
        self.lines: list[str] = []
        self._same: dict[tuple[str, ...], str] = {}
        """By converter and values: the variable of what came of them, since some fields say the same."""
        self._made: dict[int, str] = {}
        """By step: the variable that holds what it made."""
        self._parts: dict[tuple[str, str], str] = {}
        """By a column's variable and a part: the variable of that part."""
        self._take_apart()

    def variable(self, column: str) -> str:
        """Give the variable of a column."""
        return self._of[column]

    def kind(self, column: str) -> str:
        """Say what a column holds, if not nothing."""
        return self._kinds[self._of[column]]

    def fields(self) -> Iterator[tuple[str, Value]]:
        """Give each field of the plan's steps with its value, in the plan's order."""
        for index, step in enumerate(self._plan.steps):
            yield step.field, self._step(index, step)

    def kept(self) -> Iterator[tuple[str, Value]]:
        """Give each column that keeps a field of its own, after `fields`."""
        for column, field in self._plan.rest.items():
            yield field, plain(self._of[column], self.kind(column))
        for column, field in self._plan.spare.items():
            unsaid = self._unsaid(column)
            if unsaid:
                yield field, plain(self._of[column], self.kind(column), " and ".join(unsaid))

    def _take_apart(self) -> None:
        for index, (column, expand) in enumerate(self._plan.table.expanders.items()):
            if column in self._of and self._plan.wants_parts_of(column):
                self.names[f"e{index}"] = expand
                value = self._of[column]
                self.lines.append(f"get_{value} = e{index}({value}).get if {value} is not None else nothing")
                self.names["nothing"] = _nothing

    def _step(self, index: int, step: Step) -> Value:
        column = step.column
        if column is not None and WHOLE_KINDS.get(self.kind(column)) == step.convert:
            value = self._made[index] = self._of[column]
            return plain(value, self.kind(column))
        values = [self._first(source) for source in step.sources]
        made = self._same.get((step.convert, *values))
        if made is None:
            made = self._same[step.convert, *values] = f"x{index}"
            self.lines.append(f"{made} = {self._expression(step, values, index)}")
        self._made[index] = made
        return Value(made, f"{made} is not None")

    def _unsaid(self, column: str) -> Sequence[str]:
        """Give conditions under which no field says what a column does; none where one always will."""
        value = self._of[column]
        conditions = []
        for index in self._plan.sayers[column]:
            step, made = self._plan.steps[index], self._made[index]
            if made == value:
                return ()
            sure = step.column is not None or self._plan.format.says[step.convert]
            conditions.append(f"{made} is None" if sure else f"{value} != {made}")
        return list(dict.fromkeys(conditions))

    def _expression(self, step: Step, values: Sequence[str], index: int) -> str:
        """Give the expression of a step that is more than a column."""
        given = [value for value in values if value != "None"]
        inline = _INLINE_ALONE.get(step.convert) if len(given) == 1 else _INLINE.get(step.convert)
        if inline is not None and self._texts.issuperset(given):
            self.names |= {"seconds": SECONDS, "millis": MILLIS, "iso_ms": iso_ms}
            blank = any(self._kinds[value] == "blank" for value in given)
            or_none = " or None" if blank else ""
            return inline.format(*values, any=" or ".join(given), each=": 0, ".join(given), or_none=or_none)
        function = self._plan.format.converters[step.convert]
        self.names[f"f{index}"] = function
        if len(values) == 1 and values[0] in self._texts:
            if step.convert in _NEVER_THE_SAME:
                return f"f{index}({values[0]}) if {values[0]} else None"
            self.names[f"m{index}"] = memo_of(function)
            return f"m{index}[{values[0]}] if {values[0]} else None"
        call = f"f{index}({', '.join(values)})"
        test = " or ".join(value if value in self._texts else f"{value} is not None" for value in dict.fromkeys(given))
        return f"{call} if {test} else None"  # a converter has nothing to say of nothing

    def _part(self, column: str, part: str) -> str:
        """Give the variable of a part of a column, made when it is first asked for."""
        value = self._of[column]
        made = self._parts.get((value, part))
        if made is None:
            made = self._parts[value, part] = f"p{len(self._parts)}"
            self.lines.append(f"{made} = get_{value}({part!r})")
        return made

    def _first(self, source: Source) -> str:
        """Write the first given value of a source as one expression."""
        values = [self._part(column, part) if part else self._of[column] for column, part in source]
        if len(values) < 2:
            return values[0] if values else "None"
        tests = [f"y if (y := {value}) or y == 0 else " for value in values]
        return f"({''.join(tests)}None)"


def plain(value: str, kind: str, unless: str = "") -> Value:
    """Give a variable's value as it is, of whichever type: 0 and false are values, empty text is none."""
    code, test = value, f"{value} is not None"
    if kind in TEXTS:
        code, test = value if kind == "text" else f"{value} or None", value
    elif kind == "json":
        code, test = f"deep({value}) if {value} or {value} == 0 else None", f"({value} or {value} == 0)"
    return Value(f"({code}) if {unless} else None", f"{test} and {unless}") if unless else Value(code, test)


def deep(value: Any) -> Any:
    """Give a value of any type as the JSON that the slow way makes of it."""
    return value if value.__class__ is str else msgspec.Raw(dumps_sorted(value))


def _nothing(part: str) -> None:
    """Say that a column that holds nothing has no part."""
