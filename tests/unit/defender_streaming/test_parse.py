"""Messages are cut into records whose bytes are Microsoft's own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast_defender.streaming.parse import split, table_filter

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5)


@given(RECORDS, st.sampled_from([None, 1, 4]), st.booleans())
def test_every_record_is_a_slice_of_its_message(records: list[Any], indent: int | None, enveloped: bool) -> None:
    whole = {"before": [{}], "records": records, "after": 1} if enveloped else records
    body = json.dumps(whole, indent=indent).encode()
    cut = split(body)
    assert [json.loads(record) for record in cut] == records
    assert all(record in body for record in cut)


@given(RECORDS)
def test_one_odd_string_costs_no_record_its_bytes(records: list[Any]) -> None:
    bodies = [json.dumps(record).encode() for record in records]
    odd = b'{"lone": "\\ud800", "nul": "\x00"}'
    assert split(b'{"a": "]", "records": [' + b" , ".join([*bodies, odd]) + b"]}") == [*bodies, odd]


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"[]", b'{"records":[]}', b'\xef\xbb\xbf{"records": []}'])
def test_an_empty_message_has_no_records(body: bytes) -> None:
    assert not split(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"records":[{"a":1},{"b":',
        b'{"records":[{"a":1}]}{"x":1}',
        b'{"records":5}',
        b'{"records":null}',
        b'{"Timestamp":"2026-01-01T00:00:00Z"}',
        b"not json at all",
        b'"text"',
        b"[1,",
        b'{"records":' + b"[" * 100_000,
    ],
)
def test_a_torn_or_bare_message_is_one_record_as_it_came(body: bytes) -> None:
    assert list(split(body)) == [body]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_no_error_and_nothing_but_slices(body: bytes) -> None:
    assert all(record in body for record in split(body))


@pytest.mark.parametrize(
    "named", ["DeviceInfo", "deviceinfo", "AdvancedHunting-DeviceInfo", "ADVANCEDHUNTING-DEVICEINFO"]
)
def test_a_table_is_found_whatever_its_case_and_prefix(named: str) -> None:
    passes = table_filter([named])
    assert passes(b'{"category":"AdvancedHunting-DeviceInfo"}')
    assert passes(b'{"category":"advancedhunting-deviceinfo"}')
    assert not passes(b'{"category":"AdvancedHunting-DeviceInfoX"}')


@pytest.mark.parametrize("record", [b'{"category":', b"{}", b'{"category":null}', b'{"category":7}', b"[]"])
def test_what_names_no_table_passes_every_filter(record: bytes) -> None:
    assert table_filter(["DeviceInfo"])(record)
