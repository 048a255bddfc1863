"""The source: reads a controller's log, a JSON object a line, and remembers how many lines it has read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from siemcast.api import Batch, Context, Cursor, Partition, SourceSettings
from siemcast.errors import Transient
from siemcast_acme.shape import DOOR

_DOORS = Partition("doors")
_AT_A_TIME = 50


class DoorSettings(SourceSettings):
    """Settings of `acme.doors`."""

    path: Path
    """The controller's log."""


class Doors:
    def __init__(self, path: Path) -> None:
        self._path = path

    async def check(self) -> None:
        await self._lines()

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        lines = await self._lines()
        for start in range(int(resume.get(_DOORS, "0")), len(lines), _AT_A_TIME):
            part = lines[start : start + _AT_A_TIME]
            yield Batch(_DOORS, part, Cursor(str(start + len(part))), DOOR.name)

    async def _lines(self) -> list[bytes]:
        try:
            return (await asyncio.to_thread(self._path.read_bytes)).splitlines()
        except OSError as error:
            raise Transient(f"cannot read {self._path}: {error.strerror}", hint="is the controller mounted?") from None


@asynccontextmanager
async def open_doors(settings: DoorSettings, context: Context) -> AsyncGenerator[Doors, None]:
    yield Doors(settings.path)
