"""The AMQP 1.0 type system (OASIS AMQP 1.0, part 1): Python values to bytes and back.

Plain Python values stand for their usual types (`int` is a long, `str` a string, `bytes` binary, `dict` a map); the
small classes here name the types that Python does not tell apart.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class Symbol(str):
    """An ASCII name from a vocabulary."""

    __slots__ = ()


class UByte(int):
    """Unsigned, 8 bits."""


class UShort(int):
    """Unsigned, 16 bits."""


class UInt(int):
    """Unsigned, 32 bits."""


class ULong(int):
    """Unsigned, 64 bits."""


class Timestamp(int):
    """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Array:
    """Strings or symbols as an AMQP array."""

    items: Sequence[str]
    symbols: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """A value with a descriptor that says what it means."""

    descriptor: Any
    value: Any


def encode(value: Any) -> bytes:
    """Encode one value. Raises KeyError for a Python type that stands for no AMQP type."""
    return _ENCODERS[type(value)](value)


def decode(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Decode the value that starts at `at`; gives it and where the next one starts. Raises ValueError when torn."""
    try:
        return _decode(data, at)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"torn AMQP value at byte {at}: {error}") from error


def skip(data: bytes, at: int) -> int:
    """Give where the value that starts at `at` ends, without decoding it. Raises ValueError when torn."""
    code = data[at]
    if code == 0:
        return skip(data, skip(data, at + 1))
    width = _WIDTHS.get(code >> 4)
    if width is not None:
        return at + 1 + width
    if code >> 4 in (0xA, 0xC, 0xE):
        return at + 2 + data[at + 1]
    if code >> 4 in (0xB, 0xD, 0xF):
        return at + 5 + int.from_bytes(data[at + 1 : at + 5], "big")
    raise ValueError(f"no AMQP constructor: {code:#x}")


_WIDTHS = {4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16}


def _variable(short: int, long: int, body: bytes) -> bytes:
    if len(body) < 256:
        return bytes((short, len(body))) + body
    return struct.pack(">BI", long, len(body)) + body


def _compound(code: int, items: Sequence[Any]) -> bytes:
    body = b"".join(map(encode, items))
    return struct.pack(">BII", code, len(body) + 4, len(items)) + body


def _map(value: Mapping[Any, Any]) -> bytes:
    return _compound(0xD1, [item for pair in value.items() for item in pair])


def _array(value: Array) -> bytes:
    items = [item.encode() for item in value.items]
    body = b"".join(struct.pack(">I", len(item)) + item for item in items)
    return struct.pack(">BIIB", 0xF0, len(body) + 5, len(items), 0xB3 if value.symbols else 0xB1) + body


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"\x40",
    bool: lambda value: b"\x41" if value else b"\x42",
    UByte: lambda value: struct.pack(">BB", 0x50, value),
    UShort: lambda value: struct.pack(">BH", 0x60, value),
    UInt: lambda value: struct.pack(">BI", 0x70, value),
    ULong: lambda value: struct.pack(">BB", 0x53, value) if value < 256 else struct.pack(">BQ", 0x80, value),
    int: lambda value: struct.pack(">Bq", 0x81, value),
    float: lambda value: struct.pack(">Bd", 0x82, value),
    Timestamp: lambda value: struct.pack(">Bq", 0x83, value),
    uuid.UUID: lambda value: b"\x98" + value.bytes,
    bytes: lambda value: _variable(0xA0, 0xB0, value),
    str: lambda value: _variable(0xA1, 0xB1, value.encode()),
    Symbol: lambda value: _variable(0xA3, 0xB3, value.encode("ascii")),
    list: lambda value: _compound(0xD0, value) if value else b"\x45",
    dict: _map,
    Array: _array,
    Described: lambda value: b"\x00" + encode(value.descriptor) + encode(value.value),
}

_CONSTANTS: dict[int, Any] = {0x40: None, 0x41: True, 0x42: False, 0x43: 0, 0x44: 0}
_FIXED: dict[int, tuple[str, Callable[[Any], Any]]] = {
    0x50: (">B", int),
    0x51: (">b", int),
    0x52: (">B", int),
    0x53: (">B", int),
    0x54: (">b", int),
    0x55: (">b", int),
    0x56: (">?", bool),
    0x60: (">H", int),
    0x61: (">h", int),
    0x70: (">I", int),
    0x71: (">i", int),
    0x72: (">f", float),
    0x73: (">I", chr),
    0x80: (">Q", int),
    0x81: (">q", int),
    0x82: (">d", float),
    0x83: (">q", Timestamp),
    0x98: (">16s", lambda raw: uuid.UUID(bytes=raw)),
}
_TEXTS: dict[int, Callable[[bytes], Any]] = {
    0x0: bytes,
    0x1: lambda raw: raw.decode(),
    0x3: lambda raw: Symbol(raw.decode("ascii")),
}


def _decode(data: bytes, at: int) -> tuple[Any, int]:
    code = data[at]
    if code == 0:
        descriptor, at = _decode(data, at + 1)
        value, at = _decode(data, at)
        return Described(descriptor, value), at
    return _body(data, at + 1, code)


def _body(data: bytes, at: int, code: int) -> tuple[Any, int]:
    if code in _CONSTANTS:
        return _CONSTANTS[code], at
    if code == 0x45:
        return [], at
    if code in _FIXED:
        layout, make = _FIXED[code]
        (value,) = struct.unpack_from(layout, data, at)
        return make(value), at + struct.calcsize(layout)
    size, start = _size(data, at, code)
    end = start + size
    if end > len(data):
        raise ValueError(f"torn AMQP value: {end - len(data)} bytes are missing")
    return _sized(data, start, end, code), end


def _size(data: bytes, at: int, code: int) -> tuple[int, int]:
    if code >> 4 in (0xA, 0xC, 0xE):
        return data[at], at + 1
    if code >> 4 in (0xB, 0xD, 0xF):
        return int(struct.unpack_from(">I", data, at)[0]), at + 4
    raise ValueError(f"no AMQP constructor: {code:#x}")


def _sized(data: bytes, start: int, end: int, code: int) -> Any:
    if code >> 4 in (0xA, 0xB):
        return _TEXTS[code & 0xF](data[start:end])
    wide = code >> 4 in (0xD, 0xF)
    count = int.from_bytes(data[start : start + 4], "big") if wide else data[start]
    at = start + (4 if wide else 1)
    if code >> 4 in (0xE, 0xF):
        return _items_of_array(data, at, count)
    items = []
    for _ in range(count):
        item, at = _decode(data, at)
        items.append(item)
    if code in (0xC1, 0xD1):
        return dict(zip(items[::2], items[1::2], strict=True))
    return items


def _items_of_array(data: bytes, at: int, count: int) -> list[Any]:
    code, at, items = data[at], at + 1, []
    for _ in range(count):
        item, at = _body(data, at, code)
        items.append(item)
    return items
