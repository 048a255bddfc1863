"""Remembers plans: records of one layout come in thousands, and to join two mappings costs more than to encode."""

from __future__ import annotations

from collections.abc import Collection

from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.plan import Plan, Rest, plan

_MOST = 256


class Plans:
    """Gives the plans of one format."""

    def __init__(self, form: FormatMapping, rest: Rest, reserved: Collection[str] = ()) -> None:
        """Take the format, names for other columns, and fields that none may have."""
        self._format = form
        self._rest = rest
        self._reserved = reserved
        self._made: dict[tuple[str, Activity, tuple[str, ...]], Plan] = {}

    def of(self, table: TableMapping, activity: Activity, layout: tuple[str, ...]) -> Plan:
        """Give the plan of a table's records of one activity that have these columns."""
        key = table.table, activity, layout
        made = self._made.get(key)
        if made is None or made.table is not table:
            if len(self._made) >= _MOST:
                self._made.clear()
            made = self._made[key] = plan(table, self._format, activity, layout, self._rest, self._reserved)
        return made
