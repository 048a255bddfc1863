"""Two forwarders share the partitions of a hub by checkpoints in Azurite, Microsoft's own storage stand-in."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from siemcast.api import Cursor, Partition
from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast.testing.fakes import FakeContext
from siemcast_defender.streaming import hub
from siemcast_defender.streaming.config import StreamingSettings
from siemcast_defender.streaming.source import open_source
from siemcast_lab.eventhub import EventHubLab, eventhub_lab

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the SDK forgets the sockets of broken connections
]
HUB = "insights"
CONTAINER = "checkpoints"
AZURITE = Path(__file__).parents[2] / ".real" / "node_modules" / ".bin" / "azurite-blob"
# Azurite's own, the same for everybody
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@pytest.fixture(autouse=True)
def _azurite_is_there() -> Iterator[None]:
    if not AZURITE.exists():
        reason = "Azurite is absent: run .ci/real-parts"
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
    yield
    gc.collect()


@asynccontextmanager
async def _azurite(folder: Path) -> AsyncGenerator[str, None]:
    """Run Azurite with an empty container and give its connection string."""
    from azure.storage.blob.aio import ContainerClient  # noqa: PLC0415 - heavy, and only for tests that run

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ("--blobHost", "127.0.0.1", "--blobPort", str(port))
    how = ("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent")
    process = await asyncio.create_subprocess_exec(str(AZURITE), *where, *how, cwd=folder)
    account = f"AccountName=devstoreaccount1;AccountKey={KEY}"
    endpoint = f"http://127.0.0.1:{port}/devstoreaccount1"
    text = f"DefaultEndpointsProtocol=http;{account};BlobEndpoint={endpoint};"
    try:
        async with asyncio.timeout(30):
            while not await _listens(port):
                assert process.returncode is None, "Azurite ended at once"
                await asyncio.sleep(0.1)
        async with ContainerClient.from_connection_string(text, CONTAINER) as container:
            await container.create_container()
        yield text
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        return True
    return False


class Machine(FakeContext):
    """A context whose sleep takes its time, as several machines share one here."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 1.0))


@dataclass
class Forwarder:
    """Stands for a machine: its journal's records and cursors survive its death."""

    lab: EventHubLab
    storage: str
    until_drained: bool = False
    records: list[int] = field(default_factory=list)
    cursors: dict[Partition, Cursor] = field(default_factory=dict)
    partitions: set[Partition] = field(default_factory=set)

    def settings(self, container: str = CONTAINER) -> StreamingSettings:
        blob = {"connection_string": self.storage, "container": container}
        shared = {"blob": blob, "balance": "1s", "expire": "4s"}
        way = {"connection_string": self.lab.connection_string, "hubs": [HUB], "checkpoints": shared}
        return StreamingSettings.model_validate({"kind": "defender.streaming", **way})

    async def run(self) -> None:
        """Read until cancelled or drained, through every transient error, as the engine does."""
        context = Machine(until_drained=self.until_drained)
        async with open_source(self.settings(), context) as source:
            ended = False
            while not ended:
                with suppress(Transient):
                    async with aclosing(source.read(dict(self.cursors))) as reading:
                        async for batch in reading:
                            self.records += [json.loads(record)["n"] for record in batch.records]
                            self.cursors[batch.partition] = batch.cursor
                            if batch.records:
                                self.partitions.add(batch.partition)
                    ended = True


def _fill(lab: EventHubLab, first: int, messages: int) -> set[int]:
    for n in range(first, first + messages):
        lab.publish(HUB, n % 4, json.dumps({"records": [{"n": n * 20 + k} for k in range(20)]}).encode())
    return set(range(first * 20, (first + messages) * 20))


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is waited for happens inside the SDK and tells nobody
            await asyncio.sleep(0.05)


