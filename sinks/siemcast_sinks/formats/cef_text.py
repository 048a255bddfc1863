"""How CEF writes text: escapes, no control characters, no more bytes than there is room for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from siemcast.errors import Permanent
from siemcast_sinks.formats.pairs import EQUALS

_BETWEEN = "\x02"
"""Stands for the space between pairs until all values are escaped."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPED_CONTROL = re.compile(rb"\\u00").search
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
"""Control characters beyond ASCII, in UTF-8."""
_ESCAPES = (
    (b"\\", b"\\\\"),
    (b"=", b"\\="),
    (b"\n", b"\\n"),
    (b"\r", b"\\r"),
    (b"\t", b" "),
    (b"\b", b""),
    (b"\f", b""),
)
"""In this order: a backslash first, since the others bring backslashes of their own."""
_LINE_ENDS = re.compile(rb"\xe2\x80[\xa8\xa9]")
"""What ends a line in Unicode."""
_TRAILING_SPACE = re.compile(rb" \x02").search
_TRAILING_SPACES = re.compile(rb" +(?=\x02)")
_MARK = f"MicrosoftDefenderTruncated{EQUALS}true"
_LONGEST = 1023
_FAIR_SHARE = 512
_WORTH_CUTTING = 24


def needs_cleaning(raw: bytes) -> bool:
    """Say whether a record's JSON may hold control characters other than tab, line break, backspace and form feed."""
    return _ESCAPED_CONTROL(raw) is not None or b"\x7f" in raw or (not raw.isascii() and _C1.search(raw) is not None)


def clean(value: Any) -> Any:
    """Take control characters out of every text; tab and line breaks stay, and are written as escapes."""
    if isinstance(value, str):
        return _CONTROLS.sub("", value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, Mapping):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def plain(value: str) -> str:
    """Give a value of the head without control characters, as long as any key takes at most."""
    return value if value.isprintable() and len(value) <= _LONGEST else clean(value)[:_LONGEST]


def escaped(value: str, limit: int) -> str:
    """Write a field of the header."""
    plain = clean(value)[:limit].replace("\\", "\\\\").replace("|", "\\|")
    return " ".join(plain.split())


def extension(pairs: Sequence[str]) -> bytes:
    """Write the pairs: all values escaped at once, as bytes, whose replacing costs a tenth of that of text."""
    line = _BETWEEN.join(pairs).encode("utf-8", "replace")
    for char, written in _ESCAPES:
        if char in line:
            line = line.replace(char, written)
    if b"\xe2" in line:
        line = _LINE_ENDS.sub(b" ", line)
    if _TRAILING_SPACE(line):  # it would be taken for the space between pairs
        line = _TRAILING_SPACES.sub(b"", line)
    return line.rstrip(b" ").replace(b"\x01", b"=").replace(b"\x02", b" ")


def shortened(header: bytes, pairs: Sequence[str], limit: int) -> bytes:
    """Write what there is room for, the most important first, and say that something is missing.

    Long values give way first, so that one command line does not cost all that stands behind it.
    """
    mark = extension([_MARK])
    room = limit - len(header) - len(mark)
    if room < 0:
        raise Permanent(f"cannot be shortened to {limit} bytes", hint="raise the sink's max_bytes")
    kept: list[bytes] = []
    for one in pairs:
        written = _within(one, min(room - 1, _FAIR_SHARE))
        if written:
            kept.append(written)
            room -= len(written) + 1
    return header + b" ".join([*kept, mark])


def _within(one: str, room: int) -> bytes:
    """Write a pair in so many bytes, its value cut at a character; nothing where too little of it would be left."""
    key, _, rest = one.partition(EQUALS)
    value, between, label = rest.partition(_BETWEEN)
    while True:
        written = extension([key + EQUALS + value + between + label])
        excess = len(written) - room
        if excess <= 0:
            return written
        if len(value) <= _WORTH_CUTTING:
            return b""
        value = value[: max(_WORTH_CUTTING, len(value) - max(1, excess // 4))]
