"""`raw`: the record as Microsoft sent it, on one line."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from siemcast.api import FormatOptions
from siemcast.schema import Document, Record
from siemcast_sinks.formats.fit import fit


class Raw:
    """Passes the record's own bytes on."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give the record as one document. Raises Permanent for what is no JSON object."""
        record.check()
        return (Document(fit(one_line(record), self._limit), record),)


def one_line(record: Record) -> bytes:
    """Give the record's bytes on one line: JSON has line breaks between its parts only, where they mean nothing."""
    raw = record.raw
    if b"\n" not in raw and b"\r" not in raw:
        return raw
    stripped = raw.strip()
    if b"\n" not in stripped and b"\r" not in stripped:
        return stripped
    return bytes(msgspec.json.format(stripped, indent=-1))
