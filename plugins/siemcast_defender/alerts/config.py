"""Settings of defender.alerts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from siemcast.api import PolledSettings

ServiceSource = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]


class AlertsSettings(PolledSettings):
    """How the alerts of Microsoft Defender XDR are read."""

    kind: str = "defender.alerts"
    """Kind of the source."""
    products: tuple[ServiceSource, ...] = Field(default=(), examples=[["microsoftDefenderForEndpoint"]])
    """Only alerts of these service sources, as Graph names them (`serviceSource`); all, when empty."""
    filter: str | None = Field(default=None, min_length=1, examples=["severity eq 'high'"])
    """OData condition of your own; only alerts that meet it are read."""
    page_size: int = Field(default=500, ge=1, le=1000)
    """Most alerts in one answer."""

    @property
    def condition(self) -> str | None:
        """Both restrictions as one OData condition."""
        sources = " or ".join(f"serviceSource eq '{name}'" for name in self.products)
        return " and ".join(f"({part})" for part in (sources, self.filter) if part) or None
