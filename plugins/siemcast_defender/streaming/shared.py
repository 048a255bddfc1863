"""Reads a hub together with other machines: who reads a partition, and from where on, is kept in a storage container.

The checkpoint in the container is the truth. It is written when the journal holds a batch, so it may be behind the own
cursor (this machine died in between) and then the cursor counts; it is ahead where another machine has read meanwhile.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from siemcast.api import Batch
from siemcast.errors import DeliveryError
from siemcast_defender.streaming.checkpoints import Checkpoints, azure_error
from siemcast_defender.streaming.client import open_client
from siemcast_defender.streaming.hub import BUFFERED, PREFETCH, Desk, HubReader, receiving
from siemcast_defender.streaming.intake import Intake
from siemcast_defender.streaming.position import Extent, Position, drained, later, read_cursor
from siemcast_defender.streaming.reply import store_verdict

if TYPE_CHECKING:
    from azure.eventhub import EventData
    from azure.eventhub.aio import CheckpointStore, EventHubConsumerClient, PartitionContext

_QUIET = 5.0
"""Seconds without a message after which the SDK says so."""


class SharedHub(HubReader):
    """A hub whose partitions the SDK's processor balances between machines."""

    def __init__(
        self, desk: Desk, name: str, client: EventHubConsumerClient, checkpoints: Checkpoints, balance: float
    ) -> None:
        super().__init__(desk, name, client)
        self._checkpoints = checkpoints
        self._intakes: dict[str, Intake] = {}
        self._owned: dict[str, object] = {}
        """Partitions that this machine reads now, each with a token of this ownership."""
        self._targets: dict[str, Extent] = {}
        self._starts: dict[str, Position] = {}
        """Where partitions begin that have no checkpoint yet."""
        self._balance = balance

    @classmethod
    async def open(
        cls, desk: Desk, name: str, store: CheckpointStore, balance: timedelta, stack: AsyncExitStack
    ) -> SharedHub:
        """Make the hub's reader; `stack` closes its client."""
        part = f"hub {name}"
        well = functools.partial(desk.health.forget, part)
        checkpoints = Checkpoints(store, (desk.host, name, desk.settings.consumer_group), well)
        client = open_client(desk.settings, desk.context, name, checkpoints)
        return cls(desk, name, await stack.enter_async_context(client), checkpoints, balance.total_seconds())

    async def settle(self, batch: Batch) -> None:
        """Write the checkpoint of a batch that the journal holds, if the partition is still this machine's."""
        id_, position = batch.partition.rpartition("/")[2], read_cursor(batch.cursor)
        written = self._checkpoints.own.get(id_)
        self._checkpoints.own[id_] = position
        if id_ not in self._owned or position == written or position.sequence < 0:
            return
        try:
            await self._checkpoints.write(id_, position)
        except azure_error() as error:
            raise store_verdict(error, self.part_of(id_)) from error

    async def run(self) -> None:
        """Take part until cancelled or, when it shall end, everything is drained by whichever machine."""
        while True:
            try:
                await self._attempt()
                if self.desk.context.until_drained:
                    break
            except DeliveryError as error:
                await self.desk.recover(self.part, error)
        self.desk.health.forget(self.part)

    async def _attempt(self) -> None:
        """Take part until drained, or until there are more partitions: the SDK asks for them but once."""
        before = len(self._starts)
        for id_ in await self.ids():
            extent = await self.extent(id_)
            self._targets.setdefault(id_, extent)
            self.desk.health.forget(self.part_of(id_))  # another machine may read it well by now
            stored = self.stored(id_)
            if stored is not None:
                self._checkpoints.own.setdefault(id_, stored)
            self._starts.setdefault(id_, self.start(id_, extent, added=bool(before)))
        self.desk.health.forget(self.part)  # from here on, each partition speaks for itself
        self._checkpoints.starts.update(self._starts)
        await self._receive()

    async def _receive(self) -> None:
        options = {id_: receiving(position) for id_, position in self._starts.items()}
        receive = asyncio.create_task(
            self.client.receive_batch(
                self._on_events,
                on_error=self._on_error,
                on_partition_initialize=self._on_begin,
                on_partition_close=self._on_close,
                prefetch=PREFETCH,
                max_batch_size=BUFFERED,
                max_wait_time=1.0 if self.desk.context.until_drained else _QUIET,
                starting_position={id_: option["starting_position"] for id_, option in options.items()},
                starting_position_inclusive={id_: o["starting_position_inclusive"] for id_, o in options.items()},
            )
        )
        watch = asyncio.create_task(self._until_ended())
        try:
            done, _ = await asyncio.wait([receive, watch], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task
        finally:
            self._owned.clear()
            for intake in self._intakes.values():
                intake.begin(intake.handed)
            for task in (receive, watch):
                task.cancel()
            await asyncio.gather(receive, watch, return_exceptions=True)

    # what the SDK's processor calls

    async def _on_begin(self, partition: PartitionContext) -> None:
        id_ = partition.partition_id
        start = self._checkpoints.starts[id_]
        try:
            await self.probe(id_, start)
        except DeliveryError as why:
            self._note(self.part_of(id_), why)
            raise asyncio.CancelledError from why  # the processor ignores all else, and keeps what it cannot read
        if id_ not in self._intakes:
            self._intakes[id_] = self.intake(id_, start)
        self._intakes[id_].begin(start)
        self._owned[id_] = object()
        self.desk.context.log.info("partition_taken", partition=self.partition(id_), sequence=start.sequence)

    async def _on_close(self, partition: PartitionContext, _: object) -> None:
        """Forget what the journal does not hold: whoever reads the partition next begins before it."""
        id_ = partition.partition_id
        if self._owned.pop(id_, None) is not None:
            self._intakes[id_].begin(self._intakes[id_].handed)
            self.desk.context.log.info("partition_given_up", partition=self.partition(id_))
        if not self.desk.health.failing(self.part_of(id_)):
            self.desk.health.forget(self.part_of(id_))

    async def _on_events(self, partition: PartitionContext, events: Sequence[EventData]) -> None:
        id_ = partition.partition_id
        token = self._owned.get(id_)
        if token is not None:
            await self.take_in(self._intakes[id_], id_, events, lambda: self._owned.get(id_) is token)

    async def _on_error(self, partition: PartitionContext | None, error: Exception) -> None:
        """Note trouble; the processor itself tries again."""
        part = self.part if partition is None else self.part_of(partition.partition_id)
        why = store_verdict(error, part) if isinstance(error, azure_error()) else self.verdict(error, part)
        if partition is not None and "another reader" in why.message:
            return  # machines take partitions from each other to share them fairly
        self._note(part, why)

    def _note(self, part: str, why: DeliveryError) -> None:
        count = self.desk.health.failed(part, why)
        self.desk.context.log.warning("reading_interrupted", part=part, error=str(why), failures=count)
        self.desk.wake.set()

    async def _until_ended(self) -> None:
        if self.desk.context.until_drained:
            await self._until_drained()
        else:
            await self.added(self._starts)

    async def _until_drained(self) -> None:
        """Return once every partition is read as far as it went at the start, by this machine or another."""
        while True:
            try:
                found = await self._checkpoints.positions()
            except azure_error() as error:
                raise store_verdict(error, self.part) from error
            if all(self._drained(id_, found.get(id_)) for id_ in self._targets):
                return
            await self.desk.context.sleep(self._balance)

    def _drained(self, id_: str, checkpoint: Position | None) -> bool:
        position = self._starts[id_]
        for other in (checkpoint, self._checkpoints.own.get(id_)):
            position = later(position, other) if other else position
        return drained(position, self._targets[id_])
