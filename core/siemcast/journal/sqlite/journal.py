"""The journal on SQLite: what a coroutine here has returned from survives a `kill -9` and a power cut."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from siemcast.api import Batch, Cursor, Partition
from siemcast.api.journal import DeadLetter, Entry, JournalSettings, Usage
from siemcast.journal.sqlite import letters, trimming
from siemcast.journal.sqlite.frames import Frames, TornFrameError
from siemcast.journal.sqlite.salvage import salvage
from siemcast.journal.sqlite.thread import SqliteThread
from siemcast.journal.sqlite.times import from_micros, to_micros

_RETRIED = Partition("dead-letters")
_Row = tuple[int, str, str, str, int, str | None, int, bytes]


class SqliteJournal:
    """Implements `siemcast.api.journal.Journal`."""

    def __init__(self, thread: SqliteThread, settings: JournalSettings, clock: Callable[[], datetime]) -> None:
        self._thread = thread
        self._settings = settings
        self._clock = clock
        self._frames = Frames()
        self._version: int | None = None

    async def append(self, source: str, batch: Batch) -> Entry | None:
        """Store a batch and its cursor in one transaction."""
        time = self._clock()

        def work(connection: sqlite3.Connection) -> int:
            seq = self._insert(connection, source, batch, time, None) if batch.records else 0
            connection.execute(
                "INSERT INTO cursors VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor",
                (source, batch.partition, batch.cursor),
            )
            return seq

        seq = await self._thread.write(work)
        return Entry(seq, source, batch.partition, batch.shape, time, batch.records) if seq else None

    async def cursors(self, source: str) -> Mapping[Partition, Cursor]:
        """Give where a source goes on, by partition."""
        rows = await self._thread.read(
            lambda connection: connection.execute(
                "SELECT partition, cursor FROM cursors WHERE source = ?", (source,)
            ).fetchall()
        )
        return {Partition(partition): Cursor(cursor) for partition, cursor in rows}

    async def read(self, after: int, max_bytes: int) -> Sequence[Entry]:
        """Give the entries after a seq."""
        return await self._thread.read(lambda connection: self._entries(connection, after, max_bytes))

    async def lanes(self) -> Mapping[str, int]:
        """Give each sink's position."""
        return await self._thread.read(
            lambda connection: dict(connection.execute("SELECT sink, seq FROM lanes").fetchall())
        )

    async def settle(self, sink: str, seq: int, dead: Sequence[DeadLetter] = ()) -> None:
        """Move a lane, and keep its dead letters with it."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO lanes VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)", (sink, seq)
            )
            letters.keep(connection, dead)

        await self._thread.write(work)

    async def dead_letters(self, *, sink: str | None = None, ids: Sequence[int] | None = None) -> Sequence[DeadLetter]:
        """Give dead letters, oldest first."""
        return await self._thread.read(lambda connection: letters.find(connection, sink, ids))

    async def retry(self, ids: Sequence[int]) -> int:
        """Put dead letters back as batches for their sink alone."""
        time = self._clock()

        def work(connection: sqlite3.Connection) -> int:
            for chunk in letters.chunks(letters.find(connection, None, ids)):
                batch = Batch(_RETRIED, [letter.record for letter in chunk], Cursor(""), chunk[0].shape)
                self._insert(connection, chunk[0].source, batch, time, chunk[0].sink)
            return letters.forget(connection, ids)

        return await self._thread.write(work)

    async def drop(self, ids: Sequence[int]) -> int:
        """Forget dead letters."""
        return await self._thread.write(lambda connection: letters.forget(connection, ids))

    async def trim(self, sinks: Sequence[str], now: datetime) -> None:
        """Delete settled batches that are too old or too many, a few at a time so that appends get their turn."""
        oldest = to_micros(now - self._settings.keep)
        while await self._thread.write(lambda connection: trimming.delete_old(connection, sinks, oldest)):
            pass
        while await self._thread.write(
            lambda connection: trimming.delete_excess(connection, sinks, self._settings.max_bytes)
        ):
            pass
        await self._thread.read(trimming.give_back)

    async def usage(self) -> Usage:
        """Count what is stored."""
        return await self._thread.read(trimming.usage)

    async def changed(self) -> bool:
        """Say whether another connection wrote since this was last asked."""
        version = await self._thread.read(lambda connection: connection.execute("PRAGMA data_version").fetchone()[0])
        before, self._version = self._version, version
        return before is not None and before != version

    def _insert(
        self, connection: sqlite3.Connection, source: str, batch: Batch, time: datetime, sink: str | None
    ) -> int:
        frame = self._frames.pack(batch.records)
        seq = connection.execute(
            "INSERT INTO batches (source, partition, shape, time, sink, size, stored, frame)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                batch.partition,
                batch.shape,
                to_micros(time),
                sink,
                sum(map(len, batch.records)),
                len(frame),
                frame,
            ),
        ).lastrowid
        assert seq is not None  # noqa: S101 - sqlite gives every inserted row its id
        return seq

    def _entries(self, connection: sqlite3.Connection, after: int, max_bytes: int) -> list[Entry]:
        entries: list[Entry] = []
        room = max_bytes
        rows = connection.execute(
            "SELECT seq, source, partition, shape, time, sink, size, frame FROM batches WHERE seq > ? ORDER BY seq",
            (after,),
        )
        for row in rows:
            room -= row[6]
            if entries and room < 0:
                break
            entries.append(self._entry(row))
        rows.close()
        return entries

    def _entry(self, row: _Row) -> Entry:
        seq, source, partition, shape, time, sink, _, frame = row
        entry = partial(Entry, seq, source, Partition(partition), shape, from_micros(time), sink=sink)
        try:
            return entry(self._frames.unpack(frame))
        except TornFrameError as error:
            saved = salvage(frame)
            damage = f"batch {seq} of the journal came back torn from the disk ({error}); look at the disk's health"
        if saved.sound:
            return entry(saved.records, damage=f"{damage}; this is what it is stored as", torn=[frame])
        return entry((), damage=f"{damage}; this may not be as it was sent", torn=[*saved.records, frame])


@asynccontextmanager
async def open_journal(
    settings: JournalSettings, state: Path, clock: Callable[[], datetime]
) -> AsyncIterator[SqliteJournal]:
    """Open the journal of a state folder. Raises ConfigError when that cannot be used."""
    thread = SqliteThread(state)
    try:
        await thread.open()
        journal = SqliteJournal(thread, settings, clock)
        await journal.changed()
        yield journal
    finally:
        await thread.close()
