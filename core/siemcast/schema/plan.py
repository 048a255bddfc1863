"""Joins a table's mapping and a format's into one plan, for one activity and one layout of columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from siemcast.schema.convert import WHOLE, given
from siemcast.schema.mapping import Activity, FormatMapping, Ref, TableMapping
from siemcast.schema.unknown import seen

T = TypeVar("T")
Source = tuple[Ref, ...]
"""Where a canonical path may stand; the first that has a value counts."""
Rest = Callable[[str], str | None]
"""Names the field for a column that has no canonical path in the format; None drops the column."""


@dataclass(frozen=True, slots=True)
class Step:
    """One field: where its values stand, and what makes it of them."""

    field: str
    sources: tuple[Source, ...]
    convert: str

    @property
    def column(self) -> str | None:
        """The column that this field carries whole, if it does: then no second place keeps it."""
        simple = self.convert in WHOLE and len(self.sources) == 1 and len(self.sources[0]) == 1
        return self.sources[0][0].column if simple and not self.sources[0][0].part else None

    def whole_columns(self) -> Collection[str]:
        """Name the columns that it looks at as a whole."""
        return dict.fromkeys(ref.column for source in self.sources for ref in source if not ref.part)

    def may_say(self, form: FormatMapping) -> Collection[str]:
        """Name the columns of which this field may say all that there is to say (FormatMapping.says)."""
        if self.column is not None:
            return (self.column,)
        if self.convert not in form.says:
            return ()
        if form.says[self.convert]:
            first = self.sources[0]
            return (first[0].column,) if len(first) == 1 and not first[0].part else ()
        return [ref.column for source in self.sources for ref in source if not ref.part]

    def says(self, form: FormatMapping, value: Any, made: Any) -> bool:
        """Say whether the field says all that a column's value does, of those that it may."""
        return made is not None and (self.convert in WHOLE or form.says[self.convert] or made == value)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that happens to a record of one layout."""

    layout: tuple[str, ...]
    constants: Mapping[str, Any]
    steps: tuple[Step, ...]
    rest: Mapping[str, str]
    """Column to field, for every column that has no field which might say all that it does."""
    spare: Mapping[str, str]
    """Column to field, for those that have, should none of these fields do so."""
    sayers: Mapping[str, Sequence[int]]
    """Column to the places of the steps whose field may spare it its own."""
    made_of: Mapping[str, Sequence[int]]
    """Column to the places of all steps that look at it as a whole."""
    instead: Mapping[str, Sequence[str]]
    """Column to the fields that would be made of it, and hold what the activity says by itself."""
    table: TableMapping
    format: FormatMapping

    def wants_parts_of(self, column: str) -> bool:
        """Say whether any field is made of a part of a column."""
        return any(ref.column == column and ref.part for step in self.steps for refs in step.sources for ref in refs)


def plan(
    table: TableMapping,
    form: FormatMapping,
    activity: Activity,
    layout: Sequence[str],
    rest: Rest,
    reserved: Collection[str] = (),
) -> Plan:
    """Join the mappings; columns of the layout that neither knows are among the rest, and get no reserved field.

    What the table's mapping does not know is noted (`siemcast.schema.unknown`): here every layout comes by, none often.
    """
    seen(table, layout)
    constants = form.constants_of(activity)
    told = list(_steps(table, form, activity, layout))
    alone = {step.field for step in _steps(table, form, activity, (*table.layout, *layout)) if _is_alone(step)}
    simple = (_simple(step) if step.field in alone else step for step in told)
    steps = [step for step in simple if step.field not in constants]  # what the activity says by itself stands
    sayers = _by_column((step.may_say(form), place) for place, step in enumerate(steps))
    made_of = _by_column((step.whole_columns(), place) for place, step in enumerate(steps))
    instead = _by_column((step.whole_columns(), step.field) for step in told if step.field in constants)
    taken = {step.field for step in steps} | set(constants) | set(reserved)
    names = named(layout, rest, taken, cased=form.cased, first=table.layout)
    return Plan(
        layout=tuple(layout),
        constants=constants,
        steps=tuple(steps),
        rest={column: name for column, name in names.items() if column not in sayers},
        spare={column: name for column, name in names.items() if column in sayers},
        sayers=sayers,
        made_of=made_of,
        instead=instead,
        table=table,
        format=form,
    )


def _steps(table: TableMapping, form: FormatMapping, activity: Activity, layout: Sequence[str]) -> Iterator[Step]:
    """Give the fields of an activity that columns of a layout tell of."""
    present = frozenset(layout)
    where: dict[str, list[Ref]] = {}
    for ref, path in table.columns_of(activity.of).items():
        if ref.column in present:
            where.setdefault(path, []).append(ref)
    for target in form.targets_of(activity.of):
        sources = tuple(tuple(where.get(path, ())) for path in target.sources)
        if any(sources):
            yield Step(target.field, sources, target.convert)


def _by_column(pairs: Iterable[tuple[Iterable[str], T]]) -> Mapping[str, Sequence[T]]:
    found: dict[str, list[T]] = {}
    for columns, one in pairs:
        for column in columns:
            found.setdefault(column, []).append(one)
    return found


def _is_alone(step: Step) -> bool:
    """Say whether a choice is none: of all columns of a table, one alone may give the field."""
    present = [source for source in step.sources if source]
    return step.convert in _ONLY and len(present) == len(present[0]) == 1 and not present[0][0].part


def _simple(step: Step) -> Step:
    """Simplify a choice that is none: the only column that there is carries the field whole."""
    return Step(step.field, tuple(source for source in step.sources if source), _ONLY[step.convert])


_ONLY = {
    "first": "text",
    "first_integer": "integer",
    "first_boolean": "boolean",
    "first_time": "time",
    "first_ip": "ip",
}


def named(
    layout: Sequence[str], rest: Rest, taken: set[str], *, cased: bool = True, first: Collection[str] = ()
) -> Mapping[str, str]:
    """Name a field for each column; two that would meet, or one below the other, are told apart by a number.

    The order of columns does not count: a column has the same field in all rows that have the same columns, and one of
    the `first` whatever others come up. Unless `cased`, names meet that differ in case alone.
    """
    known = frozenset(first)
    alike: Callable[[str], str] = str if cased else str.lower
    names: dict[str, str] = {}
    taken = {alike(field) for field in taken}
    inner = {group for field in taken for group in groups_of(field)}
    for column in sorted(layout, key=lambda column: (column not in known, column)):
        name = rest(column)
        if name is None:
            continue
        free = _free(name, taken, inner, alike)
        taken.add(alike(free))
        inner.update(groups_of(alike(free)))
        names[column] = free
    return names


def groups_of(field: str) -> Iterator[str]:
    """Give the groups that a field is in: `a` and `a.b` for `a.b.c`."""
    parts = field.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def _free(name: str, taken: set[str], inner: set[str], alike: Callable[[str], str]) -> str:
    met = _met(alike(name), taken, inner)
    if met is None:
        return name
    numbered = (f"{name[: len(met)]}{number}{name[len(met) :]}" for number in count(2))
    return next(free for free in numbered if _met(alike(free), taken, inner) is None)


def _met(name: str, taken: set[str], inner: set[str]) -> str | None:
    """Give as much of a name as another has: all of it, or a group of it that is a field elsewhere."""
    if name in taken or name in inner:
        return name
    return next((group for group in groups_of(name) if group in taken), None)


def interpret(made: Plan, columns: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Carry out a plan the slow, obvious way: field to value, of those that have one, and of the rest.

    This says what a plan means; the compiled way (`siemcast.schema.compiler`) is held equal to it by a property test.
    """
    apart = {column: expand(columns.get(column)) for column, expand in made.table.expanders.items()}
    fields, rest = dict(made.constants), {}
    results = []
    for step in made.steps:
        value = made.format.converters[step.convert](*(_first(source, columns, apart) for source in step.sources))
        results.append(value)
        if value is not None:
            fields[step.field] = value
    for column, field in {**made.rest, **made.spare}.items():
        value = columns.get(column)
        sayers = ((made.steps[place], results[place]) for place in made.sayers.get(column, ()))
        if given(value) and not any(step.says(made.format, value, result) for step, result in sayers):
            rest[field] = value
    return fields, rest


def _first(source: Source, columns: Mapping[str, Any], apart: Mapping[str, Mapping[str, Any]]) -> Any:
    for column, part in source:
        value = apart[column].get(part) if part else columns.get(column)
        if given(value):
            return value
    return None
