"""Rows of any table, composed of its mapping: a value is of one column only, so that it can be found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema.canonical import type_of
from siemcast.schema.mapping import Ref, TableMapping

TIME = "2026-11-21T10:00:00.000Z"


def token_row(table: TableMapping) -> dict[str, Any]:
    """Compose a row whose texts are what no format expects: only its numbers and flags are as Microsoft sends them."""
    return {column: _token(table, column, number) for number, column in enumerate(table.layout)} | _told(table)


def plausible_row(table: TableMapping) -> dict[str, Any]:
    """Compose a row whose values are of the types that their canonical paths have: times, addresses, numbers."""
    paths = table.columns_of(table.activity.of)
    return {
        column: _plausible(type_of(paths.get(Ref(column), "")), number) or _token(table, column, number)
        for number, column in enumerate(table.layout)
    } | _told(table)


def envelope(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Put a row into the envelope of the stream."""
    return {"time": TIME, "tenantId": "t-1", "category": f"AdvancedHunting-{table}", "properties": dict(row)}


def _told(table: TableMapping) -> dict[str, Any]:
    return {"Timestamp": TIME} if "Timestamp" in table.layout else {}


def _token(table: TableMapping, column: str, number: int) -> Any:
    kind = table.types.get(column, "text")
    if kind == "text":
        return f"zq{number:03}x{column}"
    if kind == "json":
        return {"Inner": f"zq{number:03}x{column}"}
    return {"integer": 20_000 + number, "number": 20_000.5 + number, "boolean": True}[kind]


def _plausible(kind: str | None, number: int) -> str | None:
    if kind == "timestamp":
        return f"2026-11-20T09:08:07.{number:03}Z"
    return f"203.0.113.{number + 1}" if kind == "ip" else None
