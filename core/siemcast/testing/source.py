"""The contract of sources: inherit SourceContract, set `spec` and `settings`, and say what there is to read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from siemcast.api import Batch, Cursor, Partition
from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast.testing.declaration import DeclarationContract
from siemcast.testing.fakes import FakeContext
from siemcast.testing.leaks import no_task_left


@dataclass(slots=True)
class SourceStage:
    """A service with something to read, and how to reach it."""

    settings: Any
    """The settings model, pointing at the service."""
    expected: Counter[bytes]
    """What there is to read: each record's bytes (or `SourceContract.identity` of it), with its number."""
    context: FakeContext = field(default_factory=FakeContext)


class SourceContract(DeclarationContract):
    """Checks that a source loses nothing, doubles nothing across restarts, and says plainly what is wrong."""

    uses_http = False
    """Whether it talks through `context.http`; then it is also shown every HTTP failure."""
    may_repeat = False
    """Whether a restart may bring records again (the cursor is coarser than a batch)."""

    def stage(self) -> AbstractAsyncContextManager[SourceStage]:
        """Give a service holding some hundred records, small enough for many reads."""
        raise pytest.skip.Exception("override stage() to have reading checked")

    def identity(self, record: bytes) -> bytes:
        """Give what tells one record from another."""
        return record

    def test_all_that_there_is_arrives_once(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage:
                batches = await self._read(stage, {})
                assert self._seen(batches) == stage.expected
                shapes = {shape.name for shape in self.spec.shapes}
                assert {batch.shape for batch in batches} <= shapes

        asyncio.run(scenario())

    def test_stopped_after_any_batch_and_resumed_nothing_is_missing(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage:
                total = len(await self._read(stage, {}))
                for stop in range(1, min(total, 12) + 1):
                    cursors: dict[Partition, Cursor] = {}
                    first = await self._read(stage, cursors, most=stop)
                    rest = await self._read(stage, cursors)
                    self._complete(first + rest, stage)

        asyncio.run(scenario())

    def test_a_drained_source_read_again_brings_nothing_new(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage:
                cursors: dict[Partition, Cursor] = {}
                await self._read(stage, cursors)
                again = self._seen(await self._read(stage, cursors))
                assert self.may_repeat or not again

        asyncio.run(scenario())

    def test_closing_midway_leaves_no_task_behind(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, no_task_left():
                batches = await self._read(stage, {}, most=1)
                assert batches

        asyncio.run(scenario())

    def test_check_is_content_with_a_sound_service(self) -> None:
        async def scenario() -> None:
            async with self.stage() as stage, self.spec.open(stage.settings, stage.context) as source:
                assert await source.check() is None

        asyncio.run(scenario())

    @pytest.mark.parametrize("status", [429, 503])
    def test_busy_service_is_transient_with_its_retry_after(self, status: int) -> None:
        error = self._failure(httpx.MockTransport(lambda _: httpx.Response(status, headers={"Retry-After": "7"})))
        assert isinstance(error, Transient)
        assert error.retry_after == 7

    @pytest.mark.parametrize("status", [401, 403])
    def test_refused_credentials_are_auth_refused_and_say_what_to_do(self, status: int) -> None:
        error = self._failure(httpx.MockTransport(lambda _: httpx.Response(status, json={"error": {"code": "x"}})))
        assert isinstance(error, AuthRefused)
        assert error.hint

    def test_torn_answer_is_transient(self) -> None:
        error = self._failure(httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"value": [{"id":')))
        assert isinstance(error, Transient)

    def test_unreachable_service_is_transient(self) -> None:
        def refuse(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("connection refused", request=request)

        assert isinstance(self._failure(httpx.MockTransport(refuse)), Transient)

    def _failure(self, transport: httpx.MockTransport) -> DeliveryError:
        if not self.uses_http:
            pytest.skip("this source does not talk through context.http")

        async def scenario() -> DeliveryError:
            context = FakeContext(transport=transport)
            with pytest.raises(DeliveryError) as caught:
                await self._read(SourceStage(self.load(), Counter(), context), {})
            return caught.value

        return asyncio.run(scenario())

    async def _read(self, stage: SourceStage, cursors: dict[Partition, Cursor], most: int = 0) -> list[Batch]:
        """Read batches, at most `most` (0: all), keeping the cursors as the journal would."""
        found: list[Batch] = []
        async with _reading(self.spec, stage, cursors) as batches:
            async for batch in batches:
                cursors[batch.partition] = batch.cursor
                found.append(batch)
                if len(found) == most:
                    break
        return found

    def _seen(self, batches: Sequence[Batch]) -> Counter[bytes]:
        return Counter(self.identity(record) for batch in batches for record in batch.records)

    def _complete(self, batches: Sequence[Batch], stage: SourceStage) -> None:
        seen = self._seen(batches)
        if self.may_repeat:
            assert set(seen) == set(stage.expected)
        else:
            assert seen == stage.expected


@asynccontextmanager
async def _reading(
    spec: Any, stage: SourceStage, cursors: dict[Partition, Cursor]
) -> AsyncGenerator[AsyncGenerator[Batch, None], None]:
    async with spec.open(stage.settings, stage.context) as source, aclosing(source.read(dict(cursors))) as batches:
        yield batches
