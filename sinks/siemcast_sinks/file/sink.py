"""Delivers to files in a folder."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from siemcast.api import Context, Encoded, Rejected
from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast.schema import Document
from siemcast_sinks.file.config import FileSettings
from siemcast_sinks.file.folder import Folder

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class FileSink:
    """Appends each document as a line; a return means that it is on disk."""

    def __init__(self, folder: Folder, path: Path) -> None:
        self._folder = folder
        self._path = path

    async def check(self) -> None:
        """Ask whether the folder can be made and written to."""
        there = next(path for path in (self._path, *self._path.absolute().parents) if path.exists())
        if not there.is_dir():
            raise Transient(f"{there} is a file, not a folder", hint="correct the sink's path")
        if not os.access(there, os.W_OK | os.X_OK):
            raise failure(PermissionError(errno.EACCES, "Permission denied"), self._path)

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        if batch.documents:
            data = lines(batch.documents)
            try:
                await asyncio.to_thread(self._folder.append, data)
            except OSError as error:
                raise failure(error, self._path) from error
        return ()


def lines(documents: Iterable[Document]) -> bytes:
    """Give one line a document; a line end between a JSON document's tokens becomes a space."""
    bodies = (document.body for document in documents)
    return b"\n".join((*(body.replace(b"\n", b" ") if b"\n" in body else body for body in bodies), b""))


def failure(error: OSError, path: Path) -> DeliveryError:
    """Say in plain words what the operating system said."""
    if error.errno in _FULL:
        hint = "free some, or lower the journal's and the archive's size; what was not written waits in the journal"
        return Transient(f"no space is left for {path}", hint=hint)
    if error.errno in _FORBIDDEN:
        return AuthRefused(f"{path} can not be written to ({error.strerror})", hint="let siemcast's user write there")
    hint = "check the sink's path and its disk; what was not written waits in the journal"
    return Transient(f"writing to {path} failed ({error.strerror or error})", hint=hint)


@asynccontextmanager
async def open_file(settings: FileSettings, context: Context) -> AsyncGenerator[FileSink, None]:
    """Open the sink for as long as the context lasts; a folder that can not be made is said by the first write."""
    folder = Folder(settings, context.name, context.now, context.log)
    try:
        await asyncio.to_thread(folder.prepare)
    except OSError as error:
        context.log.warning("file.not_ready", cause=str(failure(error, settings.path)))
    try:
        yield FileSink(folder, settings.path)
    finally:
        await asyncio.to_thread(folder.close)
