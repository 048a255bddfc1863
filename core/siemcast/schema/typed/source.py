"""Writes the source of functions over rows that a reader has typed: `vN` is column N's value, `xN` what step N makes.

An expression is chosen by what its columns may hold, so that nothing is asked of a value that its reader has answered.
What a format makes of the expressions is the format's (`siemcast.schema.typed.nest` for JSON).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from siemcast.schema.convert import Of
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.plan import Plan, Source, Step
from siemcast.schema.typed.expressions import Expression, Expressions
from siemcast.schema.typed.row import Form

ALWAYS = ""
"""The test of what always has a value."""
WHOLE_KINDS: Mapping[str, str] = {"text": "text", "blank": "text", "integer": "integer", "boolean": "boolean"}
"""What a column may hold that a field carries whole, to the converter that says so."""


class Value(NamedTuple):
    """An expression, and one that is true when the first is not None; an empty test stands for always."""

    code: str
    test: str


NOTHING = Value("None", "False")
"""What has a value never."""


def as_json(value: Any) -> Any:
    """Give a value of any type as the JSON that the slow way makes of it."""
    return value if value.__class__ is str else msgspec.Raw(dumps_sorted(value))


def says(made: Any, value: Any) -> bool:
    """Say whether a field holds a column's very value; some formats want ids that are numbers as text."""
    if made.__class__ is value.__class__:
        return bool(made == value)
    return value.__class__ is int and made == str(value)


