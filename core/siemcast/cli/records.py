"""Records out of a stream: JSON documents, JSON lines, arrays, pages of Azure Monitor and Graph; bytes untouched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from siemcast.errors import Permanent
from siemcast.schema.parse import parse_object
from siemcast.schema.slices import elements, members, values

_HOLDS_MANY = b'"records"'
_ENDS_LIST = b"]"[0]
"""What each page has, and few records: a byte is found twenty times as fast as a word."""
_OPENS_PAGE = (b'{"@odata.', b'{"value"', b"{ ", b"{\t")
"""How a page of Graph's may begin; what else begins so is looked at as a page, and is a record."""
_BOM = b"\xef\xbb\xbf"
_FOREIGN = {
    b"\x1f\x8b": "compressed by gzip; send it through `gzip -dc` first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd; send it through `zstd -dc` first",
    b"\xff\xfe": "UTF-16; send it through `iconv -f UTF-16 -t UTF-8` first",
    b"\xfe\xff": "UTF-16; send it through `iconv -f UTF-16 -t UTF-8` first",
}
"""By its first bytes: what users take for JSON, and what to do with it."""


@dataclass(frozen=True, slots=True)
class Torn:
    """Input that is no record."""

    reason: str


Numbered = tuple[int, bytes | Torn]
"""A record, or what is none, with the line it begins on (1-based)."""


def read_records(stream: BinaryIO) -> Iterator[Numbered]:
    """Give every record. JSON lines are read as they come; a document over several lines is read whole."""
    line, first = 1, stream.readline().removeprefix(_BOM)
    while first and not first.strip():
        line, first = line + 1, stream.readline()
    if not first:
        return
    foreign = next((told for sign, told in _FOREIGN.items() if first.startswith(sign)), None)
    if foreign is not None:
        yield line, Torn(f"the input is {foreign}")
    elif _is_json(first):
        yield from _from_lines(first, stream, line)
    else:
        yield from _from_document(first + stream.read(), line)


def _from_lines(first: bytes, rest: Iterable[bytes], line: int) -> Iterator[Numbered]:
    yield from _numbered(first, line)
    for number, read in enumerate(rest, line + 1):
        text = read.strip()
        if text[:1] == b"{" and (_ENDS_LIST not in text or not _may_be_page(text)):
            yield number, text  # one record, or none: whoever encodes it will see
        elif text:
            yield from _numbered(text, number)


def _may_be_page(text: bytes) -> bool:
    return _HOLDS_MANY in text or text.startswith(_OPENS_PAGE)


def _from_document(text: bytes, line: int) -> Iterator[Numbered]:
    """Read what begins with no whole JSON line: long documents, or JSON lines of which the first is torn."""
    lines = text.split(b"\n")
    whole = _is_json(text) or several(text)
    if whole or not any(_is_json(part) for part in lines if part.lstrip()[:1] in {b"{", b"["}):
        yield from _numbered(text, line)
        return
    for number, part in enumerate(lines, line):
        if part.strip():
            yield from _numbered(part, number)


def _numbered(text: bytes, line: int) -> Iterator[Numbered]:
    text = text.strip()
    try:
        for record in split(text):
            yield line, record
    except Permanent as error:
        following = values(text)
        if len(following) > 1:
            yield from _each(following, text, line)
        else:
            yield line + _lines_before_error(text), Torn(error.message)


def _each(following: Sequence[tuple[int, bytes]], text: bytes, line: int) -> Iterator[Numbered]:
    """Read documents that follow one another, and say what is torn after them."""
    end = 0
    for at, document in following:
        line += text.count(b"\n", end, at)
        yield from _numbered(document, line)
        line += document.count(b"\n")
        end = at + len(document)
    if rest := text[end:].strip():
        yield from _numbered(rest, line + text.count(b"\n", end, text.index(rest, end)))


def split(text: bytes) -> Sequence[bytes]:
    """Cut one JSON document into records. Raises Permanent when it is torn or holds none."""
    if text[:1] == b"[":
        try:
            return elements(text)
        except ValueError as error:
            raise Permanent(f"torn JSON: {error}") from None
    try:
        return elements(_held(members(text)))
    except ValueError:
        parse_object(text)  # it is a record all the same, unless it is torn
        return [text]


def several(text: bytes) -> Sequence[bytes]:
    """Cut a text into JSON documents that follow one another; gives none where there is but one, or one is torn."""
    following = values(text)
    whole = len(following) > 1 and not text[following[-1][0] + len(following[-1][1]) :].strip()
    return [document for _, document in following] if whole else ()


def _held(page: Mapping[str, bytes]) -> bytes:
    """Give the array of a page: `records`, or `value` where nothing but OData's annotations is beside it."""
    if "records" in page:
        return page["records"]
    return page["value"] if [key for key in page if not key.startswith("@odata.")] == ["value"] else b""


def _is_json(text: bytes) -> bool:
    try:
        split(text.strip())
    except Permanent:
        return False
    return True


def _lines_before_error(text: bytes) -> int:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno - 1
    except (ValueError, RecursionError):
        return 0
    return 0
