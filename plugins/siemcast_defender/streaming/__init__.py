"""defender.streaming: what Defender's Streaming API puts into Event Hubs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Source, SourceSpec, hookimpl
from siemcast_defender.shapes import HUNTING
from siemcast_defender.streaming.config import StreamingSettings


@asynccontextmanager
async def _open(settings: StreamingSettings, context: Context) -> AsyncGenerator[Source, None]:
    from siemcast_defender.streaming.source import open_source  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_source(settings, context) as source:
        yield source


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.streaming."""
    yield SourceSpec(
        kind="defender.streaming",
        summary="Hunting tables that Defender's Streaming API sends to Event Hubs",
        settings=StreamingSettings,
        open=_open,
        shapes=(HUNTING,),
    )
