"""What holds of OCSF over all records: every event is valid, whatever a record holds, and tells all that it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocsf_records
import ocsf_validator
from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_sinks.formats.ocsf import Ocsf

pytestmark = pytest.mark.skipif(
    not ocsf_validator.SCHEMA.exists(), reason="needs the OCSF schema in ../shared/ocsf beside the repository"
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.text(st.characters(categories=["Cs", "L"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip  # one value or another
ODD = st.sampled_from([
    "2026-11-21T10:00:00.1234567Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-21 10:00:00", "soon",
    "10.0.0.5", "fe80::1", "::ffff:10.0.0.5", "fe80::1%3", "10.0.0", "02155DF34624", "a@b.c", "a@b", "443", "70000",
    "High", "resolved", "nonsense", "Inbound", "Private", "String", "Server", "Success", "Unknown", "Other", "0", "99",
    '{"direction":"In","query":"a.example","answers":"[\\"10.0.0.9\\"]","TTLs":"[\\"x\\",3.5]"}', '["T (T1059.001)"]',
    "{", "[{}]", "4a3b2c1d-0000-4000-8000-000000000000", "C:\\a\\b.exe", "/", "\\", "ConnectionFailed",
    "RegistryValueSet",
])  # fmt: skip  # a list of words
VALUES = JSON | ODD
INVENTED = ocsf_records.invented()
ENCODER = Ocsf(FormatOptions())
Case = tuple[RecordShape, dict[str, Any]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An object of any sort, some of its columns replaced, emptied, dropped or new; at times of an unknown table."""
    shape, data = draw(st.sampled_from(INVENTED))
    columns = dict(shape.columns(data))
    names = sorted(columns)
    for name in draw(st.lists(st.sampled_from(names), max_size=6)):
        columns[name] = draw(VALUES)
    for name in draw(st.lists(st.sampled_from(names), max_size=12)):
        columns[name] = draw(st.none() | st.just(""))
    for name in draw(st.lists(st.sampled_from(names), max_size=2)):
        columns.pop(name, None)
    _within(draw, columns)
    columns |= draw(st.dictionaries(st.text(), VALUES, max_size=2))
    if shape.name != "hunting":
        return shape, columns if shape.columns(data) is data else dict(data)
    known = draw(st.integers(0, 9))
    return shape, {**data, "properties": columns} | ({} if known else {"category": "AdvancedHunting-New"})


def _within(draw: st.DrawFn, columns: dict[str, Any]) -> None:
    """Replace something in a piece of evidence."""
    evidence = columns.get("evidence")
    if isinstance(evidence, list) and evidence and isinstance(evidence[0], Mapping):
        place = draw(st.integers(0, len(evidence) - 1))
        if isinstance(evidence[place], Mapping):
            changed = {**evidence[place], draw(st.sampled_from(sorted(evidence[place]))): draw(VALUES)}
            columns["evidence"] = [*evidence[:place], changed, *evidence[place + 1 :]]


def _event(record: Record, limit: int | None = None) -> dict[str, Any]:
    encoder = Ocsf(FormatOptions(max_bytes=limit)) if limit else ENCODER
    (document,) = encoder.encode(record)
    assert limit is None or len(document.body) <= limit
    event: dict[str, Any] = orjson.loads(document.body)
    return event


@settings(max_examples=600, deadline=None)
@given(cases())
def test_every_record_becomes_a_valid_event_that_loses_nothing(case: Case) -> None:
    record = ocsf_records.record(case[1], case[0])
    event = _event(record)
    assert ocsf_validator.errors(event) == []
    assert ocsf_records.lost(record.shape.columns(record.data), event) == []


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(1500, 6000))
def test_a_shortened_event_is_valid_and_says_so(case: Case, limit: int) -> None:
    record = ocsf_records.record(case[1], case[0])
    whole = _event(record)
    event = _event(record, limit)
    assert ocsf_validator.errors(event) == []
    assert event["metadata"].get("is_truncated", False) == (len(orjson.dumps(whole)) > limit)
    assert event["time"] == whole["time"]


@settings(max_examples=100, deadline=None)
@given(cases())
def test_an_event_depends_on_its_record_alone(case: Case) -> None:
    record = ocsf_records.record(case[1], case[0])
    (first,) = ENCODER.encode(record)
    (again,) = Ocsf(FormatOptions()).encode(Record(record.raw, record.shape))
    assert first.body == again.body


@pytest.mark.parametrize("table", ocsf_records.all_tables())
def test_rows_of_every_table_are_valid_and_lose_nothing(table: str) -> None:
    data = ocsf_records.filled(table)
    record = ocsf_records.record(data, ocsf_records.shapes()["hunting"])
    event = _event(record)
    assert ocsf_validator.errors(event) == []
    assert ocsf_records.lost(data["properties"], event) == []


def test_everything_that_the_lab_invents_is_valid_and_loses_nothing() -> None:
    for shape, data in INVENTED:
        record = ocsf_records.record(data, shape)
        event = _event(record)
        assert ocsf_validator.errors(event) == [], record.head.table
        assert ocsf_records.lost(shape.columns(record.data), event) == [], record.head.table
