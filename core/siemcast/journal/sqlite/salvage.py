"""Saves what can be saved of a frame that is not what was written; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import zstandard

_LIST_LENGTHS = {0xDC: 2, 0xDD: 4}
_BYTES_LENGTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4}
"""Bytes of the length that follows these bytes in msgpack."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """What is left of a frame."""

    records: Sequence[bytes]
    """Whole ones, in order."""
    sound: bool
    """Whether these are as they were written: the frame is short, yet nothing in it was changed."""


def salvage(frame: bytes) -> Salvage:
    """Give the records that can be read; where bytes of the frame were changed, any of them may be as well."""
    decompressor, content = zstandard.ZstdDecompressor().decompressobj(), bytearray()
    try:
        for at in range(len(frame)):  # a byte at a time: what comes out of a call that fails is lost
            content += decompressor.decompress(frame[at : at + 1])
    except (zstandard.ZstdError, MemoryError):
        return Salvage(list(_records(bytes(content))), sound=False)
    return Salvage(list(_records(bytes(content))), sound=True)


def _records(content: bytes) -> Iterator[bytes]:
    """Give the whole elements of a msgpack list of bytes."""
    at = 1 + _LIST_LENGTHS.get(content[0], 0) if content else 0
    while at < len(content) and (width := _BYTES_LENGTHS.get(content[at])):
        start = at + 1 + width
        at = start + int.from_bytes(content[at + 1 : start], "big")
        if at <= len(content):
            yield content[start:at]
