"""Keeps fields in one flat object and other columns in a second one, compiled and the slow way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema.compiler import Fields
from siemcast.schema.plan import Plan

APART = "\x00"
"""Begins the names of columns that stand apart from the fields, so that neither takes a name from the other."""
Flattened = tuple[Fields, Fields]
"""A format's own fields in the order of its mapping, and what it has no field for."""


class Flat:
    """Two objects without any nesting of their own: `a.b` is a name like any other."""

    ordered = True  # so that the same record gives the same bytes, whichever way it went

    @property
    def helpers(self) -> Mapping[str, Any]:
        """Nothing but the statements themselves."""
        return {}

    def begin(self, plan: Plan) -> list[str]:
        """Make both objects, with what the activity says by itself in the first."""
        constants = ", ".join(f"{field!r}: {value!r}" for field, value in plan.constants.items())
        return [f"fields = {{{constants}}}", "rest = {}"]

    def put(self, field: str, value: str) -> str:
        """Set a field."""
        return f"fields[{field!r}] = {value}"

    def keep(self, field: str, value: str) -> str:
        """Set a column that has no field."""
        return f"rest[{field.removeprefix(APART)!r}] = {value}"

    def end(self) -> list[str]:
        """Return both."""
        return ["return fields, rest"]

    def of(self, fields: Fields, rest: Fields) -> Flattened:
        """Give both."""
        return dict(fields), {name.removeprefix(APART): value for name, value in rest.items()}
