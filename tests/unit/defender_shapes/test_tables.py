"""The tables of advanced hunting, one by one: what they list, and what their columns hold."""

from __future__ import annotations

import json

import pytest

from siemcast.schema.mapping import COLUMN_TYPES
from siemcast_defender.mappings import table_mapping
from siemcast_defender.mappings.alert_entity import entity
from siemcast_defender.mappings.tables import dictionary, tables
from siemcast_lab.generator import FURTHER
from siemcast_lab.generator.columns import COLUMNS

_THE_DEVICES_OWN = (
    "DeviceProcess",
    "DeviceNetwork",
    "DeviceFile",
    "DeviceRegistry",
    "DeviceLogon",
    "DeviceImage",
    "Alert",
)
_LEAST = 0.25
"""Tables of policies and of aggregates say much that no event has a word for; it travels under its own name."""
HUNTING = sorted(name for name in tables() if name[0].isupper())


@pytest.mark.parametrize("table", HUNTING)
def test_a_table_lists_each_column_once(table: str) -> None:
    layout = tables()[table].layout
    assert len(set(layout)) == len(layout)


@pytest.mark.parametrize("table", HUNTING)
def test_what_a_table_says_of_a_column_is_of_a_column_that_it_has(table: str) -> None:
    mapping = tables()[table]
    mine = {ref.column for ref, path in mapping.columns.items() if dictionary().shared.get(ref) != path}
    assert mine <= set(mapping.layout)
    assert set(mapping.types) <= set(mapping.layout)
    assert set(mapping.types.values()) <= COLUMN_TYPES - {"text"}


@pytest.mark.parametrize(("table", "columns"), sorted({**COLUMNS, **FURTHER}.items()))
def test_all_columns_of_generated_rows_are_listed(table: str, columns: tuple[str, ...]) -> None:
    assert set(columns) <= set(table_mapping(table).layout)


def test_the_entity_of_evidence_says_more_than_its_columns() -> None:
    said = {
        "Type": "process",
        "ProcessId": "1960",
        "CreationTimeUtc": "2026-11-21T10:00:00Z",
        "Account": {"Name": "ada"},
    }
    assert entity(json.dumps(said)) == {
        "process.pid": "1960",
        "process.start": "2026-11-21T10:00:00Z",
        "process.user": "ada",
    }
    assert entity('{"$id":"1","ProcessId":"1960"}') == {"process.pid": "1960"}
    for odd in (None, "", "{", "[]", 5, {"Type": None}, '{"Type": ["process"]}', {"Type": "unheard", "x": 1}):
        assert dict(entity(odd)) == {}


@pytest.mark.parametrize("table", HUNTING)
def test_most_columns_have_a_canonical_path(table: str) -> None:
    mapping = tables()[table]
    known = {ref.column for of in (mapping.columns, *mapping.classes.values()) for ref in of}
    mapped = len(known.intersection(mapping.layout)) / len(mapping.layout)
    assert mapped >= (0.9 if table.startswith(_THE_DEVICES_OWN) else _LEAST), mapped


def test_a_column_may_hold_something_else_in_a_table() -> None:
    assert table_mapping("DeviceEvents").types["ReportId"] == "integer"
    assert "ReportId" not in table_mapping("EmailEvents").types
    assert table_mapping("EmailEvents").types["EmailClusterId"] == "integer"
    assert "EmailClusterId" not in table_mapping("BehaviorEntities").types
