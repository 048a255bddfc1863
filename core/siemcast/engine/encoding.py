"""Takes an entry's records through routes and format, holding each record's failure to that record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from siemcast.api import Format
from siemcast.api.journal import DeadLetter, Entry
from siemcast.engine.feed import Step
from siemcast.engine.parcel import Origin, dead_letter
from siemcast.engine.retrier import PartBroken
from siemcast.engine.routing import Passage, SinkRoutes, itself
from siemcast.engine.world import World
from siemcast.errors import Permanent, SiemcastError
from siemcast.schema import Document, Record

_BUGS_IN_A_ROW = 8
"""So many records, one after another, that a format or transform fails on by a bug, stop the lane."""

Outcome = tuple[Origin, Sequence[Document]] | DeadLetter
"""Where a record came from and its documents, or its dead letter."""


class Encoder:
    """Encodes for one sink."""

    def __init__(self, sink: str, routes: SinkRoutes, format: Format, world: World) -> None:  # noqa: A002 - its name
        self._sink = sink
        self._routes = routes
        self._encode = format.encode
        self._world = world
        self._bugs = 0

    def outcomes(self, step: Step) -> Iterator[Outcome]:
        """Give what becomes of each record of an entry that goes to this sink, in order. Raises PartBroken."""
        passage = self._routes.passage(step)
        if passage is None or step.entry is None:
            return
        entry, is_last = step.entry, step.takers <= 0
        one = self._one if passage is itself else self._each
        made: dict[int, Sequence[Outcome]] = {}
        for place in by_kin(step.records):
            record = step.records[place]
            made[place] = tuple(one(entry, record, passage))
            if is_last:
                record.forget()
        for place in range(len(step.records)):
            yield from made.pop(place)

    def _one(self, entry: Entry, record: Record, passage: Passage) -> Sequence[Outcome]:
        """Encode a record that goes to the sink as it is."""
        try:
            documents = self._encode(record)
        except Exception as error:  # noqa: BLE001 - whatever a record brings about stays with that record
            return (self._refused(entry, record, error),)
        self._bugs = 0
        return (((entry, record.raw), documents),)

    def _each(self, entry: Entry, original: Record, passage: Passage) -> Iterator[Outcome]:
        """Encode what becomes of a record on its way."""
        record = original
        try:
            for record in passage(original):
                yield (entry, record.raw), self._encode(record)
                self._bugs = 0
        except Exception as error:  # noqa: BLE001 - as above
            yield self._refused(entry, record, error)

    def _refused(self, entry: Entry, record: Record, error: Exception) -> DeadLetter:
        if isinstance(error, SiemcastError):
            reason = str(error)
        else:
            reason = f"bug in format or transform: {type(error).__name__}: {error}"
            self._count_bug(reason, error)
        return dead_letter(self._sink, entry, record.raw, event_id(record), reason, self._world.now())

    def _count_bug(self, reason: str, error: Exception) -> None:
        self._bugs += 1
        self._world.log.error("plugin_bug", part=f"sinks.{self._sink}", cause=reason, exc_info=error)
        if self._bugs >= _BUGS_IN_A_ROW:
            raise PartBroken(f"{reason}; {self._bugs} records in a row") from error


def by_kin(records: Sequence[Record]) -> Sequence[int]:
    """Give the places of records, those of one table together: their function then stays in the processor's cache."""
    kin = [record.kin for record in records]
    return sorted(range(len(records)), key=kin.__getitem__)


def event_id(record: Record) -> str:
    """Give the id that a record's head names, or the SHA-256 of its bytes when it has no head."""
    try:
        return record.head.id
    except (Permanent, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return hashlib.sha256(record.raw).hexdigest()
