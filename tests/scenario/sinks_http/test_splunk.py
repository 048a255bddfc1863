"""The splunk sink against a collector over real sockets."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from siemcast.api import Context, Encoded, SinkSpec
from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast.kit.http import open_client
from siemcast.testing import FakeContext, SinkContract, SinkStage
from siemcast.testing.sink import document
from siemcast_lab.certificates import make_certificates
from siemcast_lab.hec import Hec, HecEvent, HecToken
from siemcast_sinks.splunk import SPEC
from siemcast_sinks.splunk.config import SplunkSettings

TOKEN = "lab-hec-token"


def settings(url: Any, **changes: Any) -> SplunkSettings:
    return SplunkSettings.model_validate({"kind": "splunk", "url": url, "token": TOKEN, **changes})


def poison(names: Collection[str]) -> Callable[[HecEvent], str | None]:
    return lambda event: f"{event.event['id']} is indigestible" if event.event["id"] in names else None


class TestContract(SinkContract):
    spec: SinkSpec[SplunkSettings] = SPEC
    settings: Mapping[str, Any] = {"url": "https://splunk.example:8088", "token": "hush-hush"}
    uses_http = True
    ack = False

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        hec, refused = Hec(tokens={TOKEN: HecToken(ack=self.ack)}), set[str]()
        hec.poison = poison(refused)
        async with hec.serving() as url:
            yield SinkStage(settings(url, ack=self.ack), hec.ids, refused.add)


class TestContractWithAcknowledgement(TestContract):
    ack = True


@asynccontextmanager
async def forwarding(hec: Hec, **changes: Any) -> AsyncGenerator[tuple[Any, FakeContext], None]:
    context = FakeContext()
    async with hec.serving() as url, SPEC.open(settings(url, **changes), context) as sink:
        yield sink, context


def test_poisonous_event_alone_is_rejected_in_splunks_words_and_nothing_is_lost() -> None:
    async def scenario() -> None:
        hec = Hec(poison=poison({"event-00123", "event-00124", "event-00999"}))
        sent = [document(number) for number in range(1000)]
        async with forwarding(hec) as (sink, _):
            rejected = await sink.write(Encoded(sent))
        assert [item.index for item in rejected] == [123, 124, 999]
        assert "event-00124 is indigestible" in rejected[1].reason
        good = {item.head.id for item in sent} - {"event-00123", "event-00124", "event-00999"}
        times = Counter(hec.ids())
        assert set(times) == good
        assert max(times.values()) == 2  # a double is the price, but never more than one

    asyncio.run(scenario())


def test_event_that_splunk_names_wrongly_is_not_rejected() -> None:
    """An event is tried alone first: Splunk's number has been seen to be one too high."""

    async def scenario() -> None:
        hec = Hec()
        hec.faults.answer(400, body='{"text":"Invalid data format","code":6,"invalid-event-number":2}')
        async with forwarding(hec) as (sink, _):
            assert await sink.write(Encoded([document(number) for number in range(5)])) == []
        assert sorted(hec.ids()) == [f"event-{number:05d}" for number in range(5)]

    asyncio.run(scenario())


def test_number_beyond_the_request_leaves_the_isolating_to_the_engine() -> None:
    async def scenario() -> None:
        hec = Hec()
        hec.faults.answer(400, body='{"text":"Invalid data format","code":6,"invalid-event-number":7}')
        async with forwarding(hec) as (sink, _):
            with pytest.raises(Permanent):
                await sink.write(Encoded([document(1), document(2)]))

    asyncio.run(scenario())


def test_write_returns_only_once_the_indexers_have_acknowledged() -> None:
    async def scenario() -> None:
        hec = Hec(tokens={TOKEN: HecToken(ack=True)}, ack_after=3)
        async with forwarding(hec, ack=True) as (sink, context):
            parts = [[document(part * 10 + number) for number in range(10)] for part in range(4)]
            await asyncio.gather(*(sink.write(Encoded(part)) for part in parts))
        assert len(hec._channels) == 1
        assert hec.ack_questions == len(context.slept)
        assert hec.ack_questions <= 8  # 4 questions for the first; one a request would be 16

    asyncio.run(scenario())


def test_lost_acknowledgement_is_transient_so_that_the_events_are_sent_again() -> None:
    async def scenario() -> None:
        hec = Hec(tokens={TOKEN: HecToken(ack=True)}, ack_after=None)
        async with forwarding(hec, ack={"wait": "1m"}) as (sink, context):
            with pytest.raises(Transient, match="acknowledge within 60 seconds"):
                await sink.write(Encoded([document(1)]))
            assert sum(context.slept) == 60
            hec.ack_after = 0
            assert await sink.write(Encoded([document(1)])) == []
        assert hec.ids() == ["event-00001", "event-00001"]

    asyncio.run(scenario())


