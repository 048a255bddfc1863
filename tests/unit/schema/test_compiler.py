"""What compiled functions must bear: names of tables that nobody chose."""

from __future__ import annotations

import pytest

from siemcast.schema import compiler
from siemcast_defender.mappings import table_mapping
from siemcast_sinks.formats.leef import encoder as leef


@pytest.mark.parametrize("table", ["a\x00b", "line\nbreak", "\u2028", "'\"\\"])
def test_a_table_may_have_any_name(table: str) -> None:
    made = leef.compiler.__wrapped__()
    columns = {"DeviceName": "a", "New": 1}
    assert made.encode(table_mapping(table), columns) == made.slowly(table_mapping(table), columns)


def test_a_stream_of_ever_new_tables_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_MOST_TABLES", 8)
    made = leef.compiler.__wrapped__()
    for number in range(30):
        assert made.encode(table_mapping(f"New{number}"), {"A": number}) == [f"A\x01{number}"]
        assert len(made._made) <= 8
