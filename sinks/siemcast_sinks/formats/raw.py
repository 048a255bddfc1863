"""`raw`: the record as Microsoft sent it, on one line."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from siemcast.api import FormatOptions
from siemcast.schema import Document, Record
from siemcast.schema.dump import dumps
from siemcast_sinks.formats.shared.fit import fit


class Raw:
    """Passes the record's own bytes on."""

    passes_on = True

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give the record as one document. Raises Permanent for what is no JSON object."""
        record.check()
        body = one_line(record)
        return (Document(body if self._limit is None else fit(body, self._limit), record),)


_BOM = b"\xef\xbb\xbf"
_LINE_BREAKS = b"\r\n"
_RETURN, _FEED = _LINE_BREAKS


def one_line(record: Record) -> bytes:
    """Give the record's bytes on one line: JSON has line breaks between its parts only, where they mean nothing.

    A record with NaN or Infinity, which JSON does not have, is written anew, with those as text.
    """
    raw = record.raw
    if record.glance is None:  # else its shape has seen that it is sound JSON, from the first byte on
        raw = raw.removeprefix(_BOM)
        if (b"NaN" in raw or b"Infinity" in raw) and not _is_json(raw):
            return dumps(record.data)
    if _FEED not in raw and _RETURN not in raw:  # a byte is found four times as fast as bytes are
        return raw
    stripped = raw.strip()
    if b"\n" not in stripped and b"\r" not in stripped:
        return stripped
    try:
        return bytes(msgspec.json.format(stripped, indent=-1))
    except (msgspec.DecodeError, RecursionError):  # JSON all the same: half a surrogate pair, or nested deeply
        return stripped.translate(None, _LINE_BREAKS)


def _is_json(raw: bytes) -> bool:
    """Say whether a text that could be parsed holds no constants but JSON's own."""
    try:
        json.loads(raw, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)
