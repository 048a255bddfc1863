"""defender.incidents: the incidents of Microsoft Defender XDR with their alerts, by Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Source, SourceSpec, hookimpl
from siemcast_defender.incidents.config import IncidentsSettings
from siemcast_defender.shapes import ALERT, INCIDENT


@asynccontextmanager
async def _open(settings: IncidentsSettings, context: Context) -> AsyncGenerator[Source, None]:
    from siemcast_defender.incidents.source import open_source  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_source(settings, context) as source:
        yield source


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.incidents."""
    yield SourceSpec(
        kind="defender.incidents",
        summary="Incidents of Microsoft Defender XDR with their alerts, every version of each, by Microsoft Graph",
        settings=IncidentsSettings,
        open=_open,
        shapes=(INCIDENT, ALERT),
    )
