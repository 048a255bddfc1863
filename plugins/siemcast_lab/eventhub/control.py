"""The lab's own side of Event Hubs: publish, look, and break things on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from siemcast_lab.eventhub.broker import Broker
from siemcast_lab.eventhub.links import Refused
from siemcast_lab.eventhub.store import Hub, Partition
from siemcast_lab.eventhub.wire import message

_HUB_BYTES = 64_000_000
"""Most bytes that a hub keeps which is made while the lab runs."""


class Control:
    """Everything that tests, `siemcast lab` and the demo do with a broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def publish(
        self, hub: str, partition: int | None, body: bytes, *, properties: Mapping[str, Any] | None = None
    ) -> None:
        """Put one message into a hub; without a partition they take turns."""
        place = self._hub(hub)
        chosen = None if partition is None else place.partitions[partition]
        self._broker.publish(place, chosen, message(body, properties))

    def publish_many(self, hub: str, partition: int | None, bodies: Iterable[bytes]) -> int:
        """Put messages into a hub and give their number."""
        count = 0
        for count, body in enumerate(bodies, 1):  # noqa: B007 - the last value is the answer
            self.publish(hub, partition, body)
        return count

    def create(self, hub: str, partitions: int) -> None:
        """Make a hub, as Defender does with a table's first record."""
        self._broker.hubs[hub.lower()] = Hub(hub, partitions, ("$Default",), _HUB_BYTES, "")

    def grow(self, hub: str, partitions: int) -> None:
        """Give a hub more partitions, as its owner may at any time."""
        place = self._hub(hub)
        count = len(place.partitions)
        place.partitions += [Partition(str(index), place.partitions[0].max_bytes) for index in range(count, partitions)]

    def trim(self, hub: str, *, keep: int) -> None:
        """Let retention take all but the newest `keep` messages of each partition."""
        for partition in self._hub(hub).partitions:
            partition.trim(keep)

    def drop_connections(self) -> int:
        """Cut every connection without a farewell, and give their number."""
        connections = list(self._broker.connections)
        for connection in connections:
            connection.abort()
        return len(connections)

    def detach(self, condition: str = "com.microsoft:server-busy", text: str = "The server is busy") -> int:
        """Detach every reader with an error, and give their number."""
        readers = list(self._broker.readers.values())
        for reader in readers:
            self._broker.steal(reader, Refused(condition, text))
        return len(readers)

    def reject_sends(self, condition: str, text: str = "refused by the lab", *, count: int = 1) -> None:
        """Refuse the next messages that clients publish."""
        self._broker.rejections.extend(Refused(condition, text) for _ in range(count))

    def freeze(self) -> None:
        """Send nothing any more, on connections that stay open, until `thaw`."""
        self._broker.thawed.clear()

    def thaw(self) -> None:
        """Send again."""
        self._broker.thawed.set()

    def stats(self) -> dict[str, Any]:
        """Give what happened so far, who reads, and how many messages each partition ever had and still keeps."""
        hubs = {
            hub.name: [(partition.next, partition.next - partition.first) for partition in hub.partitions]
            for hub in self._broker.hubs.values()
        }
        return {**self._broker.counts, "open": len(self._broker.connections), "readers": self.readers(), "hubs": hubs}

    def readers(self) -> list[str]:
        """Give the partitions that are being read now."""
        return sorted(reader.partition.id for reader in self._broker.readers.values())

    def _hub(self, name: str) -> Hub:
        return self._broker.hubs[name.lower()]
