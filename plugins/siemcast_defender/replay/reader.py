"""Reads one file in chunks of whole lines, from a place on; a document over many lines is one chunk."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO
from pathlib import Path

import msgspec

from siemcast.errors import ConfigError
from siemcast_defender.replay.cursor import HEAD, Place, digest
from siemcast_defender.replay.files import TORN, ContentStream, open_stream
from siemcast_defender.replay.parse import document, is_whole, opens_document, records

CHUNK = 2 << 20
"""Bytes that are read at once, whose records are one batch: the journal's transactions cost a quarter millisecond."""
_PART = 128 << 10
"""Bytes that are read of an archive at once: so many before a torn place may be lost with it."""
LONGEST = 256 << 20
"""Most bytes of one line, or of one document over many lines: what is held in memory at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Records, the place before them and the place after them."""

    records: list[bytes]
    before: Place
    after: Place


class Reader:
    """Reads in a worker thread; `close` waits for a read that is under way, so that no file stays open."""

    def __init__(self, path: Path, place: Place | None) -> None:
        self.trouble: str = ""
        """Why the rest of an archive cannot be read; set when it is so."""
        self._path = path
        self._place = place or Place()
        self._stream: ContentStream | None = None
        self._rest = b""
        self._head = b""
        self._lock = threading.Lock()
        self._closed = False

    def read(self) -> Chunk | None:
        """Give the next chunk; None at the end. Raises OSError, ConfigError for a line or a document too long."""
        with self._lock:
            if self._closed:
                return None
            if self._stream is None:
                self._open()
            return self._document() or self._lines()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            if self._stream is not None:
                self._stream.close()

    def _open(self) -> None:
        if self._place.head and not self._still_there():
            self._place = Place()
        with open_stream(self._path) as stream:
            self._head = _begin(stream)
        self._stream = open_stream(self._path)
        self._stream.seek(self._place.offset)

    def _still_there(self) -> bool:
        """Say whether the file begins as it did and is at least as long; an archive that is torn by now is not."""
        try:
            with open_stream(self._path) as stream:
                if not self._place.fits(stream):
                    return False
            with open_stream(self._path) as stream:
                stream.seek(max(self._place.offset - 1, 0))
                return bool(stream.read(1))
        except TORN:
            return False

    def _document(self) -> Chunk | None:
        """Read the whole file when it is one document over many lines; else keep what was read for `_lines`."""
        if self._place.offset or self._rest:
            return None
        self._rest = self._more(CHUNK)
        if not opens_document(self._rest):
            return None
        self._rest += self._more(LONGEST + 1 - len(self._rest))
        self._refuse_too_long(self._rest)
        if not is_whole(self._rest):
            return None
        text, self._rest = self._rest, b""
        self._head = text
        return self._chunk(document(text), len(text))

    def _lines(self) -> Chunk | None:
        parts = [self._rest]
        while b"\n" not in parts[-1] and (more := self._more(CHUNK)):
            parts.append(more)
            self._refuse_too_long(*parts)
        size = sum(map(len, parts))
        lines = BytesIO(parts.pop()).readlines()  # twice as fast as to split
        if parts and lines:
            lines[0] = b"".join((*parts, lines[0]))
        self._rest = b"" if not lines or lines[-1].endswith(b"\n") else lines.pop()
        if not lines:
            return self._tail(self._rest)
        return self._chunk(records(lines), self._place.offset + size - len(self._rest))

    def _tail(self, text: bytes) -> Chunk | None:
        """Give the last line, which no newline ends; torn, it is delivered, and read again once it has grown."""
        self._rest = b""
        start, end = self._place.offset, self._place.offset + len(text)
        if not text or end == self._place.seen:
            return None
        chunk = self._chunk(records([text]), end)
        if is_whole(text) or not text.strip():
            return chunk
        return replace(chunk, after=msgspec.structs.replace(chunk.after, offset=start, seen=end))

    def _chunk(self, found: list[bytes], end: int) -> Chunk:
        first = self._head[:end]
        before = msgspec.structs.replace(self._place, seen=0, head=len(first), digest=digest(first))
        done = min(before.skip, len(found))
        self._place = msgspec.structs.replace(before, offset=end, skip=before.skip - done)
        return Chunk(records=found, before=before, after=self._place)

    def _more(self, size: int) -> bytes:
        """Read on, up to `size` bytes; of a torn archive what can still be had."""
        parts: list[bytes] = []
        stream = self._stream
        if stream is None or self.trouble:
            return b""
        try:
            at_once = size if isinstance(stream, BufferedReader) else _PART
            while size > 0 and (part := stream.read1(min(size, at_once))):
                parts.append(part)
                size -= len(part)
        except TORN as error:
            self.trouble = str(error) or type(error).__name__
        return b"".join(parts)

    def _refuse_too_long(self, *parts: bytes) -> None:
        if sum(map(len, parts)) > LONGEST:
            raise ConfigError(
                f"{self._path}: more than {LONGEST >> 20} MiB in one line or document",
                hint="write one record a line (`jq -c '.[]'` does)",
            )


def _begin(stream: ContentStream) -> bytes:
    try:
        return stream.read(HEAD)
    except TORN:
        return b""
