"""Mappings as data: a table's columns to canonical paths, and canonical paths to a format's fields.

Everything is checked when it is built: a mapping that exists is right, and nothing is checked per record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from siemcast.errors import ConfigError
from siemcast.schema.canonical import ACTIVITIES, CLASSES, nearest, type_of

NOTHING: Mapping[Any, Any] = MappingProxyType({})
Expander = Callable[[Any], Mapping[str, Any]]
"""Takes a column's value apart (JSON text, a list of evidence); gives nothing for what it cannot read."""


COLUMN_TYPES = frozenset({"text", "integer", "number", "boolean", "json"})
"""What a column holds when it is not nothing; times, addresses and identifiers are text."""


class Ref(NamedTuple):
    """Where a value stands in a record: a column, or a part of a column that an expander takes apart."""

    column: str
    part: str = ""


class Activity(NamedTuple):
    """What a row tells of: the OCSF class, and the activity within it."""

    of: str
    name: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """Says what the rows of one table mean: which activity they are, and which column is which canonical path."""

    table: str
    activity: Activity
    """What a row is when its action is not among `activities`."""
    activities: Mapping[str, Activity] = field(default_factory=lambda: NOTHING)
    """By the lower-case value of `action`."""
    action: str = "ActionType"
    """The column that tells activities apart."""
    columns: Mapping[Ref, str] = field(default_factory=lambda: NOTHING)
    classes: Mapping[str, Mapping[Ref, str]] = field(default_factory=lambda: NOTHING)
    """By class: columns that mean something else there (FileName of a process activity is the process's)."""
    expanders: Mapping[str, Expander] = field(default_factory=lambda: NOTHING)
    """By column."""
    layout: tuple[str, ...] = ()
    """The columns that Microsoft documents for the table, in its order; a row may have more, and may lack some."""
    types: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By column: `integer`, `number`, `boolean` or `json`; a column that is not here is `text`."""
    known: bool = True
    """False for a table that no mapping was written for, which maps what is common to all."""

    def __post_init__(self) -> None:
        """Refuse an unknown class, activity, path or expander."""
        for activity in (self.activity, *self.activities.values()):
            known(activity.of, CLASSES, "class")
            known(activity.name, ACTIVITIES, "activity")
        for columns in (self.columns, *self.classes.values()):
            for ref, path in columns.items():
                canonical(path)
                if ref.part and ref.column not in self.expanders:
                    raise ConfigError(f"{ref.column} has parts but no expander", hint="name one under `expand`")
        for kind in self.types.values():
            known(kind, COLUMN_TYPES, "column type")
        for of in self.classes:
            known(of, CLASSES, "class")

    def activity_of(self, columns: Mapping[str, Any]) -> Activity:
        """Say what a row tells of."""
        action = columns.get(self.action)
        if action.__class__ is int:  # Entra's results are numbers, as text or not
            action = str(action)
        if not isinstance(action, str):
            return self.activity
        return self.activities.get(action) or self.activities.get(action.lower(), self.activity)

    def columns_of(self, of: str) -> Mapping[Ref, str]:
        """Give what each column means in rows of a class."""
        own = self.classes.get(of)
        return {**self.columns, **own} if own else self.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One field of a format: the canonical paths that it is made of, and how."""

    field: str
    sources: tuple[str, ...]
    convert: str

    def __post_init__(self) -> None:
        """Refuse an unknown path."""
        for path in self.sources:
            canonical(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatMapping:
    """Says where a format wants what canonical paths hold, class by class."""

    name: str
    converters: Mapping[str, Callable[..., Any]]
    """By name; a converter takes any values, gives None for nothing and for what it cannot use, never raises."""
    targets: Mapping[str, tuple[Target, ...]]
    """By class; under the empty name those of every class, which a class may override field by field."""
    constants: Mapping[Activity, Mapping[str, Any]] = field(default_factory=lambda: NOTHING)
    """What an activity itself says in this format (ECS: event.category); under (class, "other") the class's."""
    cased: bool = True
    """Whether names that differ in upper and lower case alone are two; to some receivers they are one."""
    says: Mapping[str, bool] = field(default_factory=lambda: NOTHING)
    """Converters whose field may spare a column a place of its own: true where the field says all that its first
    source does (a time, a path), false where it does when it has the very value of a column that it is made of."""

    def __post_init__(self) -> None:
        """Refuse an unknown class, activity or converter."""
        for of, targets in self.targets.items():
            if of:
                known(of, CLASSES, "class")
            for target in targets:
                known(target.convert, self.converters, "converter")
        for convert in self.says:
            known(convert, self.converters, "converter")
        for activity in self.constants:
            known(activity.of, CLASSES, "class")
            known(activity.name, ACTIVITIES, "activity")

    def targets_of(self, of: str) -> tuple[Target, ...]:
        """Give the fields of a class: the common ones, overridden and extended by its own."""
        merged = {target.field: target for target in self.targets.get("", ())}
        merged.update({target.field: target for target in self.targets.get(of, ())})
        return tuple(merged.values())

    def constants_of(self, activity: Activity) -> Mapping[str, Any]:
        """Give what an activity says by itself: the class's word where it has none of its own."""
        return {**self.constants.get(Activity(activity.of), NOTHING), **self.constants.get(activity, NOTHING)}


def canonical(path: str) -> str:
    """Give the type of a canonical path. Raises ConfigError, with the path that may have been meant."""
    kind = type_of(path)
    if kind is None:
        near = nearest(path)
        listed = "docs/reference/canonical.md lists them"
        raise ConfigError(f"no canonical path {path!r}", hint=f"did you mean {near!r}?" if near else listed)
    return kind


def known(name: str, names: Any, what: str) -> None:
    """Raise ConfigError, listing those that exist, when there is no such class, activity or converter."""
    if name not in names:
        near = get_close_matches(name, names, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise ConfigError(f"no {what} {name!r}", hint=f"{meant}known: {', '.join(sorted(names))}")
