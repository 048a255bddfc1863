"""Files, one document a line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Sink, SinkSpec, hookimpl
from siemcast_sinks.file.config import FileSettings


@asynccontextmanager
async def _open(settings: FileSettings, context: Context) -> AsyncGenerator[Sink, None]:
    from siemcast_sinks.file.sink import open_file  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_file(settings, context) as sink:
        yield sink


SPEC = SinkSpec(
    kind="file",
    summary="Files in a folder, one document a line, rotated and compressed",
    settings=FileSettings,
    open=_open,
    duplicates="possible",
)


@hookimpl
def register_sinks() -> Iterable[SinkSpec[Any]]:
    return (SPEC,)
