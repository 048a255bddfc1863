"""How LEEF writes text: it has no escapes, so that what would end a value or a line becomes a space."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siemcast.errors import Permanent
from siemcast_sinks.formats.cef.text import clean
from siemcast_sinks.formats.shared.pairs import EQUALS

_BETWEEN = "\x02"
"""Stands for the tab between pairs until all values are spaced."""
_LINE_END = 0xE2
"""What the ends of lines in Unicode begin with."""
_LINE_ENDS = re.compile(rb"\xe2\x80[\xa8\xa9]")
_SPACED = {**dict.fromkeys(b"\t\n\r", ord(" ")), ord(EQUALS): ord("="), ord(_BETWEEN): ord("\t")}
_WRITTEN = bytes(_SPACED.get(byte, byte) for byte in range(256))
_DROPPED = bytes(byte for byte in (*range(32), 0x7F) if byte not in _SPACED)
_MARK = f"truncated{EQUALS}true"
_FAIR_SHARE = 512
_WORTH_CUTTING = 24


def header_field(value: str, limit: int) -> str:
    """Write a field of the header, where a pipe would end it."""
    return " ".join(clean(value)[:limit].replace("|", " ").split())


def attributes(pairs: Sequence[str]) -> bytes:
    """Write the pairs, separated by tabs."""
    line = _BETWEEN.join(pairs).encode("utf-8", "replace")
    if _LINE_END in line:
        line = _LINE_ENDS.sub(b" ", line)
    return line.translate(_WRITTEN, _DROPPED)


def shortened(header: bytes, pairs: Sequence[str], limit: int) -> bytes:
    """Write what there is room for, the most important first, and say that something is missing.

    Long values give way first, so that one command line does not cost all that stands behind it.
    """
    mark = attributes([_MARK])
    room = limit - len(header) - len(mark)
    if room < 0:
        raise Permanent(f"cannot be shortened to {limit} bytes", hint="raise the sink's max_bytes")
    kept: list[bytes] = []
    for one in pairs:
        written = _within(attributes([one]), min(room - 1, _FAIR_SHARE))
        if written:
            kept.append(written)
            room -= len(written) + 1
    return header + b"\t".join([*kept, mark])


def _within(written: bytes, room: int) -> bytes:
    """Cut a written pair to so many bytes, at a character; nothing where too little of its value would be left."""
    if not written or len(written) <= room:  # there may be no room left even for nothing
        return written
    if room - written.index(b"=") <= _WORTH_CUTTING:
        return b""
    return written[:room].decode("utf-8", "ignore").rstrip(" ").encode()
