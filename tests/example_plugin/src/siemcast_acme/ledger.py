"""The sink: appends documents to a file, and refuses what mentions the vault."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from siemcast.api import Context, Encoded, Rejected, SinkSettings
from siemcast.errors import Transient


class LedgerSettings(SinkSettings):
    """Settings of `acme.ledger`."""

    path: Path
    """The ledger's file."""
    format: str = "raw"
    """Format of the documents."""


class Ledger:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = asyncio.Lock()

    async def check(self) -> None:
        if not self._path.parent.is_dir():
            raise Transient(f"no such folder: {self._path.parent}", hint="create it")

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        secret = {index for index, document in enumerate(batch.documents) if b"vault" in document.body}
        lines = [document.body + b"\n" for index, document in enumerate(batch.documents) if index not in secret]
        async with self._turn:
            await asyncio.to_thread(self._append, b"".join(lines))
        return [Rejected(index, "the ledger does not speak of the vault") for index in sorted(secret)]

    def _append(self, data: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


@asynccontextmanager
async def open_ledger(settings: LedgerSettings, context: Context) -> AsyncGenerator[Ledger, None]:
    yield Ledger(settings.path)