class Typed:
    """A plan's expressions over typed columns; `lines` make variables that they speak of, `names` what they call."""

    def __init__(self, plan: Plan, form: Form, *, together: bool = False, deep: Callable[[Any], Any] = as_json) -> None:
        """Take what happens to rows, and what each of their columns holds; `together` as Expressions does.

        `deep` gives a value of any type as the format holds it.
        """
        self._plan = plan
        self._form = form
        self._of = {column: f"v{index}" for index, column in enumerate(plan.layout)}
        self.names: dict[str, Any] = {"deep": deep, "nothing": _nothing, "says": says}
        self.lines: list[str] = []
        kinds = {self._of[column]: kind for column, kind in form.kinds.items()}
        self._expressions = Expressions(
            kinds, {self._of[column] for column in form.sure}, self.names, together=together
        )
        self._same: dict[tuple[Any, ...], Value] = {}
        """By converter and values: what came of them, since some fields say the same."""
        self._made: dict[int, Value] = {}
        """By step: what it made."""
        self._parts: dict[tuple[str, str], str] = {}
        """By a column's variable and a part: the variable of that part."""
        self._take_apart()

    def variable(self, column: str) -> str:
        """Give the variable of a column; of one that never holds anything, none that is used."""
        return "_" if column in self._form.void else self._of[column]

    def fields(self) -> Iterator[tuple[str, Value]]:
        """Give each field of the plan's steps that may have a value, with it, in the plan's order."""
        for index, step in enumerate(self._plan.steps):
            value = self._made[index] = self._step(index, step)
            if value != NOTHING:
                yield step.field, value

    def kept(self) -> Iterator[tuple[str, Value]]:
        """Give each column that keeps a field of its own, after `fields`."""
        for column, field in self._plan.rest.items():
            if column not in self._form.void:
                yield field, self._plain(column)
        for column, field in self._plan.spare.items():
            unsaid = None if column in self._form.void else self._unsaid(column)
            if unsaid is not None:
                yield field, self._plain(column, " and ".join(unsaid))

    def untold(self) -> Iterator[tuple[str, Value]]:
        """Give each column that keeps a field of its own where no field has its very value, after `fields`."""
        for column, field in {**self._plan.rest, **self._plan.spare}.items():
            unless = None if column in self._form.void else self._unrepeated(column)
            unsaid = self._unsaid(column) if column in self._plan.spare else ()
            if unless is not None and unsaid is not None:
                yield field, self._plain(column, " and ".join(dict.fromkeys([*unsaid, *unless])))

    def _unrepeated(self, column: str) -> Sequence[str] | None:
        """Give conditions under which no field has a column's value; None where one always has."""
        value = self._of[column]
        made = [repr(self._plan.constants[field]) for field in self._plan.instead.get(column, ())]
        for index in self._plan.made_of.get(column, ()):
            if self._is_whole(self._plan.steps[index]) or self._made[index].code == value:
                return None
            made.append(self._made[index].code)
        is_text = self._form.kinds[column] in ("text", "blank")
        return [f"{value} != {one}" if is_text else f"not says({one}, {value})" for one in dict.fromkeys(made)]

    def _plain(self, column: str, unless: str = "") -> Value:
        return plain(self._of[column], self._form.kinds[column], unless, sure=column in self._form.sure)

    def _take_apart(self) -> None:
        for index, (column, expand) in enumerate(self._plan.table.expanders.items()):
            if column in self._of and column not in self._form.void and self._plan.wants_parts_of(column):
                self.names[f"e{index}"] = expand
                value = self._of[column]
                self.lines.append(f"get_{value} = e{index}({value}).get if {value} is not None else nothing")

    def _step(self, index: int, step: Step) -> Value:
        column = step.column
        if column is not None and self._is_whole(step):
            return NOTHING if column in self._form.void else self._plain(column)
        values = [self._first(source) for source in step.sources]
        if not any(values):
            return NOTHING
        return self._converted(step.convert, self._plan.format.converters[step.convert], values, str(index))

    def _converted(self, convert: str, function: Callable[..., Any], values: Sequence[str], index: str) -> Value:
        """Give what a converter makes of values, which it makes once."""
        made = self._same.get((function, *values))
        if made is None:
            code, sure = self._written(convert, function, values, index)
            if not code.isidentifier():
                self.lines.append(f"x{index} = {code}")
                code = f"x{index}"
            made = Value(code, ALWAYS if sure else f"{code} is not None") if code != NOTHING.code else NOTHING
            self._same[function, *values] = made
        return made

    def _written(self, convert: str, function: Callable[..., Any], values: Sequence[str], index: str) -> Expression:
        if not isinstance(function, Of):
            return self._expressions.of(convert, function, values, index)
        made = self._converted("", function.made, values, f"{index}_of")
        self.names[f"o{index}"] = function.convert
        call = f"o{index}({made.code})"
        return Expression(call, sure=True) if made.test == ALWAYS else Expression(f"({call} if {made.test} else None)")

    def _is_whole(self, step: Step) -> bool:
        """Say whether a step gives its only column as it is."""
        return step.column is not None and WHOLE_KINDS.get(self._form.kinds[step.column]) == step.convert

    def _unsaid(self, column: str) -> Sequence[str] | None:
        """Give conditions under which no field says what a column does; None where one always will."""
        value = self._of[column]
        conditions = []
        for index in self._plan.sayers[column]:
            step, made = self._plan.steps[index], self._made[index]
            if made == NOTHING:
                continue
            sure = step.column is not None or self._plan.format.says[step.convert]
            if made.code == value or self._is_whole(step) or (sure and made.test == ALWAYS):
                return None
            conditions.append(f"{made.code} is None" if sure else f"{value} != {made.code}")
        return list(dict.fromkeys(conditions))

    def _part(self, column: str, part: str) -> str:
        """Give the variable of a part of a column, made when it is first asked for."""
        value = self._of[column]
        made = self._parts.get((value, part))
        if made is None:
            made = self._parts[value, part] = f"p{len(self._parts)}"
            self.lines.append(f"{made} = get_{value}({part!r})")
        return made

    def _first(self, source: Source) -> str:
        """Write the first given value of a source as one expression; empty where none can be."""
        given = [ref for ref in source if ref.column not in self._form.void]
        values = [self._part(column, part) if part else self._of[column] for column, part in given]
        if len(values) < 2:
            return "".join(values)
        tests = [f"y if (y := {value}) or y == 0 else " for value in values]
        return f"({''.join(tests)}None)"


def plain(value: str, kind: str, unless: str = "", *, sure: bool = False) -> Value:
    """Give a variable's value as it is, of whichever type: 0 and false are values, empty text is none."""
    code, test = value, ALWAYS if sure else f"{value} is not None"
    if kind in ("text", "blank") and not sure:
        code, test = value if kind == "text" else f"{value} or None", value
    elif kind == "json":
        code, test = f"deep({value}) if {value} or {value} == 0 else None", f"({value} or {value} == 0)"
    if not unless:
        return Value(code, test)
    return Value(f"({code}) if {unless} else None", f"{test} and {unless}" if test else unless)


def _nothing(part: str) -> None:
    """Say that a column that holds nothing has no part."""
