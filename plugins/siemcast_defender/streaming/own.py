"""Reads a hub alone: every partition by a task of its own, so that a slow or failing one holds back only itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from siemcast.errors import DeliveryError, Transient
from siemcast_defender.streaming.hub import BUFFERED, PREFETCH, HubReader, receiving
from siemcast_defender.streaming.intake import Intake
from siemcast_defender.streaming.position import Extent, drained

if TYPE_CHECKING:
    from azure.eventhub import EventData

_QUIET = 10.0
"""Seconds without a message after which the SDK says so."""


class OwnHub(HubReader):
    """A hub whose partitions are all read by this machine, from the journal's cursors."""

    async def run(self) -> None:
        """Read until cancelled or, when it shall end, drained."""
        while True:
            try:
                ids = await self.ids()
                break
            except DeliveryError as error:
                await self.desk.recover(self.part, error)
        self.desk.health.forget(self.part)  # from here on, each partition speaks for itself
        readers = [PartitionReader(self, id_) for id_ in ids]
        async with asyncio.TaskGroup() as group:
            for reader in readers:
                group.create_task(reader.run())
            if not self.desk.context.until_drained:
                await self._look_again(set(ids), group)

    async def _look_again(self, known: set[str], group: asyncio.TaskGroup) -> NoReturn:
        """Read partitions that the hub is given meanwhile, from their beginning."""
        while True:
            for id_ in await self.added(known):
                known.add(id_)
                group.create_task(PartitionReader(self, id_, added=True).run())


class PartitionReader:
    """Reads one partition, and tries again for as long as it is asked to."""

    def __init__(self, hub: HubReader, id_: str, *, added: bool = False) -> None:
        """Make a reader, maybe of a partition that was added while others were read: all that it holds is new."""
        self._added = added
        self._hub = hub
        self._id = id_
        self._part = hub.part_of(id_)
        self._until_drained = hub.desk.context.until_drained
        self._intake: Intake | None = None
        self._target: Extent | None = None
        hub.desk.health.expect(self._part)

    async def run(self) -> None:
        """Read until cancelled or, when it shall end, drained."""
        while True:
            try:
                await self._attempt()
                break
            except DeliveryError as error:
                await self._hub.desk.recover(self._part, error)
        self._hub.desk.health.forget(self._part)

    async def _attempt(self) -> None:
        extent = await self._hub.extent(self._id)
        if self._intake is None:
            self._intake = self._hub.begin(self._id, extent, added=self._added)
            self._target = extent
        self._hub.place(self._intake, extent)
        self._hub.desk.wake.set()
        if not self._drained(self._intake, self._target):
            await self._hub.probe(self._id, self._intake.position)
            await self._receive(self._intake)

    def _drained(self, intake: Intake, target: Extent | None) -> bool:
        return self._until_drained and target is not None and drained(intake.position, target)

    async def _receive(self, intake: Intake) -> None:
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def on_events(_: object, events: Sequence[EventData]) -> None:
            await self._hub.take_in(intake, self._id, events, lambda: not ended.done())
            target = self._target
            if self._until_drained and not events:
                target = await self._hub.extent(self._id)  # retention may have taken the last ones
            if not ended.done() and self._drained(intake, target):
                ended.set_result(None)

        async def on_error(_: object, error: Exception) -> None:
            if not ended.done():
                ended.set_exception(self._hub.verdict(error, self._part))

        receive = asyncio.create_task(
            self._hub.client.receive_batch(
                on_events,
                partition_id=self._id,
                on_error=on_error,
                owner_level=0,
                prefetch=PREFETCH,
                max_batch_size=BUFFERED,
                max_wait_time=1.0 if self._until_drained else _QUIET,
                **receiving(intake.position),
            )
        )
        try:
            await self._watch(receive, ended, intake)
            if not ended.done():
                await receive
                raise Transient(f"{self._part}: the SDK ended reading unasked")
            await ended
        finally:
            await self._stop(receive, ended, intake)

    async def _watch(self, receive: asyncio.Task[None], ended: asyncio.Future[None], intake: Intake) -> None:
        """Return when reading ends. Raises Transient when the SDK falls silent: it hides that it cannot connect."""
        limit = _QUIET + self._hub.desk.settings.timeout.total_seconds()
        while True:
            intake.heard = False
            done, _ = await asyncio.wait([receive, ended], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if done:
                return
            if not intake.heard and not intake.full:
                raise Transient(f"{self._part}: the SDK has said nothing for {limit:g} s, though messages may wait")

    @staticmethod
    async def _stop(receive: asyncio.Task[None], ended: asyncio.Future[None], intake: Intake) -> None:
        ended.cancel()
        receive.cancel()
        intake.nudge()  # a callback that waits for room sees that it is no longer wanted
        await asyncio.gather(receive, return_exceptions=True)
