"""defender.incidents: the incidents of Microsoft Defender XDR with their alerts, by Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siemcast.api import SourceSpec, hookimpl
from siemcast_defender.incidents.config import IncidentsSettings
from siemcast_defender.incidents.source import open_source
from siemcast_defender.shapes import ALERT, INCIDENT


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind defender.incidents."""
    yield SourceSpec(
        kind="defender.incidents",
        summary="Incidents of Microsoft Defender XDR with their alerts, every version of each, by Microsoft Graph",
        settings=IncidentsSettings,
        open=open_source,
        shapes=(INCIDENT, ALERT),
    )
