"""The mark of a lane, over any order in which parts settle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.engine.low_water import LowWater


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.data())
def test_the_mark_never_passes_an_unsettled_entry_and_reaches_the_last_settled_one(
    parts: list[int], data: st.DataObject
) -> None:
    """Entries of so many parts each; parts settle in any order, while later entries are still being read."""
    line, left = LowWater(0), {}
    waiting: list[int] = []
    unread = list(enumerate(parts, start=1))
    while unread or waiting:
        if unread and (not waiting or data.draw(st.booleans())):
            seq, count = unread.pop(0)
            line.begin(seq)
            for _ in range(count):
                line.hold(seq)
            left[seq] = count + 1
            waiting += [seq] * (count + 1)
        else:
            seq = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
            line.settle(seq)
            left[seq] -= 1
        unsettled = [seq for seq, count in left.items() if count]
        begun = len(parts) - len(unread)
        assert line.mark == (min(unsettled) - 1 if unsettled else begun)
    assert line.idle
    assert line.mark == len(parts)


def test_entries_are_begun_in_order_only() -> None:
    line = LowWater(7)
    with pytest.raises(ValueError, match="seq 7 begun after 7"):
        line.begin(7)


def test_one_settling_too_many_is_refused() -> None:
    line = LowWater(0)
    line.begin(1)
    line.settle(1)
    with pytest.raises(KeyError):
        line.settle(1)
