"""What reading a hub means, whoever owns its partitions: asking, placing, taking messages in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.errors import DeliveryError
from siemcast_defender.streaming.config import StreamingSettings
from siemcast_defender.streaming.health import Health
from siemcast_defender.streaming.intake import Intake, Message, report_loss
from siemcast_defender.streaming.parse import table_filter
from siemcast_defender.streaming.position import (
    BEGINNING,
    Extent,
    Position,
    first_position,
    made_anew,
    read_cursor,
    read_extent,
)
from siemcast_defender.streaming.reply import verdict

if TYPE_CHECKING:
    from azure.eventhub import EventData
    from azure.eventhub.aio import EventHubConsumerClient

PREFETCH = 100
"""Messages that the SDK asks for at a time, for each partition: about 2,000 a second, far above a partition's quota."""
BUFFERED = 20
"""Messages at which the SDK reads on; with PREFETCH it bounds what lies in memory while siemcast is held back."""
LOOK_AGAIN = 120.0
"""Seconds between two looks at which partitions there are: a namespace's owner may add some."""
_LONGEST_WAIT = 60.0


@dataclass(slots=True)
class Desk:
    """What all hubs of one `read` share."""

    settings: StreamingSettings
    context: Context
    host: str
    resume: Mapping[Partition, Cursor]
    health: Health = field(init=False)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    intakes: list[Intake] = field(default_factory=list)
    passes: Callable[[bytes], bool] | None = None
    read_before: frozenset[str] = field(init=False)
    """Hubs that were read before this `read`."""

    def __post_init__(self) -> None:
        self.read_before = frozenset(partition.rpartition("/")[0] for partition in self.resume)
        self.health = Health(self.context.ailing)
        if self.settings.tables:
            self.passes = table_filter(self.settings.tables)

    async def recover(self, part: str, error: DeliveryError) -> None:
        """Note a failure of a part, and wait as long as fits how often it failed."""
        count = self.health.failed(part, error)
        self.context.log.warning("reading_interrupted", part=part, error=str(error), failures=count)
        self.wake.set()
        await self.context.sleep(min(_LONGEST_WAIT, 2.0 ** (count - 1)) * self.context.random.uniform(0.5, 1.0))


