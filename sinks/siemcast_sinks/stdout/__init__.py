"""Standard output, one document a line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Sink, SinkSpec, hookimpl
from siemcast_sinks.stdout.config import StdoutSettings


@asynccontextmanager
async def _open(settings: StdoutSettings, context: Context) -> AsyncGenerator[Sink, None]:
    from siemcast_sinks.stdout.sink import open_stdout  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_stdout(settings, context) as sink:
        yield sink


SPEC = SinkSpec(
    kind="stdout",
    summary="Standard output, one document a line",
    settings=StdoutSettings,
    open=_open,
    duplicates="possible",
)


@hookimpl
def register_sinks() -> Iterable[SinkSpec[Any]]:
    return (SPEC,)