def test_two_share_the_partitions_and_the_survivor_takes_over_from_the_dead(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 4}) as lab:
            wanted = _fill(lab, 0, 100)
            one, two = Forwarder(lab, storage), Forwarder(lab, storage)
            running = [asyncio.create_task(one.run())]
            await _until(lambda: len(one.partitions) == 4)
            running.append(asyncio.create_task(two.run()))
            count = 100
            async with asyncio.timeout(60):
                while len(two.partitions) < 2:
                    wanted |= _fill(lab, count, 4)
                    count += 4
                    await asyncio.sleep(0.5)
            await _until(lambda: wanted <= {*one.records, *two.records})
            running[1].cancel()
            await asyncio.gather(running[1], return_exceptions=True)
            before = set(one.records)
            new = _fill(lab, count, 100)
            await _until(lambda: new <= {*one.records})
            assert wanted | new <= {*before, *one.records, *two.records}
            running[0].cancel()
            await asyncio.gather(running[0], return_exceptions=True)

    asyncio.run(scenario())


def test_a_restarted_machine_goes_on_after_the_checkpoints_even_without_its_journal(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 4}) as lab:
            first = _fill(lab, 0, 200)
            old = Forwarder(lab, storage, until_drained=True)
            await asyncio.wait_for(old.run(), 60)
            assert sorted(old.records) == sorted(first)
            second = _fill(lab, 200, 40)
            new = Forwarder(lab, storage, until_drained=True)
            await asyncio.wait_for(new.run(), 60)
            assert sorted(new.records) == sorted(second)

    asyncio.run(scenario())


def test_a_cursor_ahead_of_the_checkpoint_counts(tmp_path: Path) -> None:
    """A machine that died after the journal had a batch, and before its checkpoint was written, reads nothing again."""

    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 4}) as lab:
            first = _fill(lab, 0, 40)
            journal = Forwarder(lab, storage, until_drained=True)
            await asyncio.wait_for(journal.run(), 60)
        async with _azurite(tmp_path) as emptied, eventhub_lab({HUB: 4}) as lab:
            assert _fill(lab, 0, 40) == first
            second = _fill(lab, 40, 8)
            again = Forwarder(lab, emptied, until_drained=True, cursors=journal.cursors)
            await asyncio.wait_for(again.run(), 60)
            assert sorted(again.records) == sorted(second)

    asyncio.run(scenario())


def test_a_partition_that_is_added_meanwhile_is_read_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_AGAIN", 0.5)

    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 4}) as lab:
            wanted = _fill(lab, 0, 40)
            one = Forwarder(lab, storage)
            running = asyncio.create_task(one.run())
            await _until(lambda: wanted <= set(one.records))
            lab.grow(HUB, 5)
            lab.publish(HUB, 4, json.dumps({"records": [{"n": 10_000 + k} for k in range(20)]}).encode())
            await _until(lambda: set(range(10_000, 10_020)) <= set(one.records))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert {*one.records} == wanted | {*range(10_000, 10_020)}

    asyncio.run(scenario())


def test_a_partition_that_cannot_be_read_is_told_and_not_kept_in_silence(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 1}) as lab:
            settings = Forwarder(lab, storage).settings().model_copy(update={"consumer_group": "absent"})
            async with (
                open_source(settings, Machine(until_drained=False)) as source,
                aclosing(source.read({})) as reading,
                asyncio.timeout(60),
            ):
                with pytest.raises(Transient, match="no such hub or consumer group"):
                    await anext(reading)

    asyncio.run(scenario())


def test_a_missing_container_or_a_wrong_key_is_said_plainly(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _azurite(tmp_path) as storage, eventhub_lab({HUB: 1}) as lab:
            machine = Forwarder(lab, storage)
            wrong = Forwarder(lab, storage.replace(KEY[:8], "AAAAAAAA"))
            refusals: list[DeliveryError] = []
            for settings in (machine.settings("absent"), wrong.settings()):
                async with open_source(settings, FakeContext()) as source:
                    with pytest.raises(DeliveryError) as caught:
                        await source.check()
                refusals.append(caught.value)
            assert "container does not exist" in str(refusals[0])
            assert isinstance(refusals[1], AuthRefused)
            async with open_source(machine.settings(), FakeContext()) as source:
                await source.check()

    asyncio.run(scenario())
