"""Times of every spelling that Microsoft's services use come out as UTC milliseconds, and odd ones are named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema.times import anomalies, checked, epoch_ms, instant_of, iso, iso_ms, moment, utc

NOW = 1_795_000_000_000  # 2026-11-18


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2022-11-07T17:07:42.0259186Z", 1667840862025),
        ("2025-04-21 20:51:04.058183200", 1745268664058),
        ("2021-09-02T18:23:41Z", 1630607021000),
        ("2026-01-01T00:00:00+02:00", 1767218400000),
        ("2026-01-01T00:00:00.1-05:30", 1767245400100),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_every_spelling_is_read(text: str, ms: int) -> None:
    assert epoch_ms(text) == ms


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", 5, [], "2026-13-45T99:99:99Z", "2026-W47-6T12:00:00.123Z", "2026-11-21"]
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert epoch_ms(value) is None
    assert iso_ms(value) is None


@pytest.mark.parametrize(
    "bad", ["2022-11-07T17:07:61.000Z", "2022-11-07T17:07:42.0x5Z", "2022-11-07T17:07:42.0259x86Z"]
)
def test_bad_seconds_and_digits_do_not_pass(bad: str) -> None:
    assert epoch_ms(bad) is None
    assert iso_ms(bad) is None


_NEARLY = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["2026-11-21", "1601-01-01", "2026-W47-6", "20261121", "2026-11-31", "9999-12-31"]),
        st.sampled_from(["T", " ", "t", ""]),
        st.sampled_from(["12:00:00", "23:59:60", "24:00:00", "120000", "12:00", "1:00:00", "12:00:0\u0661"]),
        st.sampled_from(["", ".1", ".123", ",123", ".1234567", ".123456789", ".12x4", ".\u0661\u0662\u0663", "."]),
        st.sampled_from(["Z", "z", "", "+00:00", "-05:30", "Zulu", " Z"]),
    ),
)


@given(_NEARLY)
def test_the_quick_ways_read_what_the_patient_one_does(text: str) -> None:
    read = moment(text)
    assert epoch_ms(text) == (read.ms if read else None)
    assert iso_ms(text) == (iso(read.ms) if read and instant_of(read.ms) else None)  # or beyond the year 9999
    assert checked(text, NOW) == (epoch_ms(text), anomalies(read, text, NOW))


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["Z", "+00:00"]))
def test_reading_and_writing_agree_with_datetime(when: datetime, zone: str) -> None:
    written = when.strftime("%m-%dT%H:%M:%S.%f") + "7" * (zone == "Z")
    text = f"{when.year:04}-{written}{zone}"
    expected = when.isoformat(timespec="milliseconds")[:-6] + "Z"
    assert iso_ms(text) == expected
    assert iso(epoch_ms(text) or 0) == expected


def test_utc_keeps_all_fraction_digits() -> None:
    assert utc("2021-09-30T09:35:45.1133333Z") == "2021-09-30T09:35:45.1133333Z"
    assert utc("2021-09-30T09:35:45Z") == "2021-09-30T09:35:45.000Z"
    assert utc("2021-09-30T11:35:45.5+02:00") == "2021-09-30T09:35:45.500Z"
    assert utc(None) == ""
    assert utc("soon") == "soon"


def test_years_beyond_four_digits_are_written_as_the_last_that_can_be_said() -> None:
    assert iso(10**18) == "9999-12-31T23:59:59.999Z"
    assert iso(-(10**18)) == "0001-01-01T00:00:00.000Z"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_utc_has_no_year_for_is_not_rewritten(text: str) -> None:
    assert epoch_ms(text) is not None
    assert iso_ms(text) is None
    assert utc(text) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2026-11-18T00:00:00.000Z", ()),
        (None, ("time_missing",)),
        ("", ("time_missing",)),
        ("soon", ("time_invalid",)),
        ("2026-11-18T00:00:00", ("time_without_zone",)),
        ("2031-01-01T00:00:00Z", ("time_future",)),
        ("1601-01-01T00:00:00Z", ("time_ancient",)),
        ("9999-12-31T23:59:59", ("time_without_zone", "time_future")),
    ],
)
def test_odd_times_are_named(text: object, named: tuple[str, ...]) -> None:
    assert anomalies(moment(text), text, NOW) == named
    assert checked(text, NOW) == (epoch_ms(text), named)
