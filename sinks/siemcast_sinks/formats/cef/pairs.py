"""Writes a record's fields as pairs of keys and values, the slow, obvious way and by learnt functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import astuple

from siemcast.schema.convert import text as written
from siemcast.schema.files.loading import takes
from siemcast.schema.head import Head
from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.plan import Plan, Rest, interpret
from siemcast.schema.plans import Plans
from siemcast.schema.typed.by_action import ByAction
from siemcast.schema.typed.row import Form, Row
from siemcast_sinks.formats.cef.learnt import REFUSALS, Learnt
from siemcast_sinks.formats.cef.source import Rules
from siemcast_sinks.formats.cef.text import sound
from siemcast_sinks.formats.shared.pairs import EQUALS, LONGEST_CUSTOM, SPACES


class CefPairs:
    """Gives the pairs of records; `key:Label` as a field is two of them, the custom key's and its label's."""

    def __init__(self, form: FormatMapping, limits: Mapping[str, int], rest: Rest, once: frozenset[str]) -> None:
        """Take longest values by key, the names of keys for other columns, and columns that a field says whole."""
        self._limits = limits
        self._plans = Plans(form, rest)
        self._once = once
        self._learnt = ByAction(lambda of, activity: Learnt(self.plan(of, activity), of, Rules(limits, once)))

    def line(self, row: Row, head: Head, more: str) -> bytes | None:
        """Give an event's id, its time, `more` pairs, and those of its columns; None where only the slow way can."""
        learnt = self._learnt.of(row)
        try:
            return learnt.write(head.id, head.time_ms, more, row.columns)
        except REFUSALS:
            learnt.learn(astuple(row.columns))
        return None

    def plan(self, form: Form, activity: Activity) -> Plan:
        """Give what happens to rows of a form."""
        return self._plans.of(form.table, activity, tuple(form.kinds))

    def slowly(self, table: TableMapping, columns: Mapping[str, Any], form: Form | None = None) -> list[str]:
        """Give the pairs one by one, values free of control characters; this says what `line` means.

        Keys are named as in all rows of a form, if that is given.
        """
        activity = table.activity_of(columns)
        made = self._plans.of(table, activity, tuple(columns)) if form is None else self.plan(form, activity)
        fields, rest = interpret(made, columns)
        found = [pair(field, value, self._limits[field.partition(":")[0]]) for field, value in fields.items()]
        for column, name in {**made.rest, **made.spare}.items():
            if name in rest and not self._said(column, columns[column], made, fields):
                found.append(pair(name, written(rest[name]) or "", LONGEST_CUSTOM))
        return [one for one in found if one]

    def _said(self, column: str, value: Any, made: Plan, fields: Mapping[str, Any]) -> bool:
        """Say whether a field says what a column says: its very value, or what its converter makes of it alone."""
        convert = made.format.converters
        return any(
            fields.get(step.field) is not None
            and (column in self._once or fields[step.field] in (value, alone(convert[step.convert], value)))
            for step in map(made.steps.__getitem__, made.made_of.get(column, ()))
        )


def alone(convert: Callable[..., Any], value: Any) -> Any:
    """Give what a converter makes of one value; nothing where it takes several."""
    return convert(value) if takes(convert)[0] <= 1 else None


def pair(field: str, value: Any, limit: int) -> str:
    """Give a pair, and its label's behind it where the field names one; empty where nothing is left to say."""
    key, _, label = field.partition(":")
    said = sound(value).strip(SPACES)[:limit].rstrip(SPACES) if limit else str(value)
    return key + EQUALS + said + labelled(key, label) if said else ""


def labelled(key: str, label: str) -> str:
    """Give the label of a custom key as a pair behind a space."""
    return f" {key}Label{EQUALS}{label}" if label else ""
