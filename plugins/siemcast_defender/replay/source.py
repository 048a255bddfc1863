"""Reads files into batches: a partition a file, in the order of their names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import msgspec

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.errors import ConfigError, SiemcastError, Transient
from siemcast.schema import RecordShape
from siemcast_defender.replay.config import ReplaySettings
from siemcast_defender.replay.cursor import read_place
from siemcast_defender.replay.files import find_files
from siemcast_defender.replay.parse import runs
from siemcast_defender.replay.reader import Chunk, Reader
from siemcast_defender.shapes import HUNTING


@asynccontextmanager
async def open_source(settings: ReplaySettings, context: Context) -> AsyncGenerator[ReplaySource, None]:
    """Open replay.file; nothing is read yet. Raises ConfigError for a `kind_of_record` that nobody brings."""
    yield ReplaySource(settings, context, _shapes(settings, context))


class ReplaySource:
    """Yields what the files hold, and ends with the last of them."""

    def __init__(self, settings: ReplaySettings, context: Context, shapes: Sequence[RecordShape]) -> None:
        self._path = settings.path
        self._log = context.log
        self._shapes = shapes

    async def check(self) -> None:
        """Find the files and open each. Raises ConfigError when there are none or one cannot be read."""
        for path in await self._files():
            try:
                await asyncio.to_thread(_try, path)
            except OSError as error:
                raise ConfigError(f"cannot read {path}: {error.strerror}", hint="mend its rights or its path") from None

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        """Yield the records of all files, each from its cursor on; a file that was replaced is read anew.

        A file that cannot be read holds back no other: what was wrong with the first of such is raised in the end.
        """
        troubles: list[SiemcastError] = []
        for path in await self._files():
            try:
                async with aclosing(self._file(path, resume.get(Partition(str(path))))) as found:
                    async for batch in found:
                        yield batch
            except (ConfigError, Transient) as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]

    async def _file(self, path: Path, cursor: Cursor | None) -> AsyncGenerator[Batch, None]:
        reader = Reader(path, None if cursor is None else read_place(cursor))
        try:
            while (chunk := await _next(reader, path)) is not None:
                for batch in batches(chunk, Partition(str(path)), self._shapes):
                    yield batch
        finally:
            reader.close()
        if reader.trouble:
            self._log.error("archive_torn", file=str(path), cause=reader.trouble, effect="the rest is not readable")

    async def _files(self) -> Sequence[Path]:
        found = await asyncio.to_thread(find_files, self._path)
        if not found:
            raise ConfigError(
                f"path: {self._path}: no such file, or nothing in it",
                hint="name a file, a glob, or a folder with .json, .jsonl or .ndjson files (also .gz, .zst)",
            )
        return found


def batches(chunk: Chunk, partition: Partition, shapes: Sequence[RecordShape]) -> Iterator[Batch]:
    """Cut a chunk into batches of one shape; a cursor amid a chunk counts the records that are done."""
    done = min(chunk.before.skip, len(chunk.records))
    for shape, run in runs(chunk.records[done:], shapes):
        done += len(run)
        amid = done < len(chunk.records)
        place = msgspec.structs.replace(chunk.before, skip=done) if amid else chunk.after
        yield Batch(partition, run, place.written(), shape)


def _shapes(settings: ReplaySettings, context: Context) -> Sequence[RecordShape]:
    kind = settings.kind_of_record
    if kind is None:
        return [HUNTING, *(shape for shape in context.shapes() if shape.name != HUNTING.name)]
    try:
        shapes = context.shapes(kind)
    except KeyError:
        shapes = ()
    if not shapes:
        raise ConfigError(f"kind_of_record: no source kind {kind!r}", hint="`siemcast plugins` lists the kinds")
    return shapes


async def _next(reader: Reader, path: Path) -> Chunk | None:
    try:
        return await asyncio.to_thread(reader.read)
    except OSError as error:
        raise Transient(f"cannot read {path}: {error.strerror}", hint="mend its rights or its disk") from None


def _try(path: Path) -> None:
    with path.open("rb") as file:
        file.read(1)
