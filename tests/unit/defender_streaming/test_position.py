"""Positions: cursors, gaps, hubs made anew, and when a partition is drained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import Cursor
from siemcast.errors import Permanent
from siemcast_defender.streaming.position import (
    BEGINNING,
    Extent,
    Position,
    drained,
    first_position,
    later,
    made_anew,
    missed,
    read_cursor,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POSITIONS = st.builds(
    Position,
    offset=st.text(max_size=20),
    sequence=st.integers(min_value=-1, max_value=2**62),
    since=st.none() | st.datetimes(timezones=st.just(UTC)),
)


def extent(first: int, last: int, *, empty: bool = False) -> Extent:
    return Extent(first=first, last=last, last_offset=f"o{last}", last_time=NOON, empty=empty)


@given(POSITIONS)
def test_a_cursor_reads_back_as_what_was_written(position: Position) -> None:
    assert read_cursor(position.cursor()) == position


@pytest.mark.parametrize("text", ["", "7", "[]", '{"offset":5}', "{"])
def test_a_strangers_cursor_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Permanent, match="anew"):
        read_cursor(Cursor(text))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_loss_is_exactly_what_lies_between(last: int, coming: int) -> None:
    loss = missed(Position("x", last), coming)
    between = range(last + 1, coming)
    assert (loss.count if loss else 0) == len(between)
    if loss:
        assert (loss.first, loss.last) == (between[0], between[-1])


def test_before_the_first_message_nothing_can_be_missed() -> None:
    assert missed(BEGINNING, 500) is None


def test_latest_is_pinned_to_the_newest_message() -> None:
    assert first_position("latest", extent(3, 9)) == Position("o9", 9)
    assert first_position("earliest", extent(3, 9)) == BEGINNING
    assert first_position(NOON, extent(3, 9)) == Position(since=NOON)


def test_a_hub_that_never_had_the_last_message_was_made_anew() -> None:
    assert made_anew(Position("x", 10), extent(0, 9))
    assert not made_anew(Position("x", 9), extent(0, 9))
    assert not made_anew(BEGINNING, extent(0, -1, empty=True))


def test_a_partition_is_drained_at_its_newest_message_or_when_empty() -> None:
    assert drained(Position("x", 9), extent(0, 9))
    assert not drained(Position("x", 8), extent(0, 9))
    assert drained(BEGINNING, extent(10, 9, empty=True))
    assert drained(Position(since=NOON + timedelta(seconds=1)), extent(0, 9))
    assert not drained(Position(since=NOON), extent(0, 9))


@given(POSITIONS, POSITIONS)
def test_the_later_position_is_never_behind_either(one: Position, other: Position) -> None:
    assert later(one, other).sequence == max(one.sequence, other.sequence)
