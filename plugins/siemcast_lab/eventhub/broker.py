"""What Event Hubs does with links: tokens, management, publishing, and reading with consumer groups and epochs."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from siemcast_lab.eventhub.codec import Array, Described, Timestamp
from siemcast_lab.eventhub.connection import Connection
from siemcast_lab.eventhub.links import Link, Refused, Replies
from siemcast_lab.eventhub.store import Hub, Partition
from siemcast_lab.eventhub.tokens import Tokens, entity
from siemcast_lab.eventhub.wire import Request, partition_key, reply, request, split_batch

_ADDRESS = re.compile(r"([^/]+)(?:/ConsumerGroups/([^/]+))?(?:/Partitions/([^/]+))?", re.IGNORECASE)
_SELECTOR = re.compile(r"amqp\.annotation\.x-opt-(sequence-number|offset|enqueued-time)\s*(>=|>)\s*'([^']*)'")
_EPOCH = "com.microsoft:epoch"
_MAX_READERS = 5
"""Readers without an epoch that a partition takes per consumer group, as the service does."""


@dataclass(slots=True, eq=False)
class Reader:
    """A client's reading position in a partition."""

    link: Link
    partition: Partition
    group: str
    epoch: int | None
    next: int

    def take(self) -> bytes | None:
        """Give the next message; what retention took meanwhile is passed over, as the service does."""
        self.next = max(self.next, self.partition.first)
        if self.next >= self.partition.next:
            return None
        raw = self.partition.message(self.next)
        self.next += 1
        return raw


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where a client's messages go; without a partition, by key or in turn."""

    hub: Hub
    partition: Partition | None


