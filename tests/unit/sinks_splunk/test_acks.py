"""Waiting for acknowledgements."""

import asyncio
from collections.abc import Collection, Iterator
from datetime import timedelta

import pytest

from siemcast.errors import DeliveryError, Permanent, Transient
from siemcast.testing import FakeContext
from siemcast_sinks.splunk.acks import Acknowledgements
from siemcast_sinks.splunk.config import AckSettings

SETTINGS = AckSettings(wait=timedelta(seconds=30), poll=timedelta(seconds=2))


class Indexers:
    """Acknowledge what they are told to; keep what they were asked."""

    def __init__(self, *done: int) -> None:
        self.done = set(done)
        self.asked: list[list[int]] = []

    async def ask(self, ids: Collection[int]) -> frozenset[int]:
        self.asked.append(list(ids))
        return frozenset(self.done & set(ids))


def test_requests_in_flight_are_asked_for_together() -> None:
    async def scenario() -> None:
        indexers = Indexers(0, 1, 2)
        acks = Acknowledgements(indexers.ask, SETTINGS, FakeContext())
        tickets = [acks.expect(number) for number in range(3)]
        await asyncio.gather(*(acks.confirm([ticket]) for ticket in tickets))
        assert indexers.asked == [[0, 1, 2]]

    asyncio.run(scenario())


def test_what_is_not_acknowledged_in_time_is_sent_again() -> None:
    async def scenario() -> None:
        context, indexers = FakeContext(), Indexers(1)
        acks = Acknowledgements(indexers.ask, SETTINGS, context)
        with pytest.raises(Transient, match="30 seconds"):
            await acks.confirm([acks.expect(0), acks.expect(1)])
        assert sum(context.slept) == 30
        indexers.done.add(2)
        await acks.confirm([acks.expect(2)])
        assert indexers.asked[-1] == [2]

    asyncio.run(scenario())


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_set_neither_hastens_nor_delays_sending_again(days: int) -> None:
    async def scenario() -> None:
        context, indexers = FakeContext(), Indexers()
        acks = Acknowledgements(indexers.ask, SETTINGS, context)
        ticket = acks.expect(0)
        context.time += timedelta(days=days)
        with pytest.raises(Transient, match="30 seconds"):
            await acks.confirm([ticket])
        assert sum(context.slept) == 30

    asyncio.run(scenario())


@pytest.mark.parametrize("trouble", [Transient("busy"), Permanent("a proxy's 400: no word on the events")])
def test_unanswered_question_is_asked_again(trouble: DeliveryError) -> None:
    async def scenario() -> None:
        answers: Iterator[DeliveryError | frozenset[int]] = iter([trouble, frozenset({0})])

        async def ask(ids: Collection[int]) -> frozenset[int]:
            answer = next(answers)
            if isinstance(answer, DeliveryError):
                raise answer
            return answer

        context = FakeContext()
        acks = Acknowledgements(ask, SETTINGS, context)
        await acks.confirm([acks.expect(0)])
        assert [entry[1] for entry in context.log.entries] == ["splunk.ack_unanswered"]

    asyncio.run(scenario())


def test_restarted_splunk_never_confirms_an_old_request_by_a_new_ones_number() -> None:
    async def scenario() -> None:
        indexers = Indexers()
        acks = Acknowledgements(indexers.ask, SETTINGS, FakeContext())
        old = [acks.expect(number) for number in range(3)]
        new = acks.expect(0)
        indexers.done = {0, 1, 2}
        for ticket in old:
            with pytest.raises(Transient, match="restarted"):
                await acks.confirm([ticket])
        await acks.confirm([new])

    asyncio.run(scenario())


def test_answers_that_overtake_each_other_are_no_restart() -> None:
    async def scenario() -> None:
        indexers = Indexers(*range(10))
        acks = Acknowledgements(indexers.ask, SETTINGS, FakeContext())
        await acks.confirm([acks.expect(number) for number in (3, 0, 2, 1, 9, 4)])
        assert indexers.asked == [[0, 1, 2, 3, 4, 9]]

    asyncio.run(scenario())


def test_numbers_seen_long_ago_are_not_kept() -> None:
    async def scenario() -> None:
        acks = Acknowledgements(Indexers().ask, SETTINGS, FakeContext())
        for number in range(10_000):
            acks.forget([acks.expect(number)])
        assert len(acks._seen) <= 2048

    asyncio.run(scenario())
