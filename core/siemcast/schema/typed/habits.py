"""What the rows of a table have told of each column so far: that it always holds something, or never does.

In Microsoft's streams most columns do one or the other, over millions of rows. What knows it asks nothing of values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from siemcast.schema.typed.row import Form


class Habits:
    """Takes note of rows; what rows contradict is no habit any more."""

    __slots__ = ("_full", "_void")

    def __init__(self) -> None:
        self._full: set[str] | None = None
        self._void: set[str] = set()

    def see(self, form: Form, values: Sequence[Any]) -> None:
        """Take note of a row's values, in the order of the form's columns."""
        full = {name for name, value in zip(form.kinds, values, strict=True) if value is not None and value != ""}
        if self._full is None:
            self._full, self._void = full, form.kinds.keys() - full
        else:
            self._full &= full
            self._void -= full

    def of(self, form: Form) -> Form:
        """Give the form of rows that keep to these habits; of columns that may hold anything it expects none."""
        typed = {name for name, kind in form.kinds.items() if kind != "json"}
        return replace(form, sure=frozenset(typed & (self._full or set())), void=frozenset(typed & self._void))
