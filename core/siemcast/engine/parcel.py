"""Documents on their way in one request, and where each came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from siemcast.api import BatchSettings
from siemcast.api.journal import DeadLetter, Entry
from siemcast.schema import Document, Record


@dataclass(frozen=True, slots=True)
class Load:
    """What one entry gives a sink to send."""

    entry: Entry
    documents: Sequence[Document]
    raws: Sequence[bytes]
    """The record of each document."""
    ends: Sequence[int]
    """Bytes of all documents up to and with each."""
    letters: Sequence[DeadLetter]
    """Of the records that could not be encoded."""


def loaded(entry: Entry, made: Sequence[tuple[Record, Sequence[Document]]], letters: Sequence[DeadLetter]) -> Load:
    """Put together what became of an entry's records, in order."""
    documents = [document for _, several in made for document in several]
    raws = [record.raw for record, several in made for _ in several]
    ends = list(accumulate([len(document.body) for document in documents]))
    return Load(entry, documents, raws, ends, letters)


@dataclass(slots=True)
class Parcel:
    """What travels in one request: documents of one or several entries, within the sink's limits."""

    limits: BatchSettings
    documents: list[Document] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    """The record of each document."""
    entries: list[Entry] = field(default_factory=list)
    """Of which it holds documents, in order."""
    firsts: list[int] = field(default_factory=list)
    """Where the documents of each entry begin."""
    size: int = 0
    begun: float = 0.0
    """When its first document came in: seconds of the event loop's clock."""

    def __bool__(self) -> bool:
        return bool(self.documents)

    def room(self, load: Load, start: int) -> int:
        """Say before which document of a load, from one on, there is no more room; one too long for any goes alone."""
        before = load.ends[start - 1] if start else 0
        end = bisect_right(load.ends, before + self.limits.bytes - self.size, start)
        end = min(end, start + self.limits.records - len(self.documents))
        return end if self.documents else max(end, start + 1)

    def add(self, load: Load, start: int, end: int) -> None:
        """Put in the documents of a load from one up to another."""
        self.entries.append(load.entry)
        self.firsts.append(len(self.documents))
        self.documents += load.documents[start:end]
        self.raws += load.raws[start:end]
        self.size += load.ends[end - 1] - (load.ends[start - 1] if start else 0)

    def entry(self, index: int) -> Entry:
        """Give the entry that a document is of."""
        return self.entries[bisect_right(self.firsts, index) - 1]

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
