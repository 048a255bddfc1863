"""Cuts messages into records without decoding or changing them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

import msgspec

_PREFIX = "advancedhunting-"
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")


class _Envelope(msgspec.Struct):
    records: list[msgspec.Raw] | None = None


class _Label(msgspec.Struct):
    category: str | None = None


_envelope = msgspec.json.Decoder(_Envelope)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_label = msgspec.json.Decoder(_Label)
_patient = json.JSONDecoder(strict=False)


def split(body: bytes) -> Sequence[bytes]:
    """Give the records of a message: of `{"records": [...]}`, of an array, or the one object that it is.

    An empty message has none. A torn one, or one of another kind, is a single record with the bytes as they are: it
    ends in the dead letters, where somebody sees it.
    """
    body = body.removeprefix(_BOM).strip()
    if not body:
        return ()
    try:
        return _quickly(body)
    except (msgspec.DecodeError, RecursionError):
        return _patiently(body)


def table_filter(tables: Sequence[str]) -> Callable[[bytes], bool]:
    """Make a test whether a record is of one of the tables; a record that names none passes, torn ones do."""
    wanted = {table.lower() for table in tables}
    wanted |= {table.removeprefix(_PREFIX) for table in wanted}

    def passes(record: bytes) -> bool:
        try:
            category = _label.decode(record).category
        except (msgspec.DecodeError, RecursionError):
            return True
        return category is None or category.lower().removeprefix(_PREFIX) in wanted

    return passes


def _quickly(body: bytes) -> Sequence[bytes]:
    if body.startswith(b"["):
        return [bytes(record) for record in _array.decode(body)]
    if not body.startswith(b"{"):
        return (body,)
    records = _envelope.decode(body).records
    return (body,) if records is None else [bytes(record) for record in records]


def _patiently(body: bytes) -> Sequence[bytes]:
    """Split what msgspec refuses for one odd string in it (a lone surrogate, a control character): costs only time.

    Latin-1 gives each byte one character, so that positions in the text are positions in the bytes.
    """
    text = body.decode("latin-1")
    try:
        whole, end = _patient.raw_decode(text)
    except (ValueError, RecursionError):
        return (body,)
    if end < len(text):
        return (body,)
    if isinstance(whole, list):
        return _items(text, body, 1)
    if isinstance(whole, dict) and isinstance(whole.get("records"), list):
        return _items(text, body, _records_start(text))
    return (body,)


def _records_start(text: str) -> int:
    at = _skip(text, 1)
    while True:
        key, at = _patient.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # past the colon
        if key == "records" and text[at] == "[":
            return at + 1
        at = _skip(text, _patient.raw_decode(text, at)[1])
        at = _skip(text, at + 1)  # past the comma


def _items(text: str, body: bytes, at: int) -> Sequence[bytes]:
    records: list[bytes] = []
    at = _skip(text, at)
    while text[at] != "]":
        end = _patient.raw_decode(text, at)[1]
        records.append(body[at:end])
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return records


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
