"""Makes of a plan one straight-line function, so that a record costs no look-up in any mapping.

A function is made at the first sight of a layout: the columns of a row in their order, which Microsoft's streams keep
over millions of rows. So each column is a local variable, unknown columns are known beforehand, and only well-typed
values are handled; for any other the function gives None, and the record takes the slow way (`plan.interpret`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.memo import memo_of
from siemcast.schema.plan import Plan, Rest, Source, Step, interpret
from siemcast.schema.plans import Plans

INLINE: Mapping[str, Callable[[list[str]], list[str]]] = {
    "first": lambda values: [f"x = {' or '.join(value for value in values if value != 'None')}"],
    "texts": lambda values: [
        f"x = dict.fromkeys(({', '.join(value for value in values if value != 'None')},))",
        "x.pop(None, None)",
        "x.pop('', None)",
        "x = list(x)",
    ],
    "of_same": lambda values: ["x = {1} if {0} or {1} else {2}".format(*values)],
}
"""What some converters do, as statements over variables that are text or nothing; `x` is the result, or empty."""

Fields: TypeAlias = dict[str, Any]
Encode = Callable[[Any], Any]
_NEVER_THE_SAME = frozenset({"time", "milliseconds"})
"""Converters whose texts hardly recur."""
_MOST_LAYOUTS = 16
_MOST_TABLES = 1000
_CLASS_OF = {"text": "str", "integer": "int", "boolean": "bool"}


class Body(Protocol):
    """How a format puts fields together: in generated code, and, the slow way, from all fields at once."""

    @property
    def ordered(self) -> bool:
        """Whether fields must be put in the order of the plan."""
        ...

    @property
    def helpers(self) -> Mapping[str, Any]:
        """What the statements call, by name."""
        ...

    def begin(self, plan: Plan) -> list[str]:
        """Give the statements that stand before all fields."""
        ...

    def put(self, field: str, value: str) -> str:
        """Give the statement that puts the variable `value`, known to have a value, into `field`."""
        ...

    def keep(self, field: str, value: str) -> str:
        """Give the same for a column that the format has no place for, whose value may be of any type."""
        ...

    def end(self) -> list[str]:
        """Give the statements that stand after all fields and return the body."""
        ...

    def of(self, fields: Fields, rest: Fields) -> Any:
        """Put fields together the slow way; equal to what the generated code returns."""
        ...


class Compiler:
    """Gives a record's body in one format by functions made as they are needed."""

    def __init__(
        self, form: FormatMapping, body: Callable[[], Body], rest: Rest, reserved: Collection[str] = ()
    ) -> None:
        """Take the format, how it puts fields together, names for other columns, and fields that none may have."""
        self._form = form
        self._reserved = reserved
        self._body = body
        self._rest = rest
        self._plans = Plans(form, rest, reserved)
        self._made: dict[tuple[str, Activity], list[tuple[list[str], Plan, Encode]]] = {}
        """What was made by table and activity; layouts that a function cannot carry out go the slow way."""

    def encode(self, table: TableMapping, columns: Mapping[str, Any]) -> Any:
        """Encode by the function of this table, activity and layout."""
        activity = table.activity_of(columns)
        layout = list(columns)
        if len(self._made) >= _MOST_TABLES:  # a hostile stream may name a new table in each record
            self._made.clear()
        for known, made, function in self._made.setdefault((table.table, activity), []):
            if known == layout:
                result = function(columns)
                return result if result is not None else self._body().of(*interpret(made, columns))
        return self._first(table, activity, layout, columns)

    def slowly(self, table: TableMapping, columns: Mapping[str, Any], layout: Sequence[str] | None = None) -> Any:
        """Encode the slow, obvious way; as one of a layout that has more columns than the record, if that is given."""
        made = self._plans.of(table, table.activity_of(columns), tuple(layout or columns))
        return self._body().of(*interpret(made, columns))

    def _first(self, table: TableMapping, activity: Activity, layout: list[str], columns: Mapping[str, Any]) -> Any:
        made = self._plans.of(table, activity, tuple(layout))
        functions = self._made[table.table, activity]
        if len(functions) < _MOST_LAYOUTS:  # a stream whose layout never settles shall not fill the memory
            functions.append((layout, made, compile_plan(made, self._body())))
        return self._body().of(*interpret(made, columns))


