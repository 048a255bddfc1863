"""The intake: each message once and in order, batches of bounded size, a reader held back when they are not taken."""

from __future__ import annotations

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import Partition
from siemcast.testing.fakes import FakeLog
from siemcast_defender.streaming.intake import BATCH_BYTES, WAITING_BYTES, Intake, Message
from siemcast_defender.streaming.position import BEGINNING, read_cursor


def message(sequence: int, size: int = 0) -> Message:
    record = json.dumps({"n": sequence, "pad": "x" * size})
    return Message(sequence, f"o{sequence}", f'{{"records":[{record}]}}'.encode())


def intake() -> Intake:
    return Intake(Partition("hub/0"), BEGINNING, None)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans())))
def test_however_messages_come_again_each_is_handed_over_once_and_in_order(arrivals: list[tuple[int, bool]]) -> None:
    subject, log = intake(), FakeLog()
    handed: list[int] = []
    for back, take in arrivals:  # the SDK goes back by some messages, and brings all from there on again
        start = max(0, subject.position.sequence + 1 - back)
        for sequence in range(start, start + back + 1):
            subject.take_in(message(sequence), log)
        batch = subject.hand_over() if take else None
        handed += [json.loads(record)["n"] for record in batch.records] if batch else []
    while batch := subject.hand_over():
        handed += [json.loads(record)["n"] for record in batch.records]
    assert handed == list(range(subject.position.sequence + 1))
    assert not log.entries


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=12))
def test_a_batch_is_bounded_unless_one_message_alone_is_longer(sizes: list[int]) -> None:
    subject = intake()
    for sequence, size in enumerate(sizes):
        subject.take_in(message(sequence, size * 4), FakeLog())
    seen = -1
    while batch := subject.hand_over():
        assert len(batch.records) == 1 or sum(map(len, batch.records)) <= BATCH_BYTES
        assert read_cursor(batch.cursor).sequence == seen + len(batch.records)
        seen += len(batch.records)
    assert seen == len(sizes) - 1


def test_a_full_intake_holds_the_sdk_back_until_a_batch_is_taken() -> None:
    async def scenario() -> None:
        subject = intake()
        for sequence in range(3):
            subject.take_in(message(sequence, WAITING_BYTES // 3), FakeLog())
        waiting = asyncio.create_task(subject.room())
        await asyncio.sleep(0)
        assert subject.full
        assert not waiting.done()
        assert subject.hand_over()
        await waiting
        assert not subject.full

    asyncio.run(scenario())


def test_a_nudge_wakes_who_waits_and_leaves_the_intake_full() -> None:
    async def scenario() -> None:
        subject = intake()
        subject.take_in(message(0, WAITING_BYTES), FakeLog())
        waiting = asyncio.create_task(subject.room())
        await asyncio.sleep(0)
        subject.nudge()
        await waiting
        assert subject.full

    asyncio.run(scenario())


def test_a_gap_in_the_numbers_is_said_with_what_is_missing() -> None:
    subject, log = intake(), FakeLog()
    for sequence in (5, 6, 10):
        subject.take_in(message(sequence), log)
    ((level, event, facts),) = log.entries
    assert (level, event) == ("error", "messages_lost")
    assert (facts["first"], facts["last"], facts["messages"], facts["partition"]) == (7, 9, 3, "hub/0")


def test_going_back_to_what_was_handed_over_forgets_what_waits() -> None:
    subject = intake()
    subject.take_in(message(0), FakeLog())
    assert subject.hand_over()
    subject.take_in(message(1), FakeLog())
    subject.begin(subject.handed)
    assert not subject.waiting
    assert subject.take_in(message(1), FakeLog())


def test_a_sign_of_life_carries_the_cursor_and_comes_once() -> None:
    subject = intake()
    first = subject.sign_of_life()
    assert first is not None
    assert not first.records
    assert subject.sign_of_life() is None
    subject.alive = True
    assert subject.sign_of_life() is not None
