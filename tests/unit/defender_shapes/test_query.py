"""Bare rows of queries: their table is told by their columns, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siemcast.schema import Record
from siemcast_defender.mappings import hunting_tables, table_mapping
from siemcast_defender.shapes import HUNTING
from siemcast_defender.shapes.query import QUERY_ROW, table_of_columns
from siemcast_lab.generator import Generator

SAMPLES = Path(__file__).parents[4] / "shared/samples"


def test_a_whole_row_is_of_the_table_that_has_its_columns() -> None:
    for row in Generator(3).hunting(15):
        bare = Record(json.dumps(row["properties"]).encode(), QUERY_ROW)
        assert bare.head.table == row["category"].partition("-")[2]
        assert bare.head.id == Record(bare.raw, HUNTING).head.id
        assert QUERY_ROW.mapping(bare.head.table).table == bare.head.table


@pytest.mark.parametrize("table", sorted(hunting_tables()))
def test_every_table_is_known_by_its_columns_alone(table: str) -> None:
    layout = frozenset(table_mapping(table).layout)
    told = table_of_columns(layout)
    assert told == table or frozenset(table_mapping(told).layout) >= layout  # some tables have equal columns


def test_a_few_columns_more_or_less_change_nothing() -> None:
    (row,) = Generator(3).hunting(1, ["DeviceProcessEvents"])
    columns = set(row["properties"])
    assert table_of_columns(frozenset(columns - {"SHA256", "MD5"} | {"BrandNew"})) == "DeviceProcessEvents"


def test_what_a_query_chose_or_counted_is_of_no_table() -> None:
    chosen = {"Timestamp": "2026-01-01T00:00:00Z", "DeviceId": "x", "FileName": "a"}
    union = dict.fromkeys(column for row in Generator(3).hunting(15) for column in row["properties"])
    for data in (chosen, union, {"count_": 5}, {}):
        assert Record(json.dumps(data).encode(), QUERY_ROW).head.table == ""


def test_rows_in_an_envelope_are_left_to_their_own_shape() -> None:
    (row,) = Generator(3).hunting(1)
    assert (QUERY_ROW.recognise(row), HUNTING.recognise(row)) == (False, True)
    assert QUERY_ROW.recognise(row["properties"])


def test_public_bare_rows_are_told() -> None:
    if not SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = (SAMPLES / "hunting/flat-rows-no-envelope.jsonl").read_bytes().splitlines()
    heads = [Record(line, QUERY_ROW).head for line in lines]
    assert heads
    assert {(head.kind, head.table) for head in heads} == {("event", "")}  # they are of a union of tables