class HubReader:
    """Base of both ways to read a hub."""

    def __init__(self, desk: Desk, name: str, client: EventHubConsumerClient) -> None:
        self.desk = desk
        self.name = name
        self.client = client
        self.part = f"hub {name}"
        desk.health.expect(self.part)

    async def settle(self, batch: Batch) -> None:
        """Hear that the journal has taken a batch over."""

    def partition(self, id_: str) -> Partition:
        return Partition(f"{self.name}/{id_}")

    def part_of(self, id_: str) -> str:
        return f"{self.part}, partition {id_}"

    async def ids(self) -> Sequence[str]:
        """Ask for the hub's partitions. Raises DeliveryError."""
        return [str(id_) for id_ in await self._ask(self.client.get_partition_ids, self.part)]

    async def added(self, known: Collection[str]) -> Sequence[str]:
        """Wait until the hub has partitions beside those `known`, and give them."""
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            with suppress(DeliveryError):  # the partitions tell of it
                if added := sorted({*await self.ids()}.difference(known)):
                    self.desk.context.log.info("partitions_added", hub=self.name, partitions=added)
                    return added

    async def extent(self, id_: str) -> Extent:
        """Ask what a partition holds. Raises DeliveryError."""
        return read_extent(await self._ask(lambda: self.client.get_partition_properties(id_), self.part_of(id_)))

    async def probe(self, id_: str, position: Position) -> None:
        """Open a receiver once and close it. Raises DeliveryError.

        The SDK keeps quiet for ever about a receiver that it is refused (a missing right or consumer group, an owner
        of a higher level): it tries again without a word. So it is asked for one here, in its private way, as it has
        no other.
        """
        positioned = receiving(position)
        consumer = self.client._create_consumer(  # noqa: SLF001 - as said above
            self.desk.settings.consumer_group,
            id_,
            positioned["starting_position"],
            _ignore,
            event_position_inclusive=positioned["starting_position_inclusive"],
            owner_level=0,
            prefetch=1,
        )
        try:
            async with asyncio.timeout(self.desk.settings.timeout.total_seconds()):
                await consumer._open()  # noqa: SLF001 - as above
        except Exception as error:  # the classes of the SDK's AMQP errors are private
            raise self.verdict(error, self.part_of(id_)) from error
        finally:
            await consumer.close()

    def verdict(self, error: BaseException, part: str) -> DeliveryError:
        return verdict(error, part, self.desk.host)

    def stored(self, id_: str) -> Position | None:
        """Give where the journal's cursor stands. Raises Permanent for a cursor of somebody else's."""
        cursor = self.desk.resume.get(self.partition(id_))
        return read_cursor(cursor) if cursor is not None else None

    def intake(self, id_: str, position: Position) -> Intake:
        """Make the partition's intake."""
        intake = Intake(self.partition(id_), position, self.desk.passes)
        self.desk.intakes.append(intake)
        return intake

    def begin(self, id_: str, extent: Extent, *, added: bool) -> Intake:
        """Make a partition's intake at its cursor, or where one begins that was never read.

        All is new in one that was `added` to a hub while that was read, or since.
        """
        return self.intake(id_, self.start(id_, extent, added=added))

    def start(self, id_: str, extent: Extent, *, added: bool) -> Position:
        """Give where a partition is begun, as `begin` does."""
        if (stored := self.stored(id_)) is not None:
            return stored
        added = added or self.name in self.desk.read_before
        return BEGINNING if added else first_position(self.desk.settings.start, extent)

    def place(self, intake: Intake, extent: Extent) -> None:
        """Compare a position with what the partition holds now: messages may be gone, or the whole hub."""
        if made_anew(intake.position, extent):
            facts = {"sequence": intake.position.sequence, "newest": extent.last}
            self.desk.context.log.error(
                "hub_made_anew", partition=intake.partition, **facts, hint="read from its start"
            )
            intake.move(BEGINNING)
        elif 0 <= intake.position.sequence < extent.first - 1:
            report_loss(self.desk.context.log, intake, extent.first, "retention")
            intake.move(Position(BEGINNING.offset, extent.first - 1))

    async def take_in(self, intake: Intake, id_: str, events: Sequence[EventData], current: Callable[[], bool]) -> None:
        """Take messages in as there is room for them, while `current` says that they are still wanted."""
        self.desk.health.well(self.part_of(id_))
        intake.alive = intake.heard = True
        for event in events:
            intake.alive = False
            await intake.room()
            intake.heard = True
            if not current():
                return
            message = Message(event.sequence_number or 0, event.offset or "", _body(event))
            if intake.take_in(message, self.desk.context.log):
                self.desk.wake.set()
        self.desk.wake.set()

    async def _ask(self, call: Callable[[], Any], part: str) -> Any:
        from azure.eventhub.exceptions import EventHubError  # noqa: PLC0415 - heavy, only needed when a source runs

        try:
            async with asyncio.timeout(self.desk.settings.timeout.total_seconds()):
                return await call()
        except (EventHubError, DeliveryError, OSError) as error:  # TimeoutError is an OSError
            raise self.verdict(error, part) from error


def receiving(position: Position) -> dict[str, Any]:
    """Give the SDK's options for going on after a position."""
    if position.since is not None and position.sequence < 0:
        return {"starting_position": position.since, "starting_position_inclusive": True}
    return {"starting_position": position.offset, "starting_position_inclusive": False}


async def _ignore(_: object, __: object = None) -> None:
    """Take no event from a receiver that is only opened."""


def _body(event: EventData) -> bytes:
    """Give a message's bytes, which come in one or several data sections; other kinds of body as text."""
    body = event.body
    if isinstance(body, bytes):
        return body
    if isinstance(body, Iterator):
        return b"".join(body)
    return event.body_as_str().encode()
