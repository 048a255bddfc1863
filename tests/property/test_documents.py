"""What holds of documents made of typed rows: whatever their reader has learnt, they are those of the slow way."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.schema.dump import dumps_sorted
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats.ecs import encoder as ecs

ROWS = {row["category"].partition("-")[2]: row for row in Generator(9).hunting(len(COLUMNS))}
EMPTY: list[Any] = [None, "", [], {}, 0, False, 0.0]
HUGE: list[Any] = [2**63 - 1, 2**63, 2**64, -(2**63) - 1, [2**70], 10**40, 1.0, -0.0, 1e22, 5e-324, 1e400]
ODD: list[Any] = [
    "x", "7", "true", "\ud800", 'a "b"\n\\', {"a": [{"b": None}]}, [["x"]], "2026-11-21 10:00:00", "::ffff:10.0.0.5",
]  # fmt: skip  # a list
VALUES = st.sampled_from(EMPTY + HUGE + ODD) | st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False)


@st.composite
def streams(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one table, whose values change their types, are empty, or are huge, and whose columns come and go."""
    first = ROWS[draw(st.sampled_from(sorted(ROWS)))]
    names = st.sampled_from(sorted(first["properties"]))
    rows = [first]
    for _ in range(draw(st.integers(1, 5))):
        changes = {name: draw(VALUES) for name in draw(st.lists(names, max_size=8))}
        new = draw(
            st.dictionaries(st.text() | st.sampled_from(["Time", "file", "Process", "Envelope"]), VALUES, max_size=1)
        )
        around = draw(
            st.dictionaries(st.sampled_from(["other", "tenantId", "Tenant", "fooBar", "FooBar"]), VALUES, max_size=2)
        )
        rows.append({**first, **around, "properties": first["properties"] | changes | new})
    return rows


def _slowly(record: Record) -> Any:
    """Give the document that the slow way makes, told of the columns that the reader knows."""
    assert record.row is not None
    form = record.row.form
    columns = record.shape.columns(record.data)
    document = ecs.row_document(record.data, columns, form.table, record.head, form)
    return orjson.loads(dumps_sorted(document))


@settings(max_examples=300, deadline=None)
@given(streams())
def test_documents_of_typed_rows_equal_the_slow_way(stream: list[dict[str, Any]]) -> None:
    shape = Hunting(watched=1)  # with readers that have learnt nothing yet
    documents = ecs.documents.__wrapped__()
    typed = 0
    for row in (*stream, *stream, *reversed(stream)):
        record = Record(json.dumps(row).encode(), shape)
        if record.row is not None:
            assert orjson.loads(documents.encode(record.row, record.head)) == _slowly(record)
            typed += 1
    assert typed


@settings(max_examples=100, deadline=None)
@given(streams())
def test_a_head_is_the_same_however_the_record_is_read(stream: list[dict[str, Any]]) -> None:
    shape = Hunting()
    for row in stream:
        raw = json.dumps(row).encode()
        glanced, parsed, typed = (Record(raw, shape) for _ in range(3))
        assert parsed.data is not None
        typed.row  # noqa: B018 - asked for, so that the head is made of it
        assert glanced.head == parsed.head == typed.head


def test_rows_of_all_tables_are_typed_once_their_reader_knows_which_columns_may_be_empty() -> None:
    shape = Hunting()
    raws = [json.dumps(row).encode() for row in Generator(4).hunting(400)]
    for _ in range(8):
        refused = [raw for raw in raws if Record(raw, shape).row is None]
    assert refused == []


def _settled(shape: Hunting, row: dict[str, Any]) -> dict[str, Any]:
    """Give a row that its reader has learnt to read."""
    while Record(json.dumps(row).encode(), shape).row is None:
        pass
    return row


def test_a_stream_that_never_settles_takes_the_slow_way_and_no_memory() -> None:
    shape = Hunting()
    encoder = ecs.Ecs(FormatOptions())
    row = next(Generator(4).hunting(1, ["DeviceFileEvents"]))
    typed = []
    for number in range(300):
        columns = row["properties"] | {f"New{number // 2}": "kept"}
        record = Record(json.dumps({**row, "properties": columns}).encode(), shape)
        (document,) = encoder.encode(record)
        assert b'"kept"' in document.body
        typed.append(record.row is not None)
    assert not any(typed[::2])  # each new column is refused at first, and after so many for good
    assert any(typed[1:100:2])
    assert not any(typed[200:])


