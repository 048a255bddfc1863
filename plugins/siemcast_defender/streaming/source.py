"""The source: opens hubs, and yields their partitions' batches in turn."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast_defender.streaming.checkpoints import check_store, open_store
from siemcast_defender.streaming.client import host_of, open_client, quiet
from siemcast_defender.streaming.config import BlobCheckpoints, StreamingSettings
from siemcast_defender.streaming.hub import Desk, HubReader
from siemcast_defender.streaming.intake import Intake
from siemcast_defender.streaming.own import OwnHub
from siemcast_defender.streaming.shared import SharedHub

if TYPE_CHECKING:
    from azure.eventhub.extensions.checkpointstoreblobaio import BlobCheckpointStore

_SIGN_OF_LIFE = 10.0


@asynccontextmanager
async def open_source(settings: StreamingSettings, context: Context) -> AsyncGenerator[StreamingSource, None]:
    """Open the source. Raises ConfigError for a connection string that can not be right."""
    quiet()
    host_of(settings)
    yield StreamingSource(settings, context)


class StreamingSource:
    """All partitions of all hubs."""

    def __init__(self, settings: StreamingSettings, context: Context) -> None:
        self._settings = settings
        self._context = context

    async def check(self) -> None:
        """Ask each hub for its partitions, and the checkpoints' container for its content."""
        async with AsyncExitStack() as stack:
            desk = Desk(self._settings, self._context, host_of(self._settings), {})
            for name in self._settings.hubs:
                client = await stack.enter_async_context(open_client(self._settings, self._context, name))
                hub = HubReader(desk, name, client)
                await hub.extent((await hub.ids())[0])
            if isinstance(self._settings.checkpoints, BlobCheckpoints):
                store = open_store(self._settings.checkpoints, self._context, self._settings.tenant)
                await check_store(await stack.enter_async_context(store), desk.host, self._settings)

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        """Yield batches of all partitions in turn, as they come."""
        async with AsyncExitStack() as stack:
            reading = Reading(Desk(self._settings, self._context, host_of(self._settings), resume))
            await reading.start(stack)
            while True:
                batch = reading.next()
                if batch is not None:
                    yield batch
                    await reading.settle(batch)
                elif reading.ended():
                    return
                else:
                    await reading.more()


class Reading:
    """One `read`: its hubs, their tasks, and the turn among partitions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._hubs: dict[str, HubReader] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._turn: deque[Intake] = deque()
        self._last = desk.context.elapsed()

    async def start(self, stack: AsyncExitStack) -> None:
        """Begin to read every hub; `stack` closes what is opened."""
        settings, context = self._desk.settings, self._desk.context
        checkpoints = settings.checkpoints
        store: BlobCheckpointStore | None = None
        if isinstance(checkpoints, BlobCheckpoints):
            store = await stack.enter_async_context(open_store(checkpoints, context, settings.tenant))
        for name in settings.hubs:
            hub: OwnHub | SharedHub
            if store is None or not isinstance(checkpoints, BlobCheckpoints):
                hub = OwnHub(self._desk, name, await stack.enter_async_context(open_client(settings, context, name)))
            else:
                hub = await SharedHub.open(self._desk, name, store, checkpoints.balance, stack)
            self._hubs[name] = hub
            stack.push_async_callback(self.stop)  # tasks end before their clients are closed
            task = asyncio.create_task(hub.run())
            task.add_done_callback(lambda _: self._desk.wake.set())
            self._tasks.append(task)

    def next(self) -> Batch | None:
        """Give the next batch, or a sign of life. Raises what the engine should hear of, and bugs."""
        self._desk.wake.clear()
        for task in self._tasks:
            if task.done():
                task.result()
        verdict = self._desk.health.verdict()
        if verdict:
            raise verdict
        self._turn.extend(self._desk.intakes[len(self._turn) :])
        batch = self._batch()
        if batch is not None:
            self._last = self._desk.context.elapsed()
        return batch

    def _batch(self) -> Batch | None:
        for _ in range(len(self._turn)):
            self._turn.rotate(-1)
            batch = self._turn[0].hand_over()
            if batch is not None:
                return batch
        quiet_for = self._desk.context.elapsed() - self._last
        for intake in self._turn:
            if intake.fresh or quiet_for >= _SIGN_OF_LIFE:
                batch = intake.sign_of_life()
                if batch is not None:
                    return batch
        return None

    async def settle(self, batch: Batch) -> None:
        """Pass on that the engine came back for more, so that the journal holds the batch."""
        await self._hubs[batch.partition.rpartition("/")[0]].settle(batch)

    def ended(self) -> bool:
        """Say whether every hub is drained and nothing waits."""
        return all(task.done() for task in self._tasks) and not any(intake.waiting for intake in self._turn)

    async def more(self) -> None:
        """Wait until there may be something to do."""
        await self._desk.wake.wait()

    async def stop(self) -> None:
        """End all tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
