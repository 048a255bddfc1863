"""Encodes rows straight from their bytes, typed in and typed out, where rows of the same form were seen before.

A table's rows have one form for months: the same columns, each text, a number or nothing. So the first row of a form
makes a `msgspec.Struct` of it, and for each activity a function from that Struct to nested Structs of the output: to
read then checks all types at no cost, and what is nothing the writer leaves out. A row of another form is refused by
the reader and takes the slow way; when such rows keep coming, their form is learnt instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any

import msgspec
import orjson

from siemcast.schema.canonical import type_of
from siemcast.schema.head import Head
from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.plan import Plan, Rest, named, plan
from siemcast.schema.typed import Typed

Encode = Callable[[Any, Head], bytes | None]
_Integer = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_KINDS: Mapping[str, Any] = {
    "text": str | None,
    "integer": _Integer | None,
    "boolean": bool | None,
    "scalar": str | bool | _Integer | None,
    "any": msgspec.Raw,  # left to orjson, so that huge numbers and deep nesting are what they are elsewhere
}
_CLASSES: Mapping[str, type] = {"text": str, "integer": int, "boolean": bool}
_MOST_FORMS = 16
_MOST_ACTIONS = 1024
_UNREAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_write = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Around:
    """What a format writes beside a row's own columns."""

    own: Mapping[str, str]
    """Field to expression over `head`; `{}` in it stands for what the columns give."""
    helpers: Mapping[str, Any]
    """What those expressions call, by name."""
    envelope: Rest
    """Names the field of what stands beside the columns in a record."""


class Straight:
    """Gives a row's document in bytes, for rows of a form that it has learnt."""

    def __init__(self, form: FormatMapping, rest: Rest, around: Around, reserved: frozenset[str]) -> None:
        self._format = form
        self._rest = rest
        self._around = around
        self._reserved = reserved
        self._tables: dict[str, _Table] = {}

    def encode(self, table: TableMapping, raw: bytes, head: Head) -> bytes | None:
        """Encode a row of the form last learnt; None for any other, and for what is no sound JSON."""
        known = self._tables.get(table.table)
        return known.form.encode(raw, head) if known is not None and known.form is not None else None

    def learn(self, table: TableMapping, data: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
        """Look at a row that had to be encoded otherwise; the first of a table makes a form, and later the second."""
        known = self._tables.setdefault(table.table, _Table())
        keys = tuple(data), tuple(columns)
        known.seen |= {(column, value.__class__) for column, value in columns.items()}
        if known.last in ((), keys) and known.made < _MOST_FORMS:  # what never settles shall not fill the memory
            known.made += 1
            known.form = self._learnt(table, data, columns, known.seen)
        known.last = keys

    def _learnt(
        self, table: TableMapping, data: Mapping[str, Any], columns: Mapping[str, Any], seen: Set[tuple[str, type]]
    ) -> _Form | None:
        within = next((key for key, value in data.items() if value is columns), None)
        kinds = {column: _kind(table, column, seen) for column in columns}
        beside = tuple(key for key in data if key != within) if within is not None else None
        try:
            read = _reader(kinds, beside, within)
        except ValueError:  # a name that msgspec does not take: with quotes or control characters
            return None

        def function(activity: Activity) -> Encode:
            row = plan(table, self._format, activity, tuple(kinds), self._rest, self._reserved)
            return compile_straight(row, kinds, beside, self._around)

        where = "" if within is None else "columns."
        action = attrgetter(f"{where}v{list(kinds).index(table.action)}") if table.action in kinds else _no_action
        return _Form(table, read, action, cache(function))


@dataclass(slots=True)
class _Form:
    """Rows of one form: how to read them, and what to do with them by their action."""

    table: TableMapping
    read: Callable[[bytes], Any]
    action: Callable[[Any], Any]
    function: Callable[[Activity], Encode]
    functions: dict[Any, Encode] = field(default_factory=dict)
    """By action."""

    def encode(self, raw: bytes, head: Head) -> bytes | None:
        """Read, encode and write one row, or give None where it is not of this form."""
        try:
            record = self.read(raw)
        except _UNREAD:
            return None
        action = self.action(record)
        try:
            return (self.functions.get(action) or self._of(action))(record, head)
        except orjson.JSONDecodeError:  # within a column that may hold anything
            return None

    def _of(self, action: Any) -> Encode:
        if len(self.functions) >= _MOST_ACTIONS:
            self.functions.clear()
        self.functions[action] = made = self.function(self.table.activity_of({self.table.action: action}))
        return made


@dataclass(slots=True)
class _Table:
    form: _Form | None = None
    made: int = 0
    seen: set[tuple[str, type]] = field(default_factory=set)
    """Columns, and the classes that their values were seen to have."""
    last: tuple[tuple[str, ...], ...] = ()
    """The keys of the last row that was of no known form."""


def compile_straight(row: Plan, kinds: Mapping[str, str], beside: Sequence[str] | None, around: Around) -> Encode:
    """Make the function of one form and activity: what its reader gives and a head in, a document in bytes out."""
    typed = Typed(row, kinds)
    variables = {key: f"w{index}" for index, key in enumerate(beside or ())}
    fields = named(tuple(variables), around.envelope, set())
    lines = [
        f"({''.join(f'{name}, ' for name in variables.values())}columns,) = "
        + ("astuple(record)" if beside is not None else "(record,)"),
        f"({''.join(f'v{index}, ' for index in range(len(kinds)))}) = astuple(columns)",
        *typed.document(around.own, {fields[key]: variables[key] for key in fields}),
        "return write(g)",
    ]
    source = "\n    ".join(["def encode(record, head):", *lines])
    names = {"astuple": msgspec.structs.astuple, "write": _write, **around.helpers, **typed.names}
    exec(compile(source, f"<{row.format.name} of {row.table.table}>", "exec"), names)  # noqa: S102 - of our own mappings
    encode: Encode = names["encode"]
    return encode


def _kind(table: TableMapping, column: str, seen: Set[tuple[str, type]]) -> str:
    """Say what a column holds: its canonical type where values have kept to it, else scalars or anything."""
    mapped = (table.columns, *table.classes.values())
    types = {type_of(path) for columns in mapped for ref, path in columns.items() if ref == (column, "")}
    classes = {of for name, of in seen if name == column} - {NoneType}
    if classes & {list, dict, float} and column != table.action:
        return "any"
    kind = str(*types) if types in ({"integer"}, {"boolean"}) else "text" if types else "scalar"
    return kind if all(_CLASSES.get(kind) is of for of in classes) else "scalar"


def _no_action(record: Any) -> None:
    """Say that a row without the column of actions has none."""


def _reader(kinds: Mapping[str, str], beside: Sequence[str] | None, within: str | None) -> Callable[[bytes], Any]:
    """Make the reader of a form. Raises ValueError for names that msgspec does not take."""
    columns = _struct({f"v{index}": (column, _KINDS[kind]) for index, (column, kind) in enumerate(kinds.items())})
    if within is None or beside is None:
        return msgspec.json.Decoder(columns).decode
    around = {f"w{index}": (key, _KINDS["scalar"]) for index, key in enumerate(beside)}
    return msgspec.json.Decoder(_struct({**around, "columns": (within, columns)})).decode


def _struct(fields: Mapping[str, tuple[str, Any]]) -> type[msgspec.Struct]:
    """Make a Struct that takes exactly these: attribute to name and type."""
    return msgspec.defstruct(
        "Row",
        [(attribute, kind) for attribute, (_, kind) in fields.items()],
        rename={attribute: name for attribute, (name, _) in fields.items()},
        forbid_unknown_fields=True,
        gc=False,
    )
