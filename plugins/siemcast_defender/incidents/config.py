"""Settings of defender.incidents."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from siemcast.api import Duration, PolledSettings
from siemcast_defender.graph.updates import Mode


class IncidentsSettings(PolledSettings):
    """How the incidents of Microsoft Defender XDR are read."""

    kind: str = "defender.incidents"
    """Kind of the source."""
    alerts: Literal["with", "separate", "none"] = "with"
    """Alerts inside of their incident, none, or as records of their own.

    `separate` reads all alerts of the tenant and needs the permission SecurityAlert.Read.All as well.
    """
    settle: Duration = Field(default=timedelta(0), ge=timedelta(0))
    """How long an incident must have been left unchanged before it is sent, so that late alerts are in it."""
    updates: Mode = "every_change"
    """Which versions are sent: all, those where state or number of alerts changed, or the first and the closing one."""
    filter: str | None = Field(default=None, min_length=1, examples=["severity eq 'high' or severity eq 'medium'"])
    """OData condition of your own; only incidents that meet it are read."""
    page_size: int = Field(default=50, ge=1, le=50)
    """Most incidents in one answer; Graph refuses more than 50."""