def test_token_without_acknowledgement_delivers_and_says_so_once() -> None:
    async def scenario() -> None:
        hec = Hec()
        async with forwarding(hec, ack=True) as (sink, context):
            for number in range(3):
                assert await sink.write(Encoded([document(number)])) == []
        assert [entry[1] for entry in context.log.entries] == ["splunk.no_ack"]
        assert hec.ack_questions == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("token", "changes", "words"),
    [
        (HecToken(), {"token": "wrong"}, "Invalid token"),
        (HecToken(disabled=True), {}, "Token disabled"),
        (HecToken(ack=True), {}, "ack: true"),
        (HecToken(), {"index": "elsewhere"}, "index"),
    ],
)
def test_wrong_set_up_is_said_in_plain_words_and_dead_letters_nothing(
    token: HecToken, changes: dict[str, Any], words: str
) -> None:
    async def scenario() -> None:
        async with forwarding(Hec(tokens={TOKEN: token}), **changes) as (sink, _):
            with pytest.raises(AuthRefused, match=re.escape(words)):
                await sink.write(Encoded([document(1), document(2)]))

    asyncio.run(scenario())


def test_check_finds_a_bad_token_and_an_unhealthy_collector_without_writing() -> None:
    async def scenario() -> None:
        hec = Hec()
        async with forwarding(hec) as (sink, _):
            await sink.check()
            hec.healthy = False
            with pytest.raises(Transient, match="queues are full"):
                await sink.check()
            hec.healthy = True
            hec.tokens[TOKEN].disabled = True
            with pytest.raises(AuthRefused, match="Token disabled"):
                await sink.check()
        assert hec.count == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(("before", "after", "times"), [(1, 0, 1), (0, 1, 2)])
def test_broken_connection_is_transient_and_the_events_arrive_when_sent_again(
    before: int, after: int, times: int
) -> None:
    async def scenario() -> None:
        hec = Hec()
        hec.faults.drop_before, hec.faults.drop_after = before, after
        async with forwarding(hec) as (sink, _):
            with pytest.raises(Transient):
                await sink.write(Encoded([document(1)]))
            assert await sink.write(Encoded([document(1)])) == []
        assert hec.ids() == ["event-00001"] * times

    asyncio.run(scenario())


def test_next_address_takes_over_and_the_failed_one_is_asked_last_for_a_while() -> None:
    async def scenario() -> None:
        good, bad = Hec(), Hec()
        bad.faults.answer(503, times=100)
        context = FakeContext()
        async with (
            good.serving() as one,
            bad.serving() as other,
            SPEC.open(settings([other, one]), context) as sink,
        ):
            for number in range(6):
                assert await sink.write(Encoded([document(number)])) == []
            assert (good.count, bad.requests) == (6, 1)
            await context.sleep(31)
            context.time -= timedelta(hours=1)  # a clock that is set back does not prolong the rest
            bad.faults.answers.clear()
            for number in range(6, 10):
                await sink.write(Encoded([document(number)]))
        assert bad.count == 2

    asyncio.run(scenario())


def test_too_long_a_body_is_permanent() -> None:
    async def scenario() -> None:
        hec = Hec()
        hec.faults.max_bytes = 1000
        async with forwarding(hec) as (sink, _):
            with pytest.raises(Permanent):
                await sink.write(Encoded([document(number) for number in range(10)]))
            (rejected,) = await sink.write(Encoded([document(1, "x" * 1000)]))
            assert "413" in rejected.reason

    asyncio.run(scenario())


class _Verified(FakeContext):
    """Opens clients as the product does, with certificates verified."""

    def http(self, **given: Any) -> Any:
        return open_client(**given)


def test_certificate_is_verified_against_the_configured_authority(tmp_path: Path) -> None:
    async def scenario() -> None:
        hec, certificates = Hec(), make_certificates(tmp_path)
        context: Context = _Verified()
        async with hec.serving(tls=certificates.server_context()) as url:
            async with SPEC.open(settings(url), context) as sink:
                with pytest.raises(AuthRefused, match="ca_file"):
                    await sink.write(Encoded([document(1)]))
            async with SPEC.open(settings(url, tls={"ca_file": certificates.ca}), context) as sink:
                assert await sink.write(Encoded([document(1)])) == []
        assert hec.ids() == ["event-00001"]

    asyncio.run(scenario())
