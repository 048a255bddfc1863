"""Where a partition is being read: offset and sequence number, as they stand in a cursor. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from siemcast.api import Cursor
from siemcast.errors import Permanent


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last message that was read; the next one is the first after it."""

    offset: str = "-1"
    """Opaque (a geo-replicated namespace has offsets that are no numbers); `-1` is before the first."""
    sequence: int = -1
    """Sequence number, -1 while none is known."""
    since: datetime | None = None
    """Time of arrival from which on to read, while no message was read yet."""

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())


class Extent(msgspec.Struct, frozen=True):
    """What a partition holds, as the service says."""

    first: int
    """Sequence number of the oldest message that is kept."""
    last: int
    """Sequence number of the newest message ever, -1 when there never was one."""
    last_offset: str
    last_time: datetime
    empty: bool


class Loss(msgspec.Struct, frozen=True):
    """Messages that retention took before they were read: `first` to `last` by sequence number."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


BEGINNING = Position()


def read_cursor(cursor: Cursor) -> Position:
    """Read a cursor. Raises Permanent for one that this kind of source did not write."""
    try:
        return msgspec.json.decode(cursor, type=Position)
    except msgspec.DecodeError as error:
        raise Permanent(
            f"a cursor that defender.streaming did not write: {error}", hint="name the source anew to begin anew"
        ) from None


def read_extent(properties: Mapping[str, Any]) -> Extent:
    """Read what the SDK's get_partition_properties gives."""
    return Extent(
        first=properties["beginning_sequence_number"],
        last=properties["last_enqueued_sequence_number"],
        last_offset=properties["last_enqueued_offset"],
        last_time=properties["last_enqueued_time_utc"],
        empty=properties["is_empty"],
    )


def first_position(start: Literal["earliest", "latest"] | datetime, extent: Extent) -> Position:
    """Give where a partition begins that was never read; `latest` is pinned to a message, to survive a restart."""
    if start == "earliest":
        return BEGINNING
    if start == "latest":
        return Position(extent.last_offset, extent.last)
    return Position(since=start)


def missed(position: Position, sequence: int) -> Loss | None:
    """Give what is missing between the last message read and one that came next, or is the oldest kept."""
    if position.sequence < 0 or sequence <= position.sequence + 1:
        return None
    return Loss(position.sequence + 1, sequence - 1)


def made_anew(position: Position, extent: Extent) -> bool:
    """Say whether the hub was deleted and made again: it never had the message that was read last."""
    return position.sequence > extent.last


def drained(position: Position, extent: Extent) -> bool:
    """Say whether everything was read that there was when `extent` was asked for."""
    if extent.empty or position.sequence >= extent.last:
        return True
    return position.since is not None and extent.last_time < position.since


def later(one: Position, other: Position) -> Position:
    """Give the position that is further on."""
    return other if other.sequence > one.sequence else one
