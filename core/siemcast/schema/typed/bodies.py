"""Makes bodies of typed rows by one function for each form and activity, as `compiler` does of columns in a dict."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from msgspec.structs import astuple

from siemcast.schema.compiler import Body
from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.plan import Plan, Rest, plan
from siemcast.schema.typed.by_action import ByAction
from siemcast.schema.typed.row import Form, Row
from siemcast.schema.typed.source import ALWAYS, Typed

Encode = Callable[[Any], Any]


class RowBodies:
    """Gives the bodies of rows in one format."""

    def __init__(
        self,
        form: FormatMapping,
        body: Callable[[], Body],
        rest: Rest,
        reserved: Collection[str] = (),
        *,
        table: TableMapping | None = None,
        once: bool = False,
    ) -> None:
        """Take the format, how it puts fields together, names for other columns, and fields that none may have.

        `table` is a mapping to go by instead of the rows' own. With `once`, columns are left out whose very value a
        field has, the others stand in order of name, and what converters make of several texts is remembered, so that
        nobody may change it.
        """
        self._format = form
        self._body = body
        self._rest = rest
        self._reserved = reserved
        self._table = table
        self._once = once
        self._functions = ByAction(self._function)

    def encode(self, row: Row) -> Any:
        """Give a row's body; columns are named as in all rows of its form."""
        return self._functions.of(row)(row.columns)

    def _function(self, form: Form, activity: Activity) -> Encode:
        table = self._table or form.table
        made = plan(table, self._format, activity, tuple(form.kinds), self._rest, self._reserved)
        return compile_rows(made, form, self._body(), once=self._once)


def compile_rows(made: Plan, form: Form, body: Body, *, once: bool) -> Encode:
    """Make the function of one form and activity: the Struct of a row's columns in, a body out."""
    typed = Typed(made, form, together=once, deep=_itself)
    put = [(value, body.put(field, value.code)) for field, value in typed.fields()]
    kept = sorted(typed.untold()) if once else typed.kept()
    put += [(value, body.keep(field, value.code)) for field, value in kept]
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
