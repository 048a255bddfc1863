"""Documents on their way in one request, and where each came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from siemcast.api import BatchSettings
from siemcast.api.journal import DeadLetter, Entry
from siemcast.schema import Document

Origin = tuple[Entry, bytes]
"""A document's entry and its raw record."""


@dataclass(slots=True)
class Parcel:
    """What travels in one request: documents of one or several entries, within the sink's limits."""

    limits: BatchSettings
    documents: list[Document] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    """Of each document."""
    seqs: list[int] = field(default_factory=list)
    """The entries of which it holds documents, each once."""
    last: int = 0
    """The newest of them."""
    size: int = 0
    begun: float = 0.0
    """When its first document came in: seconds of the event loop's clock."""

    def __bool__(self) -> bool:
        return bool(self.documents)

    def add(self, document: Document, origin: Origin) -> bool:
        """Put a document in, and say whether there was room."""
        if not self.room(len(document.body)):
            return False
        self.documents.append(document)
        self.origins.append(origin)
        self.size += len(document.body)
        return True

    def room(self, size: int) -> bool:
        """Say whether a document of so many bytes goes in; a longer one than the limit only when it is alone."""
        return not self.documents or (
            self.size + size <= self.limits.bytes and len(self.documents) < self.limits.records
        )

    @property
    def full(self) -> bool:
        """Whether nothing more goes in."""
        return self.size >= self.limits.bytes or len(self.documents) >= self.limits.records


def dead_letter(sink: str, entry: Entry, raw: bytes, event_id: str, reason: str, time: datetime) -> DeadLetter:
    """Make a dead letter of a record."""
    return DeadLetter(
        sink=sink,
        source=entry.source,
        time=time,
        event_id=event_id,
        reason=reason,
        shape=entry.shape,
        record=raw,
    )


@dataclass(slots=True)
class Letters:
    """Dead letters that wait for their entry to be settled, so that a crash keeps neither twice nor none."""

    _waiting: dict[int, list[DeadLetter]] = field(default_factory=dict)

    def add(self, seq: int, letter: DeadLetter) -> None:
        """Keep a dead letter; a second one of the same record (another document of it) says nothing new."""
        letters = self._waiting.setdefault(seq, [])
        if not any(other.record is letter.record for other in letters):
            letters.append(letter)

    def up_to(self, mark: int) -> Sequence[DeadLetter]:
        """Give those of the entries up to a seq; they are kept until `forget`."""
        return [letter for seq in sorted(self._waiting) if seq <= mark for letter in self._waiting[seq]]

    def forget(self, mark: int) -> None:
        """Let go of what was stored."""
        for seq in [seq for seq in self._waiting if seq <= mark]:
            del self._waiting[seq]