class Broker:
    """Holds the hubs and answers every connection."""

    def __init__(self, hubs: Iterable[Hub], tokens: Tokens, now_ms: Callable[[], int]) -> None:
        self.hubs = {hub.name.lower(): hub for hub in hubs}
        self.connections: set[Connection] = set()
        self.readers: dict[Link, Reader] = {}
        self.counts: Counter[str] = Counter()
        self.rejections: deque[Refused] = deque()
        """Refusals for the next messages that clients publish."""
        self.thawed = asyncio.Event()
        """Cleared, nothing is sent any more: what a network that swallows packets looks like."""
        self.thawed.set()
        self._tokens = tokens
        self._now_ms = now_ms
        self._publishers: dict[Link, Publisher] = {}

    def publish(self, hub: Hub, partition: Partition | None, raw: bytes) -> None:
        """Keep one message and hand it to who reads there."""
        place = partition or hub.choose(partition_key(raw))
        place.append(raw, self._now_ms())
        self.counts["published"] += 1
        for reader in self.readers.values():
            if reader.partition is place:
                reader.link.session.connection.wake()

    def steal(self, reader: Reader, why: Refused) -> None:
        """Take a reader's link away."""
        self.readers.pop(reader.link, None)
        reader.link.session.connection.close_link(reader.link, why)

    # what connections ask

    def attach(self, link: Link) -> None:
        """Take up a link. Raises Refused."""
        self.counts["attached"] += 1
        link.address = re.sub(r"^[a-z]+://[^/]+/", "", link.address)
        if link.address == "$cbs" or link.address.endswith("$management"):
            link.supply = Replies() if link.to_peer else None
            return
        hub, group, partition = self._resolve(link)
        if not {hub.name.lower(), ""} & link.session.connection.entities:
            claim = "Listen" if link.to_peer else "Send"
            raise Refused("amqp:unauthorized-access", f"Unauthorized access. '{claim}' claim(s) are required")
        if not link.to_peer:
            self._publishers[link] = Publisher(hub, partition)
        elif partition is None or group.lower() not in hub.groups:
            raise Refused("amqp:not-found", f"The messaging entity '{link.address}' could not be found")
        else:
            self._read(link, partition, group.lower())

    def receive(self, link: Link, raw: bytes, message_format: int) -> None:
        """Take a message of a client. Raises Refused."""
        if link.address == "$cbs":
            return self._answer(link, raw, self._put_token)
        if link.address.endswith("$management"):
            return self._answer(link, raw, self._describe)
        if self.rejections:
            raise self.rejections.popleft()
        publisher = self._publishers[link]
        for each in split_batch(raw, message_format):
            self.publish(publisher.hub, publisher.partition, each)
        return None

    def detached(self, link: Link) -> None:
        """Forget a link."""
        self.readers.pop(link, None)
        self._publishers.pop(link, None)

    # reading

    def _resolve(self, link: Link) -> tuple[Hub, str, Partition | None]:
        match = _ADDRESS.fullmatch(link.address)
        hub = self.hubs.get(match.group(1).lower()) if match else None
        if match is None or hub is None:
            raise Refused("amqp:not-found", f"The messaging entity '{link.address}' could not be found")
        partition = hub.partition(match.group(3)) if match.group(3) else None
        if match.group(3) and partition is None:
            raise Refused("com.microsoft:argument-out-of-range", f"The partition is invalid: {match.group(3)}")
        return hub, match.group(2) or "", partition

    def _read(self, link: Link, partition: Partition, group: str) -> None:
        value = link.properties.get(_EPOCH)
        reader = Reader(link, partition, group, None if value is None else int(value), partition.first)
        self._make_room(reader)
        for wanted in link.filters.values():
            text = str(wanted.value if isinstance(wanted, Described) else wanted)
            if match := _SELECTOR.search(text):
                reader.next = self._start(partition, *match.groups())
        link.supply = reader
        self.readers[link] = reader

    @staticmethod
    def _start(partition: Partition, column: str, operator: str, value: str) -> int:
        try:
            return partition.position(column, operator, value)
        except ValueError as error:
            raise Refused("amqp:invalid-field", str(error)) from None

    def _make_room(self, new: Reader) -> None:
        others = [r for r in self.readers.values() if r.partition is new.partition and r.group == new.group]
        top = max((r.epoch for r in others if r.epoch is not None), default=None)
        if top is not None and (new.epoch is None or new.epoch < top):
            raise Refused("amqp:link:stolen", f"A receiver with epoch '{top}' exists, so a lower one is not allowed")
        if new.epoch is None and len(others) >= _MAX_READERS:
            raise Refused("amqp:resource-limit-exceeded", f"Exceeded the {_MAX_READERS} receivers of a partition")
        if new.epoch is not None:
            for other in others:
                self.counts["stolen"] += 1
                text = f"New receiver with higher epoch of '{new.epoch}' is created, hence this one is disconnected"
                self.steal(other, Refused("amqp:link:stolen", text))

    # requests

    def _answer(self, link: Link, raw: bytes, handler: Callable[[Link, Request], tuple[int, str, Any]]) -> None:
        asked = request(raw)
        status, text, body = handler(link, asked)
        properties = {"status-code": status, "status-description": text}
        for other in link.session.links.values():
            if other.to_peer and other.address == link.address and isinstance(other.supply, Replies):
                other.supply.put(reply(asked.id, properties, body))
        link.session.connection.wake()

    def _put_token(self, link: Link, asked: Request) -> tuple[int, str, Any]:
        audience = str(asked.properties.get("name", ""))
        why = self._tokens.refusal(str(asked.properties.get("type")), str(asked.value), audience)
        self.counts["tokens refused" if why else "tokens"] += 1
        if why:
            return 401, why, None
        link.session.connection.entities.add(entity(audience))
        return 202, "Accepted", None

    def _describe(self, link: Link, asked: Request) -> tuple[int, str, Any]:
        self.counts["requests"] += 1
        hub = self.hubs.get(str(asked.properties.get("name", "")).lower())
        if hub is None:
            return 404, "The messaging entity could not be found", None
        if asked.properties.get("type") == "com.microsoft:eventhub":
            return 200, "OK", _hub_properties(hub, str(asked.properties["type"]))
        partition = hub.partition(str(asked.properties.get("partition")))
        if partition is None:
            return 400, "The partition is out of range", None
        return 200, "OK", _partition_properties(hub, partition)


def _hub_properties(hub: Hub, kind: str) -> dict[str, Any]:
    ids = Array([partition.id for partition in hub.partitions])
    facts = {"created_at": Timestamp(0), "partition_count": len(hub.partitions), "partition_ids": ids}
    return {"name": hub.name, "type": kind, **facts}


def _partition_properties(hub: Hub, partition: Partition) -> dict[str, Any]:
    return {
        "name": hub.name,
        "partition": partition.id,
        "begin_sequence_number": partition.first,
        "last_enqueued_sequence_number": partition.next - 1,
        "last_enqueued_offset": partition.last_offset,
        "last_enqueued_time_utc": Timestamp(partition.last_ms),
        "is_partition_empty": partition.empty,
    }
