"""The kinds of record that archives and pipes hold and no source here reads yet, by the names of settled sources."""

from __future__ import annotations

from siemcast.api import RecordKind
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_defender.shapes.azure import AZURE_LOG, OTHER_AZURE, OTHER_CLOUD
from siemcast_defender.shapes.cloud_alerts import EXPORTED_ALERT, MANAGED_ALERT
from siemcast_defender.shapes.cloud_findings import (
    ASSESSMENT,
    ATTACK_PATH,
    COMPLIANCE,
    SECURE_SCORE,
    SECURE_SCORE_CONTROL,
    SUB_ASSESSMENT,
)
from siemcast_defender.shapes.endpoint import ENDPOINT_ALERT, VULNERABILITY
from siemcast_defender.shapes.query import QUERY_ROW

CLOUD = (
    OTHER_CLOUD,
    EXPORTED_ALERT,
    MANAGED_ALERT,
    ASSESSMENT,
    SUB_ASSESSMENT,
    SECURE_SCORE,
    SECURE_SCORE_CONTROL,
    COMPLIANCE,
    ATTACK_PATH,
)
"""What Defender for Cloud's continuous export sends; the first is for what it will send one day."""

ALL = (HUNTING, INCIDENT, ALERT, ENDPOINT_ALERT, VULNERABILITY, *CLOUD, AZURE_LOG, OTHER_AZURE)
"""Every shape, hunting rows first, which are assumed where nothing tells."""

RECORD_KINDS = (
    RecordKind(
        kind="defender.storage", summary="Rows of hunting tables that Defender puts into storage", shapes=(HUNTING,)
    ),
    RecordKind(
        kind="defender.hunting", summary="Rows that an advanced-hunting query gives", shapes=(QUERY_ROW, HUNTING)
    ),
    RecordKind(
        kind="defender.vulnerabilities",
        summary="Vulnerable software by device, whole or as changes, of Defender Vulnerability Management",
        shapes=(VULNERABILITY,),
    ),
    RecordKind(
        kind="mdc.export",
        summary="Alerts, recommendations, scores, compliance, attack paths: Defender for Cloud's continuous export",
        shapes=CLOUD,
    ),
    RecordKind(
        kind="mdc.alerts",
        summary="Alerts of Defender for Cloud, from Azure Resource Manager",
        shapes=(MANAGED_ALERT, EXPORTED_ALERT),
    ),
    RecordKind(
        kind="azure.eventhub",
        summary="Logs of Azure Monitor (activity, Entra, resources), and what else comes by such a hub",
        shapes=(OTHER_AZURE, AZURE_LOG, HUNTING, *CLOUD[1:]),
    ),
)
"""A reader of one of these kinds takes its place."""
