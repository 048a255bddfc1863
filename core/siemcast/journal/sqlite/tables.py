"""The journal's tables, and how its file is opened."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from siemcast.errors import ConfigError

FILE = "journal.sqlite"
VERSION = 1
_BUSY_SECONDS = 30.0
"""How long to wait for another process (a `dead-letters retry` beside the forwarder) to finish its transaction."""

_SETTINGS = """
PRAGMA page_size = 16384;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 67108864;
"""

_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    partition TEXT NOT NULL,
    shape TEXT NOT NULL,
    time INTEGER NOT NULL,
    sink TEXT,
    size INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    frame BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS batches_by_time ON batches (time, stored);
CREATE TABLE IF NOT EXISTS cursors (
    source TEXT NOT NULL,
    partition TEXT NOT NULL,
    cursor TEXT NOT NULL,
    PRIMARY KEY (source, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lanes (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sink TEXT NOT NULL,
    source TEXT NOT NULL,
    time INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    shape TEXT NOT NULL,
    record BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS dead_letters_by_sink ON dead_letters (sink);
PRAGMA user_version = {VERSION};
COMMIT;
"""


def connect(folder: Path) -> sqlite3.Connection:
    """Open the journal's file, making folder (0700), file (0600) and tables where absent.

    Raises ConfigError when the folder cannot be used or the file is no journal of this version.
    """
    path = folder / FILE
    _make_private(folder, path)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        with _alone(folder):
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_private(folder: Path, path: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigError(
            f"state: cannot write {path}: {error.strerror}", hint="give a folder that this user may write to"
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time prepare its connection: SQLite has two that turn to WAL at once fail, and not wait."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system that locks no folders: it is then as rare as it was
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise ConfigError(
                f"state: {path} was written by a newer siemcast (version {version})",
                hint="run that one, or move it away",
            )
        connection.executescript(_SETTINGS)
        if version < VERSION:
            connection.executescript(_TABLES)
    except sqlite3.OperationalError as error:
        raise ConfigError(
            f"state: cannot open {path}: {error}", hint="look at the disk and the folder's owner"
        ) from error
    except sqlite3.DatabaseError as error:
        raise ConfigError(f"state: {path} is not a journal: {error}", hint="move it away and start again") from error
