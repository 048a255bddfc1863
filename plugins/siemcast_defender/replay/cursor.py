"""A place in a file: where reading goes on, and how to tell that it is still the same file."""

from __future__ import annotations

from hashlib import blake2b
from typing import Protocol

import msgspec

from siemcast.api import Cursor

HEAD = 1024
"""First bytes of a file that tell it from one that took its name."""


class Readable(Protocol):
    """Anything that bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Stands in the decompressed content of one file."""

    offset: int = 0
    """Bytes that are done with."""
    skip: int = 0
    """Records after `offset` that are done with too."""
    seen: int = 0
    """End of a torn last line that was delivered as it was; once longer, the line is read again."""
    head: int = 0
    """How many first bytes `digest` covers."""
    digest: str = ""
    """Digest of the first bytes."""

    def written(self) -> Cursor:
        """Write it for the journal."""
        return Cursor(msgspec.json.encode(self).decode())

    def fits(self, stream: Readable) -> bool:
        """Say whether a file, read from its first byte, begins as the one that this place was taken in."""
        first = stream.read(self.head)
        return len(first) == self.head and digest(first) == self.digest


def read_place(cursor: Cursor) -> Place:
    """Read what `written` wrote."""
    return msgspec.json.decode(cursor, type=Place)


def digest(first: bytes) -> str:
    """Digest a file's first bytes."""
    return blake2b(first, digest_size=8).hexdigest()
