"""AMQP 1.0 frames and performatives (part 2: transport): lists of fields to bytes and back.

Every list of fields is written in its full length: the specification lets trailing nulls be left out, but the Event
Hubs SDK reads fields by position and does not look how many there are.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from siemcast_lab.eventhub.codec import Described, Symbol, ULong, decode, encode

AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
SASL_HEADER = b"AMQP\x03\x01\x00\x00"
EMPTY_FRAME = struct.pack(">IBBH", 8, 2, 0, 0)
MAX_FRAME = 1 << 20
"""Largest frame that is taken (bytes); a peer that announces a larger one is cut off."""

OPEN, BEGIN, ATTACH, FLOW, TRANSFER, DISPOSITION, DETACH, END, CLOSE = range(0x10, 0x19)
SASL_MECHANISMS, SASL_INIT, SASL_OUTCOME = 0x40, 0x41, 0x44
SOURCE, TARGET = 0x28, 0x29
_ERROR, _ACCEPTED, _REJECTED = 0x1D, 0x24, 0x25
_FIELDS = {
    OPEN: 10,
    BEGIN: 8,
    ATTACH: 14,
    FLOW: 11,
    TRANSFER: 11,
    DISPOSITION: 6,
    DETACH: 3,
    END: 1,
    CLOSE: 1,
    SASL_MECHANISMS: 1,
    SASL_INIT: 3,
    SASL_OUTCOME: 2,
    SOURCE: 11,
    TARGET: 7,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it was received; an empty one (a heartbeat) has the code 0."""

    channel: int
    code: int
    fields: list[Any]
    payload: bytes


def composite(code: int, *fields: Any) -> Described:
    """Make a performative or terminus with all its fields, those not given being null."""
    return Described(ULong(code), [*fields, *[None] * (_FIELDS[code] - len(fields))])


def frame(channel: int, performative: Described, payload: bytes = b"") -> bytes:
    """Write one frame; SASL performatives go into SASL frames."""
    body = encode(performative)
    kind = 1 if performative.descriptor >= SASL_MECHANISMS else 0
    return struct.pack(">IBBH", 8 + len(body) + len(payload), 2, kind, channel) + body + payload


def parse(head: bytes, rest: bytes) -> Frame:
    """Read a frame from its 8 bytes of head and the rest; absent fields become null. Raises ValueError when torn."""
    channel = int.from_bytes(head[6:8], "big")
    start = head[4] * 4 - 8
    if len(rest) <= start:
        return Frame(channel, 0, [], b"")
    value, end = decode(rest, start)
    if not isinstance(value, Described) or not isinstance(value.value, list):
        raise ValueError("a frame without a performative")  # noqa: TRY004 - what came is torn, no type of a caller's
    missing = _FIELDS.get(value.descriptor, 0) - len(value.value)
    return Frame(channel, value.descriptor, value.value + [None] * missing, rest[end:])


def error(condition: str, text: str) -> Described:
    """Make an error. Its info is never empty: the SDK reads it without looking whether it is there."""
    return Described(ULong(_ERROR), [Symbol(condition), text, {Symbol("lab"): "siemcast"}])


def accepted() -> Described:
    """Make the outcome of a message that was taken."""
    return Described(ULong(_ACCEPTED), [])


def rejected(why: Described) -> Described:
    """Make the outcome of a message that was refused."""
    return Described(ULong(_REJECTED), [why])
