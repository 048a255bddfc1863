"""Finds what was made for rows of one form and action: many actions share an activity, and so what is made for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from siemcast.schema.mapping import Activity
from siemcast.schema.typed.row import Form, Row, attributes

_MOST_ACTIONS = 1024
_MOST_FORMS = 1000
T = TypeVar("T")


class ByAction(Generic[T]):
    """Gives for a row what `make` makes, once for each form and activity."""

    __slots__ = ("_forms", "_make")

    def __init__(self, make: Callable[[Form, Activity], T]) -> None:
        self._make = make
        self._forms: dict[type, _Actions[T]] = {}

    def of(self, row: Row) -> T:
        """Give what there is for a row's form and action."""
        actions = self._forms.get(row.__class__) or self._actions(row)
        return actions[actions.action(row.columns)]

    def _actions(self, row: Row) -> _Actions[T]:
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        made = self._forms[row.__class__] = _Actions(row.form, self._make)
        return made


class _Actions(dict[Any, T]):
    """By action, what was made for its activity."""

    def __init__(self, form: Form, make: Callable[[Form, Activity], T]) -> None:
        super().__init__()
        self._form = form
        self._of = cache(lambda activity: make(form, activity))
        self.action = action_of(form)

    def __bool__(self) -> bool:
        return True

    def __missing__(self, action: Any) -> T:
        if len(self) >= _MOST_ACTIONS:
            self.clear()
        table = self._form.table
        made = self[action] = self._of(table.activity_of({table.action: action}))
        return made


def action_of(form: Form) -> Callable[[Any], Any]:
    """Make what gives the action of a row's columns."""
    names = dict(zip(form.kinds, attributes(form.kinds), strict=True))
    name = names.get(form.table.action)
    return _no_action if name is None else attrgetter(name)


def _no_action(columns: Any) -> None:
    """Say that a row without the column of actions has none."""
