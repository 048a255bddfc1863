"""Tells column by column what a table says and where each format puts it, out of the mappings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from siemcast.schema.head import Head
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.places import Places
from siemcast.schema.plan import Plan, Step, plan

Status = Literal["mapped", "passed on", "not carried"]
STATUSES: Sequence[Status] = ("mapped", "passed on", "not carried")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where a column lands in one format."""

    fields: tuple[str, ...] = ()
    """Fields of the format's own that are made of it, the one that carries it whole first."""
    vendor: str = ""
    """The field that keeps it as Microsoft named it, where no other is sure to say all of it."""

    @property
    def status(self) -> Status:
        """`mapped` to a field of the format's own, `passed on` under Microsoft's name, or `not carried`."""
        return "mapped" if self.fields else "passed on" if self.vendor else "not carried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One meaning of a column, or of a part of one."""

    column: str
    part: str = ""
    path: str = ""
    """The canonical path; empty where it has none."""
    classes: tuple[str, ...] = ()
    """The OCSF classes in whose rows it means this, where the table's rows are usually of another."""
    landings: Mapping[str, Landing] = field(default_factory=dict)
    """By format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What is known of one table."""

    table: TableMapping
    kind: str
    """Of its records' heads."""
    lines: tuple[Line, ...]
    formats: tuple[str, ...]

    @property
    def columns(self) -> Sequence[str]:
        """The columns in their order."""
        return list(dict.fromkeys(line.column for line in self.lines))

    @property
    def mapped(self) -> Sequence[str]:
        """The columns that have a canonical path, or have parts that do."""
        return list(dict.fromkeys(line.column for line in self.lines if line.path))

    @property
    def unmapped(self) -> Sequence[str]:
        """The columns that have none."""
        mapped = set(self.mapped)
        return [column for column in self.columns if column not in mapped]

    def type_of(self, column: str) -> str:
        """Give what a column holds; empty where nobody said."""
        if column in self.table.types:
            return self.table.types[column]
        return "text" if column in self.table.layout else ""

    def statuses(self, name: str) -> Mapping[str, Status]:
        """Give by column what one format does with it: the best that it does with any part of it."""
        found: dict[str, Status] = {}
        for line in self.lines:
            status = line.landings[name].status
            known = found.get(line.column, status)
            found[line.column] = min(known, status, key=STATUSES.index)
        return found

    def counts(self, name: str) -> Mapping[Status, int]:
        """Give how many columns one format maps, passes on, and does not carry."""
        found = list(self.statuses(name).values())
        return {status: found.count(status) for status in STATUSES}


def report(
    table: TableMapping,
    head: Head,
    formats: Mapping[str, Places],
    columns: Mapping[str, Any] | None = None,
) -> TableReport:
    """Report on a table, its documented columns and all that its rows tell of, or on one record's columns."""
    layout = list((table.layout or _mapped_columns(table)) if columns is None else columns)
    rows = [{}, *({table.action: action} for action in table.activities)] if columns is None else [columns]
    among = tuple(dict.fromkeys(table.activity_of(row) for row in rows))
    landed = {name: _Landed(table, head, places, layout, rows) for name, places in formats.items()}
    meant = _by_column(table, among)
    lines = []
    for column in layout:
        for (ref, path), classes in _meanings(column, meant).items():
            of = tuple(activity for activity in among if activity.of in classes)
            landings = {name: places.landing(ref, of) for name, places in landed.items()}
            lines.append(
                Line(
                    column=column,
                    part=ref.part,
                    path=path,
                    classes=() if among[0].of in classes else tuple(classes),
                    landings=landings,
                )
            )
    return TableReport(table=table, kind=head.kind, lines=tuple(lines), formats=tuple(formats))


def _mapped_columns(table: TableMapping) -> Sequence[str]:
    refs = [ref for mapped in (table.columns, *table.classes.values()) for ref in mapped]
    return list(dict.fromkeys(ref.column for ref in refs))


_CHOICES = frozenset({"first", "texts"})
"""Converters that give the values themselves of several sources."""
_Meant = Mapping[str, Mapping[str, list[tuple[Ref, str]]]]


def _by_column(table: TableMapping, among: Sequence[Activity]) -> _Meant:
    """Give by class and column what it and its parts mean."""
    found: dict[str, dict[str, list[tuple[Ref, str]]]] = {}
    for of in dict.fromkeys(activity.of for activity in among):
        columns = found.setdefault(of, {})
        for ref, path in table.columns_of(of).items():
            columns.setdefault(ref.column, []).append((ref, path))
    return found


def _meanings(column: str, meant: _Meant) -> Mapping[tuple[Ref, str], dict[str, None]]:
    """Give what a column means, with the classes in which it does; where it means nothing the path is empty."""
    found: dict[tuple[Ref, str], dict[str, None]] = {}
    for of, columns in meant.items():
        for ref, path in columns.get(column, [(Ref(column), "")]):
            found.setdefault((ref, path), {})[of] = None
    return found


class _Landed:
    """Where one format puts the columns of one table, for each thing that a row may tell of."""

    def __init__(
        self,
        table: TableMapping,
        head: Head,
        places: Places,
        layout: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        self._head = head
        self._places = places
        self._plans: dict[Activity, dict[int, Plan]] = {}
        for row in rows:
            activity, form = table.activity_of(row), places.mapping_of(table, row)
            plans = self._plans.setdefault(activity, {})
            if form is not None and id(form) not in plans:
                plans[id(form)] = plan(table, form, activity, layout, self._rest, places.reserved)

    def _rest(self, column: str) -> str | None:
        return self._places.rest(self._head, column)

    @staticmethod
    def _is_said(ref: Ref, step: Step, table: TableMapping) -> bool:
        """Say whether a field is made of a column; what happened often but decides which of other columns it is."""
        if not any(ref in source for source in step.sources):
            return False
        alone = all(other == ref for source in step.sources for other in source)
        return ref != Ref(table.action) or alone or step.convert in _CHOICES

    def landing(self, ref: Ref, activities: Sequence[Activity]) -> Landing:
        """Say where a column, or a part of one, lands in rows of these activities."""
        if not self._places.maps:
            return Landing(vendor=self._rest(ref.column) or "")
        fields: dict[str, None] = {}
        vendors = []
        if not ref.part and ref.column in self._places.head:
            fields[self._places.head[ref.column]] = None
        for made in (made for activity in activities for made in self._plans[activity].values()):
            steps = [step for step in made.steps if self._is_said(ref, step, made.table)]
            for step in sorted(steps, key=lambda step: step.column != ref.column):
                fields[step.field] = None
            if ref == Ref(made.table.action) and made.table.activities:
                fields.update(dict.fromkeys(made.constants))  # what a row's action decides
            vendors.append(made.rest.get(ref.column, ""))
        return Landing(fields=tuple(fields), vendor=next(filter(None, vendors), ""))
