"""defender.streaming: what Defender's Streaming API puts into Event Hubs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siemcast.api import SourceSpec, hookimpl
from siemcast_defender.shapes import HUNTING
from siemcast_defender.streaming.config import StreamingSettings
from siemcast_defender.streaming.source import open_source


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.streaming."""
    yield SourceSpec(
        kind="defender.streaming",
        summary="Hunting tables that Defender's Streaming API sends to Event Hubs",
        settings=StreamingSettings,
        open=open_source,
        shapes=(HUNTING,),
    )