def compile_plan(made: Plan, body: Body) -> Encode:
    """Make a plan's function: columns of its very layout in; a body out, or None when a value is not of its type.

    A plan that spares columns their fields by the values of others (FormatMapping.says) always gives None: that is for
    typed rows (`siemcast.schema.typed.documents`).
    """
    if any(made.steps[index].column is None for column in made.spare for index in made.sayers[column]):
        return _never
    names: dict[str, Any] = dict(body.helpers)
    source = "\n".join(_source(made, body, names))
    exec(compile(source, f"<{made.format.name} of {made.table.table!a}>", "exec"), names)  # noqa: S102 - of our own mappings
    encode: Encode = names["encode"]
    return encode


def _never(columns: Any) -> None:
    """Leave a record to the slow way."""


def _source(made: Plan, body: Body, names: dict[str, Any]) -> list[str]:
    variables = {column: f"v{index}" for index, column in enumerate(made.layout)}
    lines = [*body.begin(made)]
    if variables:
        lines.insert(0, f"({', '.join(variables.values())},) = columns.values()")
    for index, (column, expand) in enumerate(made.table.expanders.items()):
        if column in variables and made.wants_parts_of(column):
            names[f"e{index}"] = expand
            lines.append(f"get_{variables[column]} = e{index}({variables[column]}).get")
    texts: set[str] = set()
    for index, step in enumerate(sorted(made.steps, key=_plain_first) if not body.ordered else made.steps):
        lines += _step(step, index, made, body, variables, names, texts)
    for column, field in made.rest.items():
        value = variables[column]
        lines += [f"if {value} or {value} == 0:", f"    {body.keep(field, value)}"]
    return ["def encode(columns):", *("    " + line for line in [*lines, *body.end()])]


def _plain_first(step: Step) -> bool:
    return step.column is None


def _step(
    step: Step, index: int, made: Plan, body: Body, variables: Mapping[str, str], names: dict[str, Any], texts: set[str]
) -> list[str]:
    if step.column is not None:
        value = variables[step.column]
        texts |= {value} if step.convert == "text" else set()
        return _plain(step, body, value)
    values = [value_of(source, variables) for source in step.sources]
    if step.convert == "lower" and values[0] in variables.values():
        texts.add(values[0])
        return _lower(step, body, values[0])
    plain = [value for value in values if value != "None"]
    if texts.issuperset(plain) and step.convert in INLINE:  # their class was looked at above: text or nothing
        return [*INLINE[step.convert](values), f"if x: {body.put(step.field, 'x')}"]
    function = names[f"f{index}"] = made.format.converters[step.convert]
    if len(values) == 1 and values[0] in variables.values() and step.convert not in _NEVER_THE_SAME:
        names[f"m{index}"] = memo_of(function)
        return _remembered(body.put(step.field, "x"), index, values[0])
    call = f"f{index}({', '.join(values)})"
    lines = [f"if (x := {call}) is not None:", f"    {body.put(step.field, 'x')}"]
    if all(value in variables.values() for value in plain):  # a converter has nothing to say of nothing
        test = " or ".join(f"{value} is not None" for value in dict.fromkeys(plain))
        return [f"if {test}:", *("    " + line for line in lines)]
    return lines


def _remembered(put: str, index: int, value: str) -> list[str]:
    return [
        f"if {value}.__class__ is str:",
        f"    if (x := m{index}[{value}]) is not None: {put}",
        f"elif {value} is not None and (x := f{index}({value})) is not None: {put}",
    ]


def _plain(step: Step, body: Body, value: str) -> list[str]:
    kind = _CLASS_OF[step.convert]
    put = body.put(step.field, value)
    if kind == "str":
        return [f"if {value}.__class__ is str:", f"    if {value}: {put}", f"elif {value} is not None: return None"]
    if kind == "int":
        return [f"if {value}.__class__ is int and -{1 << 63} <= {value} < {1 << 63}: {put}", _unless_empty(value)]
    return [f"if {value}.__class__ is bool: {put}", _unless_empty(value)]


def _lower(step: Step, body: Body, value: str) -> list[str]:
    put = body.put(step.field, f"{value}.lower()")
    return [f"if {value}.__class__ is str:", f"    if {value}: {put}", f"elif {value} is not None: return None"]


def _unless_empty(value: str) -> str:
    return f"elif {value} is not None and {value} != '': return None"


def value_of(source: Source, variables: Mapping[str, str]) -> str:
    """Write the first given value of a source as one expression."""
    values = [f"get_{variables[column]}({part!r})" if part else variables[column] for column, part in source]
    if not values:
        return "None"
    if len(values) == 1:
        return values[0]
    tests = [f"y if (y := {value}) or y == 0 else " for value in values]
    return f"({''.join(tests)}None)"
