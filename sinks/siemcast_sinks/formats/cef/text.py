"""How CEF writes text: escapes, no control characters, no more bytes than there is room for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from siemcast.errors import Permanent
from siemcast_sinks.formats.shared.pairs import EQUALS

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_ENDS = re.compile("[\u2028\u2029]")
"""What ends a line in Unicode, beside the control characters."""
_ESCAPED_CONTROL = re.compile(rb"\\u00").search
_DELETE = 0x7F
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
"""Control characters beyond ASCII, in UTF-8."""
MARK = "\x02"
"""Stands for an equals sign within a value until backslashes are doubled."""
_BREAKS = b"\t\n\r"
_FOUND = bytes(0 if byte < ord(" ") or byte == _DELETE else byte for byte in range(256))
"""Each byte as it is; NUL for control characters."""
_UNSOUND = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]").search
_WRITTEN = bytes(
    {ord(EQUALS): ord("="), ord("\t"): ord(" ")}.get(byte, 0 if byte < ord(" ") or byte == _DELETE else byte)
    for byte in range(256)
)
"""Each byte as it is written; NUL for control characters, which must not be there."""
_MARK = f"MicrosoftDefenderTruncated{EQUALS}true"
_LONGEST = 1023
_FAIR_SHARE = 512
_WORTH_CUTTING = 24


def needs_cleaning(raw: bytes) -> bool:
    """Say whether a record's JSON may hold control characters other than tab, line break, backspace and form feed."""
    return _ESCAPED_CONTROL(raw) is not None or _DELETE in raw or (not raw.isascii() and _C1.search(raw) is not None)


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


def sound(value: str) -> str:
    """Give a value without control characters; tab and line breaks stay, but Unicode's own line ends are spaces."""
    return value if value.isprintable() else _LINE_ENDS.sub(" ", clean(value))


def escaped(value: str, limit: int) -> str:
    """Write a field of the header."""
    plain = clean(value)[:limit].replace("\\", "\\\\").replace("|", "\\|")
    return " ".join(plain.split())


def extension(pairs: str) -> bytes | None:
    """Write pairs: all escaped at once, as bytes, whose replacing costs a tenth of that of text.

    Gives None where there are control characters other than tab and line breaks, which only `sound` takes out.
    """
    line = pairs.encode("utf-8", "replace").replace(b"\\", b"\\\\").replace(b"=", b"\\=")
    written = line.translate(_WRITTEN)
    if 0 in written:
        written = line.replace(b"\n", b"\\n").replace(b"\r", b"\\r").translate(_WRITTEN)
    if 0 in written or (not line.isascii() and _UNSOUND(line)):
        return None
    return written


def written(pairs: str, said: str) -> bytes:
    """Write pairs whose values are `said`, in which an equals sign is a MARK: all escaped at once.

    Raises ValueError where there are control characters other than tab and line breaks, which only `sound` takes out.
    """
    found = bytearray(said, "utf-8", "replace")  # whose translation takes half as long as that of bytes
    escaped = pairs.encode("utf-8", "replace").replace(b"\\", b"\\\\").replace(b"\x02", b"\\=")
    if 0 in found.translate(_FOUND):
        if 0 in found.translate(_FOUND, _BREAKS):
            raise ValueError("control characters")
        escaped = escaped.replace(b"\n", b"\\n").replace(b"\r", b"\\r").replace(b"\t", b" ")
    if not said.isascii() and not said.isprintable() and _UNSOUND(found):
        raise ValueError("control characters beyond ASCII, or ends of lines")
    return escaped


def shortened(header: bytes, pairs: Sequence[str], limit: int) -> bytes:
    """Write what there is room for, the most important first, and say that something is missing.

    Long values give way first, so that one command line does not cost all that stands behind it.
    """
    mark = _written(_MARK)
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
    label = f" {key}Label{EQUALS}"
    value, label, name = rest.rpartition(label) if label in rest else (rest, "", "")
    while True:
        written = _written(key + EQUALS + value + label + name)
        excess = len(written) - room
        if excess <= 0:
            return written if value else b""  # it was cut to nothing but spaces
        if len(value) <= _WORTH_CUTTING:
            return b""
        value = value[: max(_WORTH_CUTTING, len(value) - max(1, excess // 4))].rstrip()


def _written(sound: str) -> bytes:
    return extension(sound) or b""
