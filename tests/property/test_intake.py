"""What is joined on its way into the journal, over any sequence of batches."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import Batch, Cursor, Partition
from siemcast.engine.intake import intake, join

BATCHES = st.lists(
    st.builds(
        lambda partition, sizes, shape: (partition, [bytes(size) for size in sizes], shape),
        st.sampled_from("pq"),
        st.lists(st.sampled_from([0, 10, 400_000, 1_200_000]), max_size=3),
        st.sampled_from(["x", "y"]),
    ),
    max_size=12,
)


@given(BATCHES)
def test_joining_keeps_every_record_in_its_partitions_order_and_the_cursor_behind_it(
    given_batches: list[tuple[str, list[bytes], str]],
) -> None:
    waiting = deque(
        Batch(Partition(partition), [b"%d:" % number + record for record in records], Cursor(str(number)), shape)
        for number, (partition, records, shape) in enumerate(given_batches)
    )
    before = list(waiting)
    joined: list[Batch] = []
    while waiting:
        moment = join(waiting)
        assert len({batch.partition for batch in moment}) == len(moment) > 0
        joined += moment
    for partition in "pq":
        ours = [batch for batch in before if batch.partition == partition]
        theirs = [batch for batch in joined if batch.partition == partition]
        assert [(record, batch.shape) for batch in ours for record in batch.records] == [
            (record, batch.shape) for batch in theirs for record in batch.records
        ]
        cursors = [int(batch.cursor) for batch in theirs]
        assert cursors == sorted(cursors)
        assert (theirs[-1].cursor if theirs else None) == (ours[-1].cursor if ours else None)
        for batch in theirs:
            newest = max((int(record.split(b":")[0]) for record in batch.records), default=0)
            assert newest <= int(batch.cursor)


def small(number: int) -> Batch:
    return Batch(Partition("p"), [b"%d" % number], Cursor(str(number)), "x")


def test_what_a_source_gave_before_it_failed_is_stored() -> None:
    stored: list[Batch] = []

    async def store(batch: Batch) -> None:
        await asyncio.sleep(0)
        stored.append(batch)

    async def failing() -> None:
        async with intake(store) as taken:
            for number in range(3):
                await taken.put(small(number))
            raise KeyError("source")

    with pytest.raises(KeyError):
        asyncio.run(failing())
    assert [record for batch in stored for record in batch.records] == [b"0", b"1", b"2"]


def test_what_could_not_be_stored_is_told_and_nothing_behind_it_is_stored() -> None:
    stored: list[Batch] = []

    async def store(batch: Batch) -> None:
        await asyncio.sleep(0)
        if b"1" in batch.records:
            raise ValueError("disk")
        stored.append(batch)

    async def failing() -> None:
        async with intake(store) as taken:
            for number in range(9):
                await taken.put(small(number))
                await asyncio.sleep(0)

    with pytest.raises(ValueError, match="disk"):
        asyncio.run(failing())
    assert [record for batch in stored for record in batch.records] in ([], [b"0"])