def test_a_column_that_comes_to_stay_is_learnt() -> None:
    shape = Hunting()
    row = _settled(shape, next(Generator(4).hunting(1, ["DeviceFileEvents"])))
    new = {**row, "properties": row["properties"] | {"New": 1, "FileSize": "many"}}
    rows = [Record(json.dumps(one).encode(), shape).row for one in (row, new, new, row, new)]
    assert [one is None for one in rows] == [False, True, False, False, False]


def test_no_column_is_lost_to_another_of_its_name() -> None:
    columns = {"Process": "a", "ProcessX": "b", "process": "c", "Category": "d", "category": "e", "Envelope": "f"}
    raw = json.dumps({"category": "AdvancedHunting-New", "other": "g", "properties": columns}).encode()
    shape, encoder = Hunting(), ecs.Ecs(FormatOptions())
    for _ in range(3):
        (document,) = encoder.encode(Record(raw, shape))
        assert all(f'"{letter}"'.encode() in document.body for letter in "abcdefg")


def _with_habits(shape: Hunting, row: dict[str, Any]) -> dict[str, Any]:
    """Give a row whose like has come so often that what its columns hold are habits."""
    while not (found := Record(json.dumps(row).encode(), shape).row) or not found.form.sure:
        pass
    return row


def test_a_row_against_all_habits_is_typed_at_once_and_loses_nothing() -> None:
    shape, documents = Hunting(watched=3), ecs.documents.__wrapped__()
    row = _with_habits(shape, next(Generator(4).hunting(1, ["DeviceProcessEvents"])))
    settled = Record(json.dumps(row).encode(), shape).row
    assert settled is not None
    columns, kinds = row["properties"], settled.form.kinds
    new = {"text": "new", "blank": "new", "integer": 7, "number": 7, "boolean": True, "json": None}
    turned = {name: new[kinds[name]] if value in (None, "") else None for name, value in columns.items()}
    against = {**row, "properties": turned | {"Timestamp": columns["Timestamp"]}}
    records = [Record(json.dumps(one).encode(), shape) for one in (row, against, row)]
    forms = [record.row.form for record in records if record.row is not None]
    assert forms[0] is forms[2] is not forms[1]
    assert forms[0].sure >= {"DeviceId", "FileName"}
    assert forms[0].void >= {"CreatedProcessSessionId", "AppGuardContainerId"}
    assert not forms[1].sure | forms[1].void
    for record in records:
        assert record.row is not None
        assert orjson.loads(documents.encode(record.row, record.head)) == _slowly(record)


def test_a_habit_that_rows_keep_breaking_is_given_up() -> None:
    shape = Hunting(watched=2)
    row = _with_habits(shape, next(Generator(4).hunting(1, ["DeviceProcessEvents"])))
    without = json.dumps({**row, "properties": row["properties"] | {"FileName": None}}).encode()
    forms = [found.form for _ in range(10) if (found := Record(without, shape).row) is not None]
    assert len(forms) == 10
    assert not forms[0].sure
    assert "FileName" not in forms[-1].sure
    assert "DeviceId" in forms[-1].sure
    again = Record(json.dumps(row).encode(), shape).row
    assert again is not None
    assert again.form is forms[-1]  # it may hold something or not


@pytest.mark.parametrize("name", ["ecs", "cef", "leef", "cim", "asim", "ocsf"])
def test_a_new_column_takes_no_name_from_a_known_one(name: str) -> None:
    shape, form = Hunting(watched=2), load_registry().format(name, None).open(FormatOptions())
    known = {"Timestamp": "2026-11-20T10:00:00Z", "State": "value of State", "City": "value of City"}

    def document(columns: dict[str, str]) -> bytes:
        row = {"category": "AdvancedHunting-EntraIdSignInEvents", "properties": columns}
        (made,) = form.encode(Record(json.dumps(row).encode(), shape))
        return made.body

    before = document(known)
    assert b"value of State" in before
    for _ in range(4):  # until the reader has learnt them
        newer = document(known | {"STATE": "new", "CITY": "new"})
    assert newer.count(b"new") == 2
    assert document(known) == before
