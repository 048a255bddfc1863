"""The one thread that does all SQLite work; writes that wait together are committed together."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from siemcast.errors import Transient
from siemcast.journal.sqlite.tables import FILE, connect

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class SqliteThread:
    """Owns the connection and the thread that it lives on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="siemcast-journal")
        self._waiting: deque[tuple[Work[Any], Future[Any]]] = deque()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """What the file is, whatever becomes of its name."""

    async def open(self) -> None:
        """Connect. Raises ConfigError as `tables.connect` does."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._connect)

    async def close(self) -> None:
        """Finish what was begun, then disconnect."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._disconnect)
        self._pool.shutdown()

    async def read(self, work: Work[T]) -> T:
        """Run a query. Raises Transient when the file cannot be read now."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._query, work)

    async def write(self, work: Work[T]) -> T:
        """Run work inside a transaction, shared with what else waits, and return once that is on disk.

        Raises Transient when it cannot be written now; then nothing of it was.
        """
        future: Future[T] = Future()
        self._waiting.append((work, future))
        self._pool.submit(self._commit)
        return await asyncio.wrap_future(future)

    def _connect(self) -> None:
        self._connection = connect(self._folder)
        self._file = self._there()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _query(self, work: Work[T]) -> T:
        assert self._connection is not None  # noqa: S101 - `open` came first, or there is no one to call
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _commit(self) -> None:
        """Commit all writes that wait; the first call takes them all, and later ones find nothing to do."""
        group = [(work, future) for work, future in self._taken() if future.set_running_or_notify_cancel()]
        if group:
            self._commit_group(group)

    def _commit_group(self, group: list[tuple[Work[Any], Future[Any]]]) -> None:
        try:
            self._stay()
            results = self._query(lambda connection: _in_transaction(connection, [work for work, _ in group]))
        except Exception as error:  # noqa: BLE001 - handed to those who wait, who know what to do with it
            if len(group) > 1 and not isinstance(
                error, Transient
            ):  # one of them is at fault: the others need not suffer
                for one in group:
                    self._commit_group([one])
                return
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    def _stay(self) -> None:
        """Raise Transient while the file is not at its place: SQLite would go on in one that ends with this process."""
        if self._there() != self._file:
            raise Transient(
                f"journal {self._folder / FILE}: somebody moved or removed it while siemcast runs",
                hint="put it back, or start siemcast again, which then begins anew; sources wait meanwhile",
            )

    def _there(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / FILE).stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _taken(self) -> list[tuple[Work[Any], Future[Any]]]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _told(self, error: sqlite3.Error) -> Transient:
        return Transient(
            f"journal {self._folder / FILE}: {error}",
            hint="nothing is lost, sources wait; look at the disk's free space and health",
        )


def _in_transaction(connection: sqlite3.Connection, group: list[Work[Any]]) -> list[Any]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [work(connection) for work in group]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return results
