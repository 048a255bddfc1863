"""Dead letters as rows: kept, listed, dropped, and put back into the journal for their sink alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from siemcast.api.journal import DeadLetter
from siemcast.journal.sqlite.times import from_micros, to_micros

_CHUNK_RECORDS = 500
_COLUMNS = "id, sink, source, time, event_id, reason, shape, record"


def keep(connection: sqlite3.Connection, letters: Iterable[DeadLetter]) -> None:
    """Store dead letters, giving each an id."""
    connection.executemany(
        "INSERT INTO dead_letters (sink, source, time, event_id, reason, shape, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                letter.sink,
                letter.source,
                to_micros(letter.time),
                letter.event_id,
                letter.reason,
                letter.shape,
                letter.record,
            )
            for letter in letters
        ],
    )


def find(connection: sqlite3.Connection, sink: str | None, ids: Sequence[int] | None) -> list[DeadLetter]:
    """Give the dead letters of a sink, or with these ids, or all, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM dead_letters WHERE (:sink IS NULL OR sink = :sink) ORDER BY id",  # noqa: S608 - constant
        {"sink": sink},
    )
    wanted = None if ids is None else set(ids)
    return [_letter(row) for row in rows if wanted is None or row[0] in wanted]


def forget(connection: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Delete dead letters; gives how many there were."""
    return connection.executemany("DELETE FROM dead_letters WHERE id = ?", [(key,) for key in set(ids)]).rowcount


def chunks(letters: Sequence[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Group dead letters into batches: one sink, source and shape each, and of a bounded size."""
    ordered = sorted(letters, key=lambda letter: (letter.sink, letter.source, letter.shape, letter.id))
    for _, group in groupby(ordered, key=lambda letter: (letter.sink, letter.source, letter.shape)):
        alike = list(group)
        yield from (alike[start : start + _CHUNK_RECORDS] for start in range(0, len(alike), _CHUNK_RECORDS))


def _letter(row: tuple[int, str, str, int, str, str, str, bytes]) -> DeadLetter:
    number, sink, source, time, event_id, reason, shape, record = row
    return DeadLetter(
        id=number,
        sink=sink,
        source=source,
        time=from_micros(time),
        event_id=event_id,
        reason=reason,
        shape=shape,
        record=record,
    )
