"""Writes the source of a function that encodes rows of one form: columns whose types the reader has checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import orjson

from siemcast.schema.dump import dumps_sorted
from siemcast.schema.memo import memo_of
from siemcast.schema.nest import ALWAYS, Cell, nest
from siemcast.schema.plan import Plan, Source, Step

_NEVER_THE_SAME = frozenset({"time", "milliseconds"})
"""Converters whose texts hardly recur."""


class Typed:
    """The source, piece by piece: `vN` is the value of column N, `xN` what step N makes, `gN` a group of fields."""

    def __init__(self, plan: Plan, kinds: Mapping[str, str]) -> None:
        """Take what each column holds, if not nothing: `text`, `integer`, `boolean`, `scalar` or `any`."""
        self._plan = plan
        self._of = {column: f"v{index}" for index, column in enumerate(plan.layout)}
        self._kinds = {self._of[column]: kind for column, kind in kinds.items()}
        self._texts = frozenset(value for value, kind in self._kinds.items() if kind == "text")
        self.names: dict[str, Any] = {"loads": orjson.loads, "deep": deep}
        self.lines: list[str] = []
        self._same: dict[tuple[str, ...], str] = {}
        """By converter and values: the variable of what came of them, since some fields say the same."""

    def document(self, own: Mapping[str, str], beside: Mapping[str, str]) -> list[str]:
        """Give the statements that make the document `g`: a format's own fields, the plan's, and variables beside."""
        self._take_apart()
        cells = {name: self._constant(f"c{index}", name) for index, name in enumerate(self._plan.constants)}
        cells |= {step.field: self._cell(step, index) for index, step in enumerate(self._plan.steps)}
        cells |= {name: self._kept(self._of[column]) for column, name in self._plan.rest.items()}
        cells |= {
            name: self._spare(self._of[column]) for column, name in self._plan.spare.items() if self._leaves(column)
        }
        cells |= {name: self._kept(variable) for name, variable in beside.items()}
        for name, expression in own.items():
            cells[name] = Cell(expression.format(cells[name].value if name in cells else None), ALWAYS)
        return [*self.lines, *nest(cells, self.names)]

    def _constant(self, variable: str, name: str) -> Cell:
        self.names[variable] = self._plan.constants[name]
        return Cell(variable, ALWAYS)

    def _take_apart(self) -> None:
        self.lines += [f"{value} = loads(bytes({value}))" for value, kind in self._kinds.items() if kind == "any"]
        for index, (column, expand) in enumerate(self._plan.table.expanders.items()):
            if column in self._of and self._plan.wants_parts_of(column):
                self.names[f"e{index}"] = expand
                self.lines.append(f"get_{self._of[column]} = e{index}({self._of[column]}).get")

    def _cell(self, step: Step, index: int) -> Cell:
        if step.column is not None and self._kinds[self._of[step.column]] == step.convert:
            value = self._of[step.column]
            return _text(value) if step.convert == "text" else Cell(value, f"{value} is not None")
        values = [value_of(source, self._of) for source in step.sources]
        made = self._same.get((step.convert, *values))
        if made is None:
            made = self._same[step.convert, *values] = f"x{index}"
            self.lines.append(f"{made} = {self._made(step, values, index)}")
        return Cell(made, f"{made} is not None")

    def _leaves(self, column: str) -> bool:
        """Say whether a field that should carry a column whole may have to leave values to a second place."""
        return any(converter != self._kinds[self._of[column]] for converter in self._carriers(self._of[column]))

    def _carriers(self, value: str) -> Sequence[str]:
        steps = [step for step in self._plan.steps if step.column is not None and self._of[step.column] == value]
        return list(dict.fromkeys(step.convert for step in steps))

    def _spare(self, value: str) -> Cell:
        """Keep what a field did not take of the column that it should carry whole."""
        made = [self._same[convert, value] for convert in self._carriers(value) if (convert, value) in self._same]
        return self._kept(value, f"({' or '.join(f'{one} is None' for one in made)}) and ")

    def _made(self, step: Step, values: Sequence[str], index: int) -> str:
        """Give the expression of a step that is more than a column."""
        given = [value for value in values if value != "None"]
        inline = _INLINE_ALONE.get(step.convert) if len(given) == 1 else _INLINE.get(step.convert)
        if inline is not None and self._texts.issuperset(given):
            return inline.format(*values, any=" or ".join(given), each=": 0, ".join(given))
        function = self._plan.format.converters[step.convert]
        self.names[f"f{index}"] = function
        if len(values) == 1 and values[0] in self._texts:
            if step.convert in _NEVER_THE_SAME:
                return f"f{index}({values[0]}) if {values[0]} else None"
            self.names[f"m{index}"] = memo_of(function)
            return f"m{index}[{values[0]}] if {values[0]} else None"
        call = f"f{index}({', '.join(values)})"
        if not all(value in self._of.values() for value in given):
            return call
        test = " or ".join(value if value in self._texts else f"{value} is not None" for value in dict.fromkeys(given))
        return f"{call} if {test} else None"  # a converter has nothing to say of nothing

    def _kept(self, value: str, unless: str = "") -> Cell:
        """Give what is kept as it is, of whichever type: 0 and false are values, empty text is none."""
        if value in self._texts and not unless:
            return _text(value)
        test = f"{unless}({value} or {value} == 0)" if unless else f"{value} or {value} == 0"
        whole = f"deep({value})" if self._kinds.get(value) == "any" else value
        return Cell(f"{whole} if {test} else None", test)


_INLINE: Mapping[str, str] = {
    "first": "{any} or None",
    "texts": "[*{{None: 0, '': 0, {each}: 0}}][2:] or None",
    "of_same": "({1} if {0} or {1} else {2}) or None",
}
"""What some converters do, as expressions over variables that are text or nothing."""
_INLINE_ALONE: Mapping[str, str] = {
    **_INLINE,
    "texts": "[{any}] if {any} else None",
    "lower": "{any}.lower() if {any} else None",
}
"""The same where only one variable is there."""


def _text(value: str) -> Cell:
    return Cell(f"{value} or None", value)


def deep(value: Any) -> Any:
    """Give a value of any type as the JSON that the slow way makes of it."""
    return msgspec.Raw(dumps_sorted(value))


def value_of(source: Source, variables: Mapping[str, str]) -> str:
    """Write the first given value of a source as one expression."""
    values = [f"get_{variables[column]}({part!r})" if part else variables[column] for column, part in source]
    if not values:
        return "None"
    if len(values) == 1:
        return values[0]
    tests = [f"y if (y := {value}) or y == 0 else " for value in values]
    return f"({''.join(tests)}None)"
