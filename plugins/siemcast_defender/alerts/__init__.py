"""defender.alerts: the alerts of Microsoft Defender XDR and of all that reports to it, by Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Source, SourceSpec, hookimpl
from siemcast_defender.alerts.config import AlertsSettings
from siemcast_defender.shapes import ALERT
from siemcast_defender.shapes.endpoint import ENDPOINT_ALERT


@asynccontextmanager
async def _open(settings: AlertsSettings, context: Context) -> AsyncGenerator[Source, None]:
    from siemcast_defender.alerts.source import open_source  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_source(settings, context) as source:
        yield source


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.alerts."""
    yield SourceSpec(
        kind="defender.alerts",
        summary="Alerts of Microsoft Defender XDR, every version of each, by Microsoft Graph",
        settings=AlertsSettings,
        open=_open,
        shapes=(ALERT, ENDPOINT_ALERT),  # archives may hold what the endpoint's own API gave
    )
