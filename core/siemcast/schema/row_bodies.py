"""Makes bodies of typed rows by one function for each form and activity, as `compiler` does of columns in a dict."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from msgspec.structs import astuple

from siemcast.schema.by_action import ByAction
from siemcast.schema.compiler import Body
from siemcast.schema.mapping import Activity, FormatMapping
from siemcast.schema.plan import Plan, Rest, plan
from siemcast.schema.row import Form, Row
from siemcast.schema.typed import ALWAYS, Typed

Encode = Callable[[Any], Any]


class RowBodies:
    """Gives the bodies of rows in one format."""

    def __init__(
        self, form: FormatMapping, body: Callable[[], Body], rest: Rest, reserved: Collection[str] = ()
    ) -> None:
        """Take the format, how it puts fields together, names for other columns, and fields that none may have."""
        self._format = form
        self._body = body
        self._rest = rest
        self._reserved = reserved
        self._functions = ByAction(self._function)

    def encode(self, row: Row) -> Any:
        """Give a row's body; columns that a field says word for word are left out, others stand in order of name."""
        return self._functions.of(row)(row.columns)

    def _function(self, form: Form, activity: Activity) -> Encode:
        made = plan(form.table, self._format, activity, tuple(form.kinds), self._rest, self._reserved)
        return compile_rows(made, form, self._body())


def compile_rows(made: Plan, form: Form, body: Body) -> Encode:
    """Make the function of one form and activity: the Struct of a row's columns in, a body out."""
    typed = Typed(made, form, together=True, deep=_itself)
    put = [(value, body.put(field, value.code)) for field, value in typed.fields()]
    kept = dict(typed.untold())
    put += [(kept[field], body.keep(field, kept[field].code)) for field in sorted(kept)]
    lines = [
        f"({''.join(f'{typed.variable(column)}, ' for column in form.kinds)}) = astuple(columns)",
        *typed.lines,
        *body.begin(made),
        *(statement if value.test == ALWAYS else f"if {value.test}: {statement}" for value, statement in put),
        *body.end(),
    ]
    names: dict[str, Any] = {"astuple": astuple, **body.helpers, **typed.names}
    source = "\n    ".join(["def encode(columns):", *lines])
    exec(compile(source, f"<{made.format.name} of {made.table.table!a}>", "exec"), names)  # noqa: S102 - of our own mappings
    encode: Encode = names["encode"]
    return encode


def _itself(value: Any) -> Any:
    """Leave a value of any type to who writes the body."""
    return value
