"""What Defender for Cloud finds weak: recommendations, vulnerabilities, scores, compliance, attack paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast.schema.times import moment, utc
from siemcast_defender.mappings.cloud_parts import machine_of
from siemcast_defender.mappings.objects import object_tables
from siemcast_defender.shapes.cloud_alerts import PRODUCT
from siemcast_defender.shapes.cloud_columns import dig, first_time, lower_keys, spread, value_of, word
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, text, timed

_SECURITY = "microsoft.security/"
_ENRICHMENTS = ("SecurityEventDataEnrichment", "AssessmentEventDataEnrichment", "SubAssessmentEventDataEnrichment")


class Finding:
    """One sort of finding, told by its resource type."""

    product = PRODUCT

    def __init__(self, name: str, table: str, *types: str, clock: Clock = WALL) -> None:
        """Take the shape's name, the table, and the ends of the resource type, without `Microsoft.Security/`."""
        self.name = name
        self._table = table
        self._types = frozenset(types)
        self._clock = clock

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell a finding by its type, whose case varies."""
        kind = text(value_of(data, "type")).lower()
        return kind.startswith(_SECURITY) and kind.removeprefix(_SECURITY) in self._types

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give what stands under `properties` beside the rest, in PascalCase."""
        return spread(data, self._table, ("properties", "attackpath"))

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of this sort of finding."""
        return object_tables()[self._table]

    def tables(self) -> Mapping[str, str]:
        """Give the one table, with the kind of its heads."""
        return {self._table: "finding"}

    def head(self, record: Record) -> Head:
        """Read the head; a finding that names no time of change has a digest of what it says as its version."""
        columns = self.columns(record.data)
        given = columns.get
        changed = first_time(given("TimeGenerated"), dig(given("Status"), "statuschangedate"))
        time_ms, odd = timed(first_time(changed, dig(given("Status"), "firstevaluationdate")), None, self._clock)
        gone = _gone(columns)
        return Head(
            id=self._id(columns) or digest(canonical(record.data)),
            version=utc(changed) if moment(changed) and not gone else digest(canonical(_said(record.data, gone=gone))),
            kind="finding",
            table=self._table,
            product=PRODUCT,
            tenant=text(given("TenantId")),
            time_ms=time_ms,
            severity=Severity.parse(_severity(columns)),
            status="deleted" if gone else _status(columns),
            title=_title(columns),
            hostname=_hostname(columns),
            anomalies=odd,
        )

    def _id(self, columns: Mapping[str, Any]) -> str:
        return text(columns.get("Id")) or text(columns.get("AttackPathId"))


class AttackPath(Finding):
    """A way that an attacker could take; no sample is public, so that every known form of it is tried."""

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell an attack path by its type, its `attackPath` object, or the columns of its table."""
        kind = text(value_of(data, "type")).lower()
        if kind.startswith(_SECURITY):
            return kind.startswith(f"{_SECURITY}attackpath")
        keys = lower_keys(data)
        return isinstance(value_of(data, "attackpath"), Mapping) or {"attackpathid", "risklevel"} <= keys

    def _id(self, columns: Mapping[str, Any]) -> str:
        return text(columns.get("AttackPathId")) or text(columns.get("Id"))


class Compliance(Finding):
    """A standard, a control or an assessment of regulatory compliance."""

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell all three levels by how their type begins."""
        return text(value_of(data, "type")).lower().startswith(f"{_SECURITY}regulatorycompliance")


def _gone(columns: Mapping[str, Any]) -> bool:
    """Say whether the message tells that the finding is no more, since its resource is gone."""
    return any(text(dig(columns.get(name), "action")).lower() == "delete" for name in _ENRICHMENTS)


def _said(data: Mapping[str, Any], *, gone: bool) -> Mapping[str, Any]:
    """Give what a finding says without how it was sent: a weekly snapshot repeats what is known, and is no change."""
    if gone:
        return data
    return {key: value for key, value in data.items() if not key.lower().endswith("eventdataenrichment")}


def _status(columns: Mapping[str, Any]) -> str:
    status = columns.get("Status")
    return word(dig(status, "code") if isinstance(status, Mapping) else status or columns.get("State"))


def _severity(columns: Mapping[str, Any]) -> Any:
    places = (("Status", "severity"), ("Metadata", "severity"))
    found = next((value for column, name in places if (value := dig(columns.get(column), name))), None)
    return found or columns.get("RiskLevel")


def _title(columns: Mapping[str, Any]) -> str:
    title = columns.get("DisplayName") or dig(columns.get("Metadata"), "displayname") or columns.get("Description")
    return text(title or columns.get("Name"))


def _hostname(columns: Mapping[str, Any]) -> str:
    details = columns.get("ResourceDetails")
    return machine_of(dig(details, "id")) or machine_of(columns.get("Id")) or text(dig(details, "machinename"))


_SCORE = "securescores"

ASSESSMENT = Finding("cloud.assessment", "SecurityRecommendation", "assessments")
SUB_ASSESSMENT = Finding("cloud.sub_assessment", "SecurityNestedRecommendation", "assessments/subassessments")
SECURE_SCORE = Finding("cloud.secure_score", "SecureScores", _SCORE)
SECURE_SCORE_CONTROL = Finding(
    "cloud.secure_score_control", "SecureScoreControls", "securescorecontrols", f"{_SCORE}/securescorecontrols"
)
COMPLIANCE = Compliance("cloud.compliance", "SecurityRegulatoryCompliance")
ATTACK_PATH = AttackPath("cloud.attack_path", "SecurityAttackPath")
