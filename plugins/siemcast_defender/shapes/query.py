"""Rows that an advanced-hunting query gave: without an envelope, so that no one says which table they are of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from siemcast.schema import Head, Record
from siemcast.schema.mapping import TableMapping
from siemcast_defender.mappings import hunting_tables, table_mapping
from siemcast_defender.shapes.hunting import HUNTING

_MOST_MISSING = 0.1
"""Of a table's columns, so many may be missing from a row that is taken for one of its own."""
_MOST_OTHERS = 0.25
"""Of a row's columns, so many may be of no such table: a union of tables has more, and is of none."""


class QueryRow:
    """A bare row; its table is the one whose columns it has, unless the query left too many of them out."""

    name = "hunting.query"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell a hunting row that stands in no envelope."""
        return not isinstance(data.get("properties"), Mapping) and HUNTING.recognise(data)

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the row itself."""
        return data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of a table; of a row whose table is not known that of columns which recur over tables."""
        return table_mapping(table)

    def tables(self) -> Mapping[str, str]:
        """Give none: the shape of streamed rows tells of the same tables."""
        return {}

    def head(self, record: Record) -> Head:
        """Read the head as of any bare row, and add the table."""
        head = HUNTING.head(record)
        table = head.table or table_of_columns(frozenset(record.data))
        return msgspec.structs.replace(head, table=table)


@lru_cache(maxsize=256)
def table_of_columns(columns: frozenset[str]) -> str:
    """Give the hunting table that has such columns; of several the one with most of them, of none an empty text."""
    fitting = []
    for table, layout in _layouts().items():
        have = len(layout & columns)
        if have >= len(layout) * (1 - _MOST_MISSING) and have >= len(columns) * (1 - _MOST_OTHERS):
            fitting.append((have, table))
    return max(fitting, default=(0, ""))[1]


@cache
def _layouts() -> Mapping[str, frozenset[str]]:
    layouts = {table: frozenset(table_mapping(table).layout) for table in hunting_tables()}
    return {table: layout for table, layout in layouts.items() if layout}


QUERY_ROW = QueryRow()
