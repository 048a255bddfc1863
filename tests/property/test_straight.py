"""What holds of documents made straight from bytes: whatever was learnt before, they are those of the slow way."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.schema import Record
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.straight import Straight
from siemcast_defender.shapes import HUNTING
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats import ecs

ROWS = {row["category"].partition("-")[2]: row for row in Generator(9).hunting(len(COLUMNS))}
EMPTY: list[Any] = [None, "", [], {}, 0, False, 0.0]
HUGE: list[Any] = [2**63 - 1, 2**63, 2**64, -(2**63) - 1, [2**70], 10**40, 1.0, -0.0, 1e22, 5e-324, 1e400]
ODD: list[Any] = [
    "x",
    "7",
    "true",
    "\ud800",
    'a "b"\n\\',
    {"a": [{"b": None}]},
    [["x"]],
    "2026-11-21 10:00:00",
    "::ffff:10.0.0.5",
]
VALUES = st.sampled_from(EMPTY + HUGE + ODD) | st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False)


@st.composite
def streams(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one table, most of one layout, whose values change their types, are empty, or are huge."""
    first = ROWS[draw(st.sampled_from(sorted(ROWS)))]
    names = st.sampled_from(sorted(first["properties"]))
    rows = [first]
    for _ in range(draw(st.integers(1, 5))):
        changes = {name: draw(VALUES) for name in draw(st.lists(names, max_size=8))}
        new = draw(
            st.dictionaries(st.text() | st.sampled_from(["Time", "file", "Process", "Envelope"]), VALUES, max_size=1)
        )
        beside = draw(
            st.dictionaries(st.sampled_from(["other", "tenantId", "Tenant", "fooBar", "FooBar"]), VALUES, max_size=2)
        )
        rows.append({**first, **beside, "properties": first["properties"] | changes | new})
    return rows


def _slowly(record: Record) -> bytes:
    columns = HUNTING.columns(record.data)
    return dumps_sorted(ecs.row_document(record.data, columns, HUNTING.mapping(record.head.table), record.head))


def _straight(straight: Straight, record: Record) -> bytes | None:
    """Encode as the format does: what is not encoded straight is learnt from."""
    table = HUNTING.mapping(record.head.table)
    body = straight.encode(table, record.raw, record.head)
    if body is None:
        straight.learn(table, record.data, HUNTING.columns(record.data))
    return body


@settings(max_examples=300, deadline=None)
@given(streams(), st.booleans())
def test_documents_straight_from_bytes_equal_the_slow_way(stream: list[dict[str, Any]], bare: bool) -> None:
    straight = ecs.straight.__wrapped__()
    made = 0
    for row in (*stream, *reversed(stream)):
        for _ in range(3):
            record = Record(json.dumps(row["properties"] if bare else row).encode(), HUNTING)
            body = _straight(straight, record)
            assert body is None or body == _slowly(record)
            made += body is not None
    assert made


def test_all_tables_are_encoded_straight_once_one_row_was_seen() -> None:
    straight = ecs.straight.__wrapped__()
    seen = set()
    for row in Generator(4).hunting(400):
        record = Record(json.dumps(row).encode(), HUNTING)
        body = _straight(straight, record)
        assert (body is not None) == (record.head.table in seen)
        assert body is None or body == _slowly(record)
        seen.add(record.head.table)
    assert len(seen) > 10


def test_a_stream_that_never_settles_takes_the_slow_way_and_no_memory() -> None:
    straight = ecs.straight.__wrapped__()
    row = next(Generator(4).hunting(1, ["DeviceFileEvents"]))
    made = []
    for number in range(100):
        columns = row["properties"] | {f"New{number // 2}": 1}
        made.append(_straight(straight, Record(json.dumps({**row, "properties": columns}).encode(), HUNTING)))
    assert [number for number, body in enumerate(made) if body is not None] == [1]
    columns = row["properties"] | {"Settled": 1}
    record = Record(json.dumps({**row, "properties": columns}).encode(), HUNTING)
    assert [_straight(straight, record) for _ in range(5)] == [None] * 5


def test_a_layout_that_comes_to_stay_is_learnt_in_place_of_the_old() -> None:
    straight = ecs.straight.__wrapped__()
    row = next(Generator(4).hunting(1, ["DeviceFileEvents"]))
    old = Record(json.dumps(row).encode(), HUNTING)
    new = Record(json.dumps({**row, "properties": row["properties"] | {"New": 1}}).encode(), HUNTING)
    assert [_straight(straight, old) is None for _ in range(2)] == [True, False]
    assert [_straight(straight, new) is None for _ in range(3)] == [True, True, False]
    assert _straight(straight, new) == _slowly(new)


def test_no_column_is_lost_to_another_of_its_name() -> None:
    columns = {"Process": "a", "ProcessX": "b", "process": "c", "Category": "d", "category": "e", "Envelope": "f"}
    record = Record(
        json.dumps({"category": "AdvancedHunting-New", "other": "g", "properties": columns}).encode(), HUNTING
    )
    assert all(f'"{letter}"'.encode() in _slowly(record) for letter in "abcdefg")
