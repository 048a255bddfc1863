"""Timestamps keep all seven digits, in any spelling that Microsoft uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast_defender.graph import stamp


@given(st.integers(0, stamp.LAST))
def test_what_is_written_reads_back(moment: int) -> None:
    assert stamp.ticks(stamp.text(moment)) == moment


@given(st.integers(0, stamp.LAST), st.integers(0, stamp.LAST))
def test_texts_sort_as_the_moments_do(one: int, other: int) -> None:
    assert (one < other) == (stamp.text(one) < stamp.text(other))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2021-09-30T09:35:45.1133333Z", "2021-09-30T09:35:45.1133333Z"),
        ("2021-09-30T09:35:45.23Z", "2021-09-30T09:35:45.2300000Z"),
        ("2021-09-30T09:35:45Z", "2021-09-30T09:35:45.0000000Z"),
        ("2021-09-30t09:35:45.1z", "2021-09-30T09:35:45.1000000Z"),
        ("2021-09-30T09:35:45", "2021-09-30T09:35:45.0000000Z"),
        ("2021-09-30T11:35:45.5+02:00", "2021-09-30T09:35:45.5000000Z"),
        ("2021-09-30T09:35:45.123456789Z", "2021-09-30T09:35:45.1234567Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"),
    ],
)
def test_every_spelling_is_read(text: str, same: str) -> None:
    found = stamp.ticks(text)
    assert found is not None
    assert stamp.text(found) == same


@pytest.mark.parametrize(
    "odd", [None, "", 5, "soon", "2021-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", "2021-09-30"]
)
def test_what_is_no_timestamp_has_no_place_in_time(odd: object) -> None:
    assert stamp.ticks(odd) is None


def test_datetimes_and_durations_become_ticks() -> None:
    moment = datetime(2026, 11, 21, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert stamp.text(stamp.of(moment)) == "2026-11-21T12:00:00.0000050Z"
    assert stamp.of(datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)) == stamp.length(timedelta(seconds=1)) == stamp.SECOND
