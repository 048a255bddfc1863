"""Incidents and alerts as Microsoft Graph gives them (`/security/incidents`, `/security/alerts_v2`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast.schema.times import utc
from siemcast_defender.mappings import table_mapping
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, listed, text, timed

_DEVICE = "#microsoft.graph.security.deviceevidence"


class _Graph:
    """What incidents and alerts have in common."""

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the object itself."""
        return data

    def _head(self, data: Mapping[str, Any], *, kind: str, table: str, title: str, hostname: str) -> Head:
        changed = data.get("lastUpdateDateTime")
        time_ms, odd = timed(changed, data.get("createdDateTime"), self._clock)
        return Head(
            id=text(data.get("id")) or digest(canonical(data)),
            version=utc(changed),
            kind=kind,
            table=table,
            tenant=text(data.get("tenantId")),
            time_ms=time_ms,
            severity=Severity.parse(data.get("severity")),
            status=_lower_camel(text(data.get("status"))),
            title=title,
            hostname=hostname,
            anomalies=odd,
        )


class Incident(_Graph):
    """A Graph incident, with its alerts where they were expanded."""

    name = "graph.incident"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an incident by its link and name."""
        return "incidentWebUrl" in data and "displayName" in data and "alertWebUrl" not in data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of incidents, or of the alerts within them."""
        return table_mapping("alerts" if table == "alerts" else "incidents")

    def tables(self) -> Mapping[str, str]:
        """Give the one table."""
        return {"incidents": "incident"}

    def head(self, record: Record) -> Head:
        """Read the head; the primary device is the first that any alert's evidence names."""
        data = record.data
        hosts = (first_device(alert) for alert in listed(data, "alerts"))
        hostname = next((host for host in hosts if host), "")
        title = text(data.get("displayName"))
        return self._head(data, kind="incident", table="incidents", title=title, hostname=hostname)


class Alert(_Graph):
    """A Graph alert (alerts_v2) with its evidence."""

    name = "graph.alert"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an alert by what only alerts have."""
        return "title" in data and any(sign in data for sign in ("serviceSource", "alertWebUrl", "providerAlertId"))

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of alerts."""
        return table_mapping("alerts")

    def tables(self) -> Mapping[str, str]:
        """Give the one table."""
        return {"alerts": "alert"}

    def head(self, record: Record) -> Head:
        """Read the head."""
        data = record.data
        title = text(data.get("title"))
        return self._head(data, kind="alert", table="alerts", title=title, hostname=first_device(data))


def first_device(alert: Mapping[str, Any]) -> str:
    """Give the name of the first device among an alert's evidence."""
    for evidence in listed(alert, "evidence"):
        if text(evidence.get("@odata.type")).lower() == _DEVICE:
            name = text(evidence.get("deviceDnsName")) or text(evidence.get("hostName"))
            if name:
                return name
    return ""


def _lower_camel(word: str) -> str:
    """Spell an enum as Graph's own reference does (`InProgress` of older examples is `inProgress`)."""
    return word[:1].lower() + word[1:]


INCIDENT = Incident()
ALERT = Alert()
