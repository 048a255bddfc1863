"""Alerts of Defender for Cloud: flat, as continuous export sends them, and as the resource manager gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast.schema.times import utc
from siemcast_defender.mappings.cloud_entities import first_host
from siemcast_defender.mappings.cloud_parts import machine_of, resources
from siemcast_defender.mappings.objects import object_tables
from siemcast_defender.shapes.cloud_columns import dig, first_time, lower_keys, spread, value_of, word
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, text, timed

PRODUCT = "Microsoft Defender for Cloud"
_TABLE = "SecurityAlert"


class _Alert:
    """What both generations have in common, once they have the same columns."""

    product = PRODUCT

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the columns of continuous export, for either generation."""
        return spread(data, _TABLE, ("properties",))

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of SecurityAlert."""
        return object_tables()[_TABLE]

    def tables(self) -> Mapping[str, str]:
        """Give the one table, with the kind of its heads."""
        return {_TABLE: "alert"}

    def head(self, record: Record) -> Head:
        """Read the head: one alert is one SystemAlertId, its versions differ in ProcessingEndTime."""
        given = self.columns(record.data).get
        changed = first_time(given("ProcessingEndTime"), given("TimeGenerated"))
        happened = first_time(given("TimeGenerated"), given("EndTimeUtc"), given("StartTimeUtc"))
        time_ms, odd = timed(happened, changed, self._clock)
        named = resources(given("ResourceIdentifiers"))
        return Head(
            id=text(given("SystemAlertId")) or text(given("Name")) or digest(canonical(record.data)),
            version=utc(changed),
            kind="alert",
            table=_TABLE,
            product=PRODUCT,
            tenant=text(named.get("tenant")),
            time_ms=time_ms,
            severity=Severity.parse(given("Severity") or given("ReportedSeverity")),
            status=word(given("Status")),
            title=text(given("AlertDisplayName")),
            hostname=_hostname(given("Entities"), given("AzureResourceId"), named.get("id")),
            anomalies=odd,
        )


class ExportedAlert(_Alert):
    """An alert of continuous export: flat, PascalCase."""

    name = "cloud.alert"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an alert by its SystemAlertId on the first level; hunting rows have a Timestamp."""
        keys = lower_keys(data)
        return "systemalertid" in keys and "properties" not in keys and "timestamp" not in keys


class ManagedAlert(_Alert):
    """An alert of the resource manager (`Microsoft.Security/Locations/alerts`), everything under `properties`."""

    name = "cloud.arm_alert"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an alert by its type, or where that is missing by what `properties` holds."""
        kind = text(value_of(data, "type")).lower()
        if kind.startswith("microsoft.security/"):
            return kind.endswith("/alerts")
        held = value_of(data, "properties")
        return not kind and isinstance(held, Mapping) and dig(held, "systemalertid") is not None


def _hostname(named: object, *ids: object) -> str:
    """Give the first host among the entities, or the machine that is the alert's resource."""
    return first_host(named) or next((name for uid in ids if (name := machine_of(uid))), "")


EXPORTED_ALERT = ExportedAlert()
MANAGED_ALERT = ManagedAlert()
