"""What the scenarios of defender.streaming share: a reader that keeps cursors as the journal does, and messages."""

from __future__ import annotations

import asyncio
import gc
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest

from siemcast.api import Batch, Cursor, Partition
from siemcast.errors import DeliveryError
from siemcast.testing.fakes import FakeContext
from siemcast_defender.streaming.config import StreamingSettings
from siemcast_defender.streaming.source import open_source
from siemcast_lab.certificates import Certificates, make_certificates

HUB = "insights-logs-advancedhunting"


@dataclass
class Forwarder:
    """Stands for engine and journal: keeps records and cursors together, and reads on from them after any end."""

    settings: StreamingSettings
    context: FakeContext = field(default_factory=FakeContext)
    records: list[bytes] = field(default_factory=list)
    cursors: dict[Partition, Cursor] = field(default_factory=dict)
    errors: list[DeliveryError] = field(default_factory=list)
    batches: int = 0

    async def read(self, until: Callable[[Batch], bool] = lambda _: False, *, retry: bool = False) -> None:
        """Read until drained, or until the last batch wanted; with `retry` through every error, as the engine does."""
        async with open_source(self.settings, self.context) as source:
            going_on = True
            while going_on:
                try:
                    going_on = False
                    async with aclosing(source.read(self.cursors)) as reading:
                        async for batch in reading:
                            self.append(batch)
                            if until(batch):
                                break
                except DeliveryError as error:
                    self.errors.append(error)
                    going_on = retry
                    if not retry:
                        raise

    async def check(self) -> None:
        async with open_source(self.settings, self.context) as source:
            await source.check()

    def append(self, batch: Batch) -> None:
        self.batches += 1
        self.records.extend(batch.records)
        self.cursors[batch.partition] = batch.cursor

    def numbers(self) -> Counter[int]:
        return Counter(json.loads(record)["n"] for record in self.records)

    def logged(self, event: str) -> list[Mapping[str, Any]]:
        return [facts for _, name, facts in self.context.log.entries if name == event]


def _message(first: int, count: int = 20, table: str = "DeviceProcessEvents") -> bytes:
    category = f"AdvancedHunting-{table}"
    records = [{"category": category, "n": n, "properties": {"FileName": "a.exe"}} for n in range(first, first + count)]
    return json.dumps({"records": records}).encode()


@pytest.fixture
def message() -> Callable[..., bytes]:
    """Make a message as Defender sends it, of records numbered from `first` on."""
    return _message


@pytest.fixture(autouse=True)
def _collect_what_the_sdk_forgot() -> Iterator[None]:
    """Have the unclosed sockets of broken connections, which the SDK forgets, found while the test ignores them."""
    yield
    gc.collect()


@pytest.fixture
def forwarder() -> Callable[..., Forwarder]:
    """Make a forwarder from settings as users write them."""

    def make(connection_string: str | None, *, context: FakeContext | None = None, **more: Any) -> Forwarder:
        values = {"kind": "defender.streaming", "hubs": [HUB], **more}
        if connection_string is not None:
            values["connection_string"] = connection_string
        return Forwarder(StreamingSettings.model_validate(values), context or FakeContext())

    return make


@pytest.fixture
def settled() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Wait until a condition holds."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - what is waited for happens inside the SDK and tells nobody
                await asyncio.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of an authority that signed none of the others."""
    return make_certificates(tmp_path_factory.mktemp("foreign"))
