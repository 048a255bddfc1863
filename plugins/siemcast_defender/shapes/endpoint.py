"""Records of Defender for Endpoint's own API: alerts, and rows of its vulnerability exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast.schema.times import moment, utc
from siemcast_defender.mappings.objects import object_tables
from siemcast_defender.shapes.cloud_columns import first_time, lower_keys, spread, word
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, text, timed

PRODUCT = "Microsoft Defender for Endpoint"
_ALERTS = "MdeAlerts"
_VULNERABILITIES = "SoftwareVulnerabilities"
_OF_EXPORTS = frozenset({
    "rbacgroupid", "rbacgroupname", "firstseentimestamp", "lastseentimestamp", "eventtimestamp",
})  # fmt: skip  # a list of words
"""Columns that rows of the exports have, and rows of the hunting table of the same name have not."""


class EndpointAlert:
    """An alert of `/api/alerts`."""

    name = "endpoint.alert"
    product = PRODUCT

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an alert by when it was made, as only this API names it, and its machine."""
        return "alertCreationTime" in data and any(sign in data for sign in ("machineId", "computerDnsName", "title"))

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the object itself."""
        return data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of these alerts."""
        return object_tables()[_ALERTS]

    def tables(self) -> Mapping[str, str]:
        """Give the one table, with the kind of its heads."""
        return {_ALERTS: "alert"}

    def head(self, record: Record) -> Head:
        """Read the head; the id is the one that Graph gives the same alert."""
        given = record.data.get
        changed = given("lastUpdateTime")
        time_ms, odd = timed(changed, given("alertCreationTime"), self._clock)
        return Head(
            id=text(given("id")) or digest(canonical(record.data)),
            version=utc(changed),
            kind="alert",
            table=_ALERTS,
            product=PRODUCT,
            tenant=text(given("aadTenantId")),
            time_ms=time_ms,
            severity=Severity.parse(given("severity")),
            status=word(given("status")),
            title=text(given("title")),
            hostname=text(given("computerDnsName")),
            anomalies=odd,
        )


class Vulnerability:
    """A row of `SoftwareVulnerabilitiesByMachine`, of an export's file, or of the changes."""

    name = "endpoint.vulnerability"
    product = PRODUCT

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell a row by device and software beside a column of the exports; hunting rows have a Timestamp."""
        keys = lower_keys(data)
        return {"deviceid", "softwarename"} <= keys and not _OF_EXPORTS.isdisjoint(keys) and "timestamp" not in keys

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the row in PascalCase, in which files have it; the API has it in camelCase."""
        return spread(data, _VULNERABILITIES)

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of vulnerabilities."""
        return object_tables()[_VULNERABILITIES]

    def tables(self) -> Mapping[str, str]:
        """Give the one table, with the kind of its heads."""
        return {_VULNERABILITIES: "finding"}

    def head(self, record: Record) -> Head:
        """Read the head; a row of the changes is of the time of the change, any other of when it was last seen."""
        columns = self.columns(record.data)
        given = columns.get
        changed = first_time(given("EventTimestamp"), given("LastSeenTimestamp"))
        time_ms, odd = timed(_in_utc(changed), given("FirstSeenTimestamp"), self._clock)
        return Head(
            id=_id(columns) or digest(canonical(record.data)),
            version=utc(changed),
            kind="finding",
            table=_VULNERABILITIES,
            product=PRODUCT,
            time_ms=time_ms,
            severity=Severity.parse(given("VulnerabilitySeverityLevel")),
            status=word(given("Status")),
            title=_title(columns),
            hostname=text(given("DeviceName")),
            anomalies=odd,
        )


def _id(columns: Mapping[str, Any]) -> str:
    """Give the row's id, with the device's group, for a device that changes groups is both fixed and new at once."""
    own = text(columns.get("Id"))
    if not own:
        parts = [text(columns.get(name)) for name in ("DeviceId", "SoftwareName", "SoftwareVersion", "CveId")]
        own = "_".join(parts) if all(parts[:2]) else ""
    group = text(columns.get("RbacGroupId"))
    return f"{own}@{group}" if own and group not in ("", "0") else own


def _title(columns: Mapping[str, Any]) -> str:
    software = " ".join(found for name in ("SoftwareName", "SoftwareVersion") if (found := text(columns.get(name))))
    return " in ".join(part for part in (text(columns.get("CveId")), software) if part)


def _in_utc(value: Any) -> Any:
    """Give a time without a zone as UTC, which all times of the exports are by their description."""
    read = moment(value)
    return utc(value) if read is not None and not read.zoned else value


ENDPOINT_ALERT = EndpointAlert()
VULNERABILITY = Vulnerability()
