"""Takes an entry's records through routes and format, holding each record's failure to that record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain

from siemcast.api import Format
from siemcast.api.journal import DeadLetter, Entry
from siemcast.engine.feed import Step
from siemcast.engine.order import order_for
from siemcast.engine.parcel import Load, dead_letter, loaded
from siemcast.engine.retrier import PartBroken
from siemcast.engine.routing import Passage, SinkRoutes, itself
from siemcast.engine.world import World
from siemcast.errors import Permanent, SiemcastError
from siemcast.schema import Document, Record

_BUGS_IN_A_ROW = 8
"""So many records, one after another, that a format or transform fails on by a bug, stop the lane."""

_Made = Iterable[tuple[Record, Sequence[Document]]]
_Letters = dict[int, DeadLetter]
"""By the place of the record."""


class Encoder:
    """Encodes for one sink."""

    def __init__(self, sink: str, routes: SinkRoutes, format: Format, world: World) -> None:  # noqa: A002 - its name
        self._sink = sink
        self._routes = routes
        self._encode = format.encode
        self._order = order_for(format)
        self._world = world
        self._bugs = 0

    def load(self, step: Step) -> Load | None:
        """Give the documents of an entry's records, in order; None when it is not for this sink. Raises PartBroken."""
        passage = self._routes.passage(step)
        if passage is None or step.entry is None:
            return None
        letters: _Letters = {}
        if passage is itself:
            made = self._straight(step.entry, step, letters)
        else:
            made = self._routed(step.entry, step, passage, letters)
        refused = [letters[place] for place in sorted(letters)]
        return loaded(step.entry, list(made), [*refused, *self._torn(step.entry)])

    def _straight(self, entry: Entry, step: Step, letters: _Letters) -> _Made:
        """Encode records that go to the sink as they are: a loop that calls nothing but the format."""
        encode, records, is_last = self._encode, step.records, step.takers <= 0
        made: list[Sequence[Document]] = [()] * len(records)
        for place in self._order(records):
            record = records[place]
            try:
                made[place] = encode(record)
                self._bugs = 0
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a record brings about stays with it
                letters[place] = self._refused(entry, record, error)
            if is_last:
                record.forget()
        return zip(records, made, strict=True)

    def _routed(self, entry: Entry, step: Step, passage: Passage, letters: _Letters) -> _Made:
        """Encode what becomes of records on their way."""
        made: list[list[tuple[Record, Sequence[Document]]]] = [[] for _ in step.records]
        for place in self._order(step.records):
            record = original = step.records[place]
            try:
                for record in passage(original):
                    made[place].append((record, self._encode(record)))
                    self._bugs = 0
            except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
                letters[place] = self._refused(entry, record, error)
            if step.takers <= 0:
                original.forget()
        return chain.from_iterable(made)

    def _torn(self, entry: Entry) -> Sequence[DeadLetter]:
        """Set aside what the journal could not give back, and say so."""
        if not entry.damage:
            return ()
        facts = {"cause": entry.damage, "source": entry.source, "saved": len(entry.records), "torn": len(entry.torn)}
        self._world.log.error("journal_torn", part=f"sinks.{self._sink}", **facts)
        now = self._world.now()
        return [dead_letter(self._sink, entry, raw, digest(raw), entry.damage, now) for raw in entry.torn]

    def _refused(self, entry: Entry, record: Record, error: BaseException) -> DeadLetter:
        if isinstance(error, SiemcastError):
            reason = str(error)
        else:
            reason = f"bug in format or transform: {type(error).__name__}: {error}"
            self._count_bug(reason, error)
        return dead_letter(self._sink, entry, record.raw, event_id(record), reason, self._world.now())

    def _count_bug(self, reason: str, error: BaseException) -> None:
        self._bugs += 1
        self._world.log.error("plugin_bug", part=f"sinks.{self._sink}", cause=reason, exc_info=error)
        if self._bugs >= _BUGS_IN_A_ROW:
            raise PartBroken(f"{reason}; {self._bugs} records in a row") from error


def event_id(record: Record) -> str:
    """Give the id that a record's head names, or the SHA-256 of its bytes when it has no head."""
    try:
        return record.head.id
    except (Permanent, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return digest(record.raw)


def digest(raw: bytes) -> str:
    """Give the id of what has no head: the SHA-256 of its bytes."""
    return hashlib.sha256(raw).hexdigest()
