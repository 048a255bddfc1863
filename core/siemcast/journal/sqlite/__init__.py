"""The journal of a single machine: SQLite in WAL mode, one row a batch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from siemcast.api import hookimpl
from siemcast.api.journal import AnyJournalSpec, Journal, JournalSettings, JournalSpec


class SqliteSettings(JournalSettings):
    """Settings of the journal in a file of the state folder."""


@asynccontextmanager
async def _open(settings: SqliteSettings, state: Path, clock: Callable[[], datetime]) -> AsyncIterator[Journal]:
    from siemcast.journal.sqlite.journal import open_journal  # noqa: PLC0415 - the command line starts without SQLite

    async with open_journal(settings, state, clock) as journal:
        yield journal


SPEC = JournalSpec(
    kind="sqlite",
    summary="A file in the state folder: every batch is on disk before its source goes on",
    settings=SqliteSettings,
    open=_open,
)


@hookimpl
def register_journals() -> Sequence[AnyJournalSpec]:
    """Give the SQLite journal."""
    return [SPEC]
