"""Whatever a disk does to a frame, it is told from a whole one, and what is taken for sound was written so."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from siemcast.journal.sqlite.frames import Frames, TornFrameError
from siemcast.journal.sqlite.salvage import salvage

_RECORDS = st.lists(st.binary(max_size=400) | st.binary(max_size=4).map(lambda part: part * 30_000), max_size=8)
_CHANGES: st.SearchStrategy[Callable[[bytes], bytes]] = st.one_of(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=40)).map(
        lambda change: lambda frame: _overwritten(frame, int(change[0] * len(frame)), change[1])
    ),
    st.tuples(st.integers(0, 16), st.binary(min_size=1, max_size=2)).map(
        lambda change: lambda frame: _overwritten(frame, change[0], change[1])
    ),
    st.floats(0, 1, exclude_max=True).map(lambda share: lambda frame: frame[: int(share * len(frame))]),
)


def _overwritten(frame: bytes, at: int, new: bytes) -> bytes:
    return (frame[:at] + new + frame[at + len(new) :])[: len(frame)]


@given(_RECORDS, st.lists(_CHANGES, min_size=1, max_size=3))
def test_a_torn_frame_is_told_and_nothing_of_it_is_made_up(
    records: list[bytes], changes: list[Callable[[bytes], bytes]]
) -> None:
    frame = Frames().pack(records)
    torn = reduce(lambda found, change: change(found), changes, frame)
    try:
        assert Frames().unpack(torn) == records
    except TornFrameError:
        salvage(torn)


@given(_RECORDS, st.floats(0, 1, exclude_max=True))
def test_what_is_left_of_a_short_frame_is_its_first_records_as_they_were_written(
    records: list[bytes], share: float
) -> None:
    frame = Frames().pack(records)
    saved = salvage(frame[: int(share * len(frame))])
    assert saved.sound
    assert list(saved.records) == records[: len(saved.records)]


@given(_RECORDS)
def test_all_of_a_frame_is_left_that_lost_only_its_checksum(records: list[bytes]) -> None:
    assert list(salvage(Frames().pack(records)[:-1]).records) == records
