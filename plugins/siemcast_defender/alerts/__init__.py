"""defender.alerts: the alerts of Microsoft Defender XDR and of all that reports to it, by Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siemcast.api import SourceSpec, hookimpl
from siemcast_defender.alerts.config import AlertsSettings
from siemcast_defender.alerts.source import open_source
from siemcast_defender.shapes import ALERT
from siemcast_defender.shapes.endpoint import ENDPOINT_ALERT


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.alerts."""
    yield SourceSpec(
        kind="defender.alerts",
        summary="Alerts of Microsoft Defender XDR, every version of each, by Microsoft Graph",
        settings=AlertsSettings,
        open=open_source,
        shapes=(ALERT, ENDPOINT_ALERT),  # archives may hold what the endpoint's own API gave
    )
