"""The tables of advanced hunting, one by one: what they list, and what their columns hold."""

from __future__ import annotations

import pytest

from siemcast.schema.mapping import COLUMN_TYPES
from siemcast_defender.mappings import table_mapping
from siemcast_defender.mappings.tables import dictionary, tables
from siemcast_lab.generator import FURTHER
from siemcast_lab.generator.columns import COLUMNS

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


def test_a_column_may_hold_something_else_in_a_table() -> None:
    assert table_mapping("DeviceEvents").types["ReportId"] == "integer"
    assert "ReportId" not in table_mapping("EmailEvents").types
    assert table_mapping("EmailEvents").types["EmailClusterId"] == "integer"
    assert "EmailClusterId" not in table_mapping("BehaviorEntities").types
