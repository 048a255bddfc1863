"""replay.file: records from files, for demos, tests and backfill from archives."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, RecordKind, Source, SourceSpec, hookimpl
from siemcast_defender.record_kinds import ALL, RECORD_KINDS
from siemcast_defender.replay.config import ReplaySettings


@asynccontextmanager
async def _open(settings: ReplaySettings, context: Context) -> AsyncGenerator[Source, None]:
    from siemcast_defender.replay.source import open_source  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_source(settings, context) as source:
        yield source


SPEC = SourceSpec(
    kind="replay.file",
    summary="Records from files: JSON lines, pages and arrays, plain, gzip or zstd",
    settings=ReplaySettings,
    open=_open,
    shapes=ALL,
)


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind replay.file."""
    return (SPEC,)


@hookimpl
def register_record_kinds() -> Iterable[RecordKind]:
    """Give the kinds of record that archives hold, and that nothing here reads from Microsoft."""
    return RECORD_KINDS
