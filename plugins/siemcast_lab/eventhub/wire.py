"""AMQP messages as bytes: their sections, Event Hubs' annotations, batches. Bodies are never decoded."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siemcast_lab.eventhub.codec import Symbol, Timestamp, decode, encode, skip

_ANNOTATIONS, _DELIVERY, _HEADER = 0x72, 0x71, 0x70
_PROPERTIES, _APPLICATION, _DATA, _VALUE = 0x73, 0x74, 0x75, 0x77
_PARTITION_KEY = "x-opt-partition-key"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a message: bytes `start` to `end`, its value from `value` on."""

    code: int
    start: int
    value: int
    end: int


def sections(raw: bytes) -> list[Section]:
    """List the sections of a message. Raises ValueError when it is none."""
    found, at = [], 0
    while at < len(raw):
        if raw[at] != 0 or raw[at + 1 : at + 2] not in (b"\x53", b"\x80"):
            raise ValueError(f"no AMQP section at byte {at}")
        code, value = decode(raw, at + 1)
        end = skip(raw, value)
        if end > len(raw):
            raise ValueError("torn AMQP message")
        found.append(Section(code, at, value, end))
        at = end
    return found


def message(body: bytes, properties: Mapping[str, Any] | None = None) -> bytes:
    """Make a message with one data section."""
    head = b"\x00\x53\x74" + encode(dict(properties)) if properties else b""
    return head + b"\x00\x53\x75" + encode(body)


def reply(correlation: Any, properties: Mapping[str, Any], value: Any) -> bytes:
    """Make the answer to a request of `$cbs` or `$management`."""
    about = [None, None, None, None, None, correlation]
    parts = [b"\x00\x53\x73" + encode(about), b"\x00\x53\x74" + encode(dict(properties))]
    return b"".join([*parts, b"\x00\x53\x77" + encode(value)])


@dataclass(frozen=True, slots=True)
class Request:
    """A request to `$cbs` or `$management`."""

    id: Any
    properties: Mapping[str, Any]
    value: Any


def request(raw: bytes) -> Request:
    """Read a request. Raises ValueError when the message is torn."""
    found = {section.code: decode(raw, section.value)[0] for section in sections(raw)}
    about = found.get(_PROPERTIES) or [None]
    return Request(about[0], found.get(_APPLICATION) or {}, found.get(_VALUE))


def split_batch(raw: bytes, message_format: int) -> list[bytes]:
    """Give the messages of one transfer: Event Hubs' batch format (0x80013700) carries each as a data section."""
    if message_format != 0x80013700:
        return [raw]
    return [decode(raw, section.value)[0] for section in sections(raw) if section.code == _DATA]


def partition_key(raw: bytes) -> str | None:
    """Give the partition key that the sender set, if any."""
    for section in sections(raw):
        if section.code == _ANNOTATIONS:
            key = decode(raw, section.value)[0].get(_PARTITION_KEY)
            return str(key) if key is not None else None
    return None


def stamp(raw: bytes, sequence: int, offset: str, enqueued_ms: int) -> bytes:
    """Give the same message with the annotations that the service adds; the body's bytes are kept."""
    head, own, rest = b"", {}, b""
    for section in sections(raw):
        if section.code == _HEADER:
            head = raw[section.start : section.end]
        elif section.code == _ANNOTATIONS:
            own = decode(raw, section.value)[0]
        elif section.code != _DELIVERY:
            rest = raw[section.start :]
            break
    stamped = {
        Symbol("x-opt-sequence-number"): sequence,
        Symbol("x-opt-offset"): offset,
        Symbol("x-opt-enqueued-time"): Timestamp(enqueued_ms),
    }
    return head + struct.pack(">BBB", 0, 0x53, _ANNOTATIONS) + encode({**own, **stamped}) + rest
