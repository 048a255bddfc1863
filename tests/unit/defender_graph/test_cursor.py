"""The cursor remembers all that reading may come upon again, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.errors import ConfigError
from siemcast_defender.graph import stamp
from siemcast_defender.graph.cursor import MOST_ODD, Progress, load
from siemcast_defender.graph.page import parse_item


def test_it_survives_the_journal() -> None:
    progress = Progress(at=5 * stamp.SECOND, floor=0, begun=0, memory={"1": "open"}, wanted=["7"])
    progress.note(parse_item(b'{"id":"1","lastUpdateDateTime":"0001-01-01T00:00:05Z"}'))
    progress.note(parse_item(b'{"id":"2"}'))
    assert load(progress.dump()) == progress


@given(st.lists(st.integers(0, 100), max_size=20), st.integers(0, 30))
def test_reading_never_goes_back_beyond_what_is_remembered(marks: list[int], overlap: int) -> None:
    progress = Progress(at=0, floor=0, begun=0)
    delivered = []
    for number, mark in enumerate(marks):
        item = parse_item(b'{"id":"%d","lastUpdateDateTime":"%s"}' % (number, stamp.text(mark * stamp.SECOND).encode()))
        progress.note(item)
        delivered.append(item)
        before = progress.at
        progress.advance(mark * stamp.SECOND, overlap * stamp.SECOND)
        assert progress.at >= before
        begin = progress.start(overlap * stamp.SECOND)
        assert not any(progress.is_new(item) for item in delivered if (item.stamp or 0) >= begin)


def test_a_longer_overlap_after_a_restart_doubles_nothing() -> None:
    progress = Progress(at=0, floor=0, begun=0)
    progress.advance(1000 * stamp.SECOND, 10 * stamp.SECOND)
    assert progress.start(500 * stamp.SECOND) == 989 * stamp.SECOND


def test_records_without_a_time_are_remembered_up_to_a_number() -> None:
    progress = Progress(at=0, floor=0, begun=0)
    items = [parse_item(b'{"id":"%d"}' % number) for number in range(MOST_ODD + 1)]
    for item in items:
        progress.note(item)
    assert progress.is_new(items[0])
    assert not progress.is_new(items[1])


@pytest.mark.parametrize("cursor", ["", "{", '{"v":2,"at":1}', "[]", '{"at":"x","floor":0,"begun":0}'])
def test_a_cursor_of_another_time_is_refused_in_plain_words(cursor: str) -> None:
    with pytest.raises(ConfigError, match="stored cursor"):
        load(cursor)
