"""The contract of sinks: inherit SinkContract, set `spec` and `settings`, and give a receiver to write to."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from siemcast.api import Encoded, Rejected
from siemcast.errors import AuthRefused, DeliveryError, Permanent, Transient
from siemcast.schema import Document, Head, Severity
from siemcast.testing.declaration import DeclarationContract
from siemcast.testing.fakes import FakeContext
from siemcast.testing.hostile import HOSTILE_TEXT
from siemcast.testing.leaks import no_task_left


@dataclass(slots=True)
class SinkStage:
    """A receiver, how to reach it, and what it has got."""

    settings: Any
    """The settings model, pointing at the receiver."""
    received: Callable[[], Sequence[str]]
    """The ids (`Head.id`) that the receiver holds, in order of arrival, repeats included."""
    refuse: Callable[[str], None] | None = None
    """Makes the receiver refuse, for good, the document of an id; None where no receiver of this kind can."""
    context: FakeContext = field(default_factory=FakeContext)


def document(number: int, text: str = "a quiet day") -> Document:
    """Give a made-up JSON document; `number` makes its id."""
    name = f"event-{number:05d}"
    head = Head(
        id=name,
        version="2026-11-21T12:00:00.123Z",
        kind="alert",
        table="alerts",
        tenant="contoso",
        time_ms=1_795_262_400_123 + number,
        severity=Severity.MEDIUM,
        title=text[:100],
        hostname="wks-1.contoso.example",
    )
    return Document(orjson.dumps({"id": name, "@timestamp": "2026-11-21T12:00:00.123Z", "text": text}), head)


class SinkContract(DeclarationContract):
    """Checks that a sink tells the truth about what arrived, and says plainly what is wrong."""

    uses_http = False
    """Whether it talks through `context.http`; then it is also shown every HTTP failure."""

    def stage(self) -> AbstractAsyncContextManager[SinkStage]:
        """Give an empty receiver."""
        raise pytest.skip.Exception("override stage() to have writing checked")

    def test_writing_nothing_is_well(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                assert list(await sink.write(Encoded(()))) == []

        asyncio.run(scenario())

    def test_what_was_accepted_has_arrived(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                sent = [document(number) for number in range(200)]
                assert list(await sink.write(Encoded(sent))) == []
                await self._arrived(stage, Counter(item.head.id for item in sent))

        asyncio.run(scenario())

    def test_accepted_and_rejected_add_up_to_what_was_sent(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                if stage.refuse is None:
                    pytest.skip("no receiver of this kind refuses single documents")
                dice = random.Random(7)  # noqa: S311 - seeded: a failing case stays the same
                sent = [document(number) for number in range(60)]
                bad = {item.head.id for item in sent if dice.random() < 0.1}
                for name in bad:
                    stage.refuse(name)
                rejected = await _write_all(sink, sent)
                assert {sent[item.index].head.id for item in rejected} == bad
                assert all(item.reason for item in rejected)
                good = {item.head.id for item in sent} - bad
                assert set(stage.received()) == good

        asyncio.run(scenario())

    def test_parallel_writes_do_not_disturb_each_other(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                parts = [[document(part * 20 + number) for number in range(20)] for part in range(6)]
                answers = await asyncio.gather(*(sink.write(Encoded(part)) for part in parts))
                assert not any(answers)
                await self._arrived(stage, Counter(item.head.id for part in parts for item in part))

        asyncio.run(scenario())

    def test_hostile_text_arrives_or_is_rejected_by_itself(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                sent = [document(number, text) for number, text in enumerate(HOSTILE_TEXT)]
                rejected = {item.index for item in await _write_all(sink, sent)}
                expected = Counter(item.head.id for index, item in enumerate(sent) if index not in rejected)
                await self._arrived(stage, expected)

        asyncio.run(scenario())

    def test_cancelled_midway_it_closes_cleanly(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, no_task_left():
                async with self.spec.open(stage.settings, stage.context) as sink:
                    writing = asyncio.create_task(sink.write(Encoded([document(1)])))
                    await asyncio.sleep(0)
                    writing.cancel()
                    await asyncio.wait([writing])
                assert writing.done()

        asyncio.run(scenario())

    def test_check_is_content_and_changes_nothing(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as sink:
                assert await sink.check() is None
                assert list(stage.received()) == []

        asyncio.run(scenario())

    @pytest.mark.parametrize("status", [429, 503])
    def test_busy_receiver_is_transient_with_its_retry_after(self, status: int) -> None:
        error = self._failure(lambda _: httpx.Response(status, headers={"Retry-After": "7"}))
        assert isinstance(error, Transient)
        assert error.retry_after == 7

    @pytest.mark.parametrize("status", [401, 403])
    def test_refused_credentials_are_auth_refused_and_say_what_to_do(self, status: int) -> None:
        error = self._failure(lambda _: httpx.Response(status))
        assert isinstance(error, AuthRefused)
        assert error.hint

    def test_too_large_a_request_is_permanent_so_that_it_is_halved(self) -> None:
        assert isinstance(self._failure(lambda _: httpx.Response(413)), Permanent)

    def test_unreachable_receiver_is_transient(self) -> None:
        def refuse(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("connection refused", request=request)

        assert isinstance(self._failure(refuse), Transient)

    def _failure(self, answer: Callable[[httpx.Request], httpx.Response]) -> DeliveryError:
        if not self.uses_http:
            pytest.skip("this sink does not talk through context.http")

        async def scenario() -> DeliveryError:
            context = FakeContext(transport=httpx.MockTransport(answer))
            with pytest.raises(DeliveryError) as caught:
                async with self.spec.open(self.load(), context) as sink:
                    await sink.write(Encoded([document(1), document(2)]))
            return caught.value

        return asyncio.run(scenario())

    async def _arrived(self, stage: SinkStage, expected: Counter[str]) -> None:
        """Wait until the receiver holds what was accepted (it may be a moment behind), then compare."""
        async with asyncio.timeout(10):
            while len(stage.received()) < expected.total():  # noqa: ASYNC110 - see below
                await asyncio.sleep(0.01)  # a receiver across a socket has no event to wait on
        assert Counter(stage.received()) == expected


async def _write_all(sink: Any, sent: Sequence[Document]) -> list[Rejected]:
    """Write as the engine does: a call refused as a whole is halved until the bad documents are alone."""
    try:
        return list(await sink.write(Encoded(sent)))
    except Permanent as error:
        if len(sent) == 1:
            return [Rejected(0, str(error))]
    middle = len(sent) // 2
    left = await _write_all(sink, sent[:middle])
    right = await _write_all(sink, sent[middle:])
    return left + [Rejected(item.index + middle, item.reason) for item in right]
