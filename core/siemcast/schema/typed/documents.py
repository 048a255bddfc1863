"""Encodes typed rows as JSON documents, by one function for each form and activity: Struct in, bytes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from siemcast.schema.head import Head
from siemcast.schema.mapping import Activity, FormatMapping
from siemcast.schema.plan import Plan, Rest, named, plan
from siemcast.schema.typed.by_action import ByAction
from siemcast.schema.typed.nest import nest
from siemcast.schema.typed.row import Form, Row
from siemcast.schema.typed.source import ALWAYS, Typed, Value, plain

Encode = Callable[[Any, Head], bytes]
_ROOM = 8192
_write_into = msgspec.json.Encoder().encode_into


@dataclass(frozen=True, slots=True)
class Around:
    """What a format writes beside a row's own columns."""

    own: Mapping[str, str]
    """Field to expression over `head`; `{}` in it stands for what the columns give."""
    helpers: Mapping[str, Any]
    """What those expressions call, by name."""
    beside: Rest
    """Names the field of what stands beside the columns in a record."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Field of a column that keeps one of its own to the expression of what stands there; `{}` stands for its value."""


class Documents:
    """Gives rows' documents in one format; for one thread, as formats are."""

    def __init__(self, form: FormatMapping, rest: Rest, around: Around, reserved: frozenset[str]) -> None:
        """Take the format, how it names other columns, what stands around, and fields that no column may have."""
        self._format = form
        self._rest = rest
        self._around = around
        self._reserved = reserved
        self._functions = ByAction(self._function)

    def encode(self, row: Row, head: Head) -> bytes:
        """Encode a row."""
        return self._functions.of(row)(row, head)

    def plan(self, form: Form, activity: Activity) -> Plan:
        """Give what happens to rows of a form: the slow way follows the same plan."""
        return plan(form.table, self._format, activity, tuple(form.kinds), self._rest, self._reserved)

    def _function(self, form: Form, activity: Activity) -> Encode:
        return compile_documents(self.plan(form, activity), form, self._around)


def compile_documents(made: Plan, form: Form, around: Around) -> Encode:
    """Make the function of one form and activity: a row and its head in, a document in bytes out."""
    typed = Typed(made, form)
    cells = {name: Value(f"c{index}", ALWAYS) for index, name in enumerate(made.constants)}
    cells |= dict(typed.fields())
    cells |= {name: _within(around.kept.get(name, ""), value) for name, value in typed.kept()}
    beside = [f"w{index}" for index in range(len(form.beside))]
    fields = named(tuple(form.beside), around.beside, set())
    cells |= {
        fields[key]: plain(value, form.beside[key])
        for key, value in zip(form.beside, beside, strict=True)
        if key in fields
    }
    for name, expression in around.own.items():
        cells[name] = Value(expression.format(cells[name].code if name in cells else None), ALWAYS)
    names: dict[str, Any] = {"astuple": msgspec.structs.astuple, "into": _write_into, "buffer": bytearray(_ROOM)}
    names |= {**around.helpers, **typed.names}
    names |= {f"c{index}": value for index, value in enumerate(made.constants.values())}
    lines = [
        f"(columns, {''.join(f'{value}, ' for value in beside)}) = astuple(row)",
        f"({''.join(f'{typed.variable(column)}, ' for column in form.kinds)}) = astuple(columns)",
        *typed.lines,
        *nest(cells, names),
        "into(g, buffer)",  # whose room is there already, while a new one would grow by and by
        "return bytes(buffer)",
    ]
    source = "\n    ".join(["def encode(row, head):", *lines])
    exec(compile(source, f"<{made.format.name} of {made.table.table}>", "exec"), names)  # noqa: S102 - of our own mappings
    encode: Encode = names["encode"]
    return encode


def _within(expression: str, value: Value) -> Value:
    """Put a value into an expression, if there is one."""
    return value._replace(code=expression.format(value.code)) if expression else value
