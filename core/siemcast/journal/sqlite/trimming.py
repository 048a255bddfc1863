"""What may be deleted: batches that every configured sink has settled, oldest first, a bounded number at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from siemcast.api.journal import Usage

_AT_A_TIME = 200
"""Batches in one transaction: some 30 MB, so that an append waits milliseconds."""
_PAGES_GIVEN_BACK = 4096
"""Free pages returned to the file system at a time (64 MB); the others are used again."""


def delete_old(connection: sqlite3.Connection, sinks: Sequence[str], oldest: int) -> int:
    """Delete settled batches from before a time (µs); gives how many, 0 when none is left."""
    rows = connection.execute(
        "SELECT seq FROM batches WHERE time < ? AND seq <= ? ORDER BY time LIMIT ?",
        (oldest, _settled(connection, sinks), _AT_A_TIME),
    )
    return _delete(connection, [seq for (seq,) in rows])


def delete_excess(connection: sqlite3.Connection, sinks: Sequence[str], max_bytes: int) -> int:
    """Delete settled batches once more than `max_bytes` are stored, down to 95 %, so that this comes seldom."""
    stored = _stored(connection)
    if stored < max_bytes:
        return 0
    doomed = []
    rows = connection.execute(
        "SELECT seq, stored FROM batches WHERE seq <= ? ORDER BY seq LIMIT ?",
        (_settled(connection, sinks), _AT_A_TIME),
    )
    for seq, size in rows:
        if stored <= max_bytes * 19 // 20:
            break
        doomed.append(seq)
        stored -= size
    rows.close()
    return _delete(connection, doomed)


def give_back(connection: sqlite3.Connection) -> None:
    """Return some free pages to the file system."""
    connection.execute(f"PRAGMA incremental_vacuum({_PAGES_GIVEN_BACK})").fetchall()


def usage(connection: sqlite3.Connection) -> Usage:
    """Count what is stored."""
    batches, first = connection.execute("SELECT count(*), coalesce(min(seq), 0) FROM batches").fetchone()
    dead = dict(connection.execute("SELECT sink, count(*) FROM dead_letters GROUP BY sink").fetchall())
    return Usage(bytes=_stored(connection), batches=batches, first=first, last=_last(connection), dead_letters=dead)


def _settled(connection: sqlite3.Connection, sinks: Iterable[str]) -> int:
    """The seq up to which every sink has settled; a sink that has no lane yet has settled nothing."""
    lanes = dict(connection.execute("SELECT sink, seq FROM lanes").fetchall())
    return min((lanes.get(sink, 0) for sink in sinks), default=_last(connection))


def _stored(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(sum(stored), 0) FROM batches").fetchone()[0])


def _last(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batches'").fetchone()
    return int(row[0]) if row else 0


def _delete(connection: sqlite3.Connection, seqs: Sequence[int]) -> int:
    connection.executemany("DELETE FROM batches WHERE seq = ?", [(seq,) for seq in seqs])
    return len(seqs)
