"""Cuts bytes into records: lines, arrays and pages, each record a slice of what the file holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from siemcast.errors import Permanent
from siemcast.schema import RecordShape
from siemcast.schema.parse import parse_object
from siemcast.schema.slices import elements, members

BATCH_BYTES = 2 << 20
"""About how many bytes of records travel in one batch at most: a chunk of a file is one batch, if of one shape."""

_BOM = b"\xef\xbb\xbf"
_MAY_HOLD_MANY = (b"[", b'{"records"', b'{"value"', b'{"@odata.', b"{ ", b"{\t")
_MAY_BE_NO_RECORD = (_BOM, *_MAY_HOLD_MANY)
_ANY = msgspec.json.Decoder(msgspec.Raw)


def records(lines: Sequence[bytes]) -> list[bytes]:
    """Give the records of whole lines; a line that is an array or a page gives its elements; empty ones give none.

    A byte-order mark may stand before the first line, and wherever files were joined to one.
    """
    found = list(filter(None, map(bytes.strip, lines)))
    if not any(line.startswith(_MAY_BE_NO_RECORD) for line in found):
        return found
    bare = [line for marked in found if (line := marked.removeprefix(_BOM).strip())]
    return [record for line in bare for record in (expand(line) if line.startswith(_MAY_HOLD_MANY) else (line,))]


def expand(text: bytes) -> Sequence[bytes]:
    """Give the elements of an array or a page, as slices; anything else, torn JSON too, is one record.

    A page is an object with `records` (Azure Monitor) or `value` (OData) and nothing else but OData's annotations, so
    that no record with a column of that name loses its other columns.
    """
    try:
        return elements(_held(text))
    except ValueError:
        return [text]


def is_whole(text: bytes) -> bool:
    """Say whether `text` is one JSON value."""
    try:
        _ANY.decode(text.removeprefix(_BOM))
    except msgspec.DecodeError:
        return False
    return True


def opens_document(start: bytes) -> bool:
    """Say whether a file that starts so may be one document over many lines.

    Its first line then ends within brackets; two whole lines after it tell a torn first line of JSON lines from that.
    """
    first, *more = start.removeprefix(_BOM).lstrip().split(b"\n", 3)[:3]
    inside = first[:1] in (b"[", b"{") and first.rstrip()[-1:] in (b"[", b"{", b",") and not is_whole(first)
    return inside and not (len(more) == 2 and all(map(is_whole, more)))


def document(text: bytes) -> list[bytes]:
    """Give the records of a whole file that is one document."""
    return list(expand(text.removeprefix(_BOM).strip()))


def runs(found: Sequence[bytes], shapes: Sequence[RecordShape]) -> Iterator[tuple[str, Sequence[bytes]]]:
    """Cut records into runs of one shape, each about `BATCH_BYTES` at most; gives (name of the shape, records)."""
    if found and len(shapes) == 1 and sum(map(len, found)) <= BATCH_BYTES:
        yield shapes[0].name, found
        return
    start, size, current = 0, 0, shapes[0].name
    for index, record in enumerate(found):
        shape = current if len(shapes) == 1 else _tell(record, shapes, current if index else None)
        if index > start and (shape != current or size + len(record) > BATCH_BYTES):
            yield current, found[start:index]
            start, size = index, 0
        current = shape
        size += len(record)
    if start < len(found):
        yield current, found[start:]


def _tell(record: bytes, shapes: Sequence[RecordShape], neighbour: str | None) -> str:
    """Name a record's shape: of torn JSON its neighbour's, of what nobody recognises the first."""
    try:
        data = parse_object(record)
    except Permanent:
        return neighbour or shapes[0].name
    return next((shape.name for shape in shapes if shape.recognise(data)), shapes[0].name)


def _held(text: bytes) -> bytes:
    if text.startswith(b"["):
        return text
    page = members(text)
    held = [key for key in page if not key.startswith("@odata.")]
    return page[held[0]] if held in (["records"], ["value"]) else b"{}"
