"""Graph alerts in the shapes that Splunk's own detections read."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.native.legacy import endpoint_alert, incident_additions

_TYPE = "#microsoft.graph.security."
EVIDENCE: list[dict[str, Any]] = [
    {
        "@odata.type": f"{_TYPE}deviceEvidence",
        "mdeDeviceId": "d1",
        "deviceDnsName": "wks-1.contoso.example",
        "healthStatus": "impairedCommunication",
        "rbacGroupName": "Workstations",
        "loggedOnUsers": [{"accountName": "ada", "domainName": "CONTOSO"}],
        "verdict": "unknown",
    },
    {
        "@odata.type": f"{_TYPE}processEvidence",
        "verdict": "noThreatsFound",
        "remediationStatus": "partiallyRemediated",
        "detectionStatus": "detected",
        "mdeDeviceId": "d1",
        "processId": 0,
        "processCommandLine": "cmd.exe /c x",
        "imageFile": {"fileName": "cmd.exe", "filePath": "C:\\Windows", "sha1": "a1"},
        "parentProcessImageFile": {"fileName": "explorer.exe"},
        "userAccount": {"accountName": "ada", "domainName": "CONTOSO", "userSid": "S-1-5-21-1"},
    },
    {"@odata.type": f"{_TYPE}userEvidence", "userAccount": {"accountName": "ada", "domainName": "CONTOSO"}},
    {"@odata.type": f"{_TYPE}ipEvidence", "ipAddress": "203.0.113.7", "verdict": "malicious"},
    {"@odata.type": f"{_TYPE}blobContainerEvidence", "name": "secrets"},
    {"@odata.type": 5, "verdict": {"odd": True}},
]
ALERT_OF_GRAPH = {
    "id": "da1_1",
    "title": "T",
    "description": "D",
    "severity": "high",
    "status": "inProgress",
    "serviceSource": "microsoftDefenderForEndpoint",
    "createdDateTime": "2026-11-21T10:00:00Z",
    "lastUpdateDateTime": "2026-11-21T11:00:00Z",
    "firstActivityDateTime": "2026-11-21T09:00:00Z",
    "tenantId": "t1",
    "actorDisplayName": None,
    "mitreTechniques": ["T1059.003"],
    "evidence": EVIDENCE,
}


def _encoded(name: str, data: object, shape: Any = ALERT) -> list[dict[str, Any]]:
    form = load_registry().format(name, "splunk").open(FormatOptions(sink="splunk"))
    raw = data if isinstance(data, bytes) else orjson.dumps(data)
    return [orjson.loads(document.body) for document in form.encode(Record(raw, shape))]


def test_native_gives_a_graph_alert_and_the_older_shape_beside_it() -> None:
    (made,) = _encoded("native", ALERT_OF_GRAPH)
    assert made.items() >= ALERT_OF_GRAPH.items()
    assert made["alertId"] == "da1_1"
    assert (made["creationTime"], made["lastUpdatedTime"]) == ("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z")
    assert made["firstActivity"] == "2026-11-21T09:00:00Z"
    assert made["devices"] == [
        {
            "mdatpDeviceId": "d1",
            "deviceDnsName": "wks-1.contoso.example",
            "healthStatus": "ImpairedCommunication",
            "rbacGroupName": "Workstations",
            "loggedOnUsers": [{"accountName": "ada", "domainName": "CONTOSO"}],
        }
    ]
    assert [entity["entityType"] for entity in made["entities"]] == ["Process", "User", "Ip", "BlobContainer"]
    assert made["entities"][0] == {
        "entityType": "Process", "fileName": "cmd.exe", "filePath": "C:\\Windows", "sha1": "a1", "processId": 0,
        "processCommandLine": "cmd.exe /c x", "parentProcessFileName": "explorer.exe", "accountName": "ada",
        "domainName": "CONTOSO", "userSid": "S-1-5-21-1", "verdict": "Clean", "deviceId": "d1",
        "remediationStatus": "PartiallyRemediated", "detectionStatus": "Detected",
    }  # fmt: skip  # a document


def test_an_alert_keeps_its_own_bytes_before_what_is_added() -> None:
    raw = b' {"title":"T","serviceSource":"x","big":12345678901234567890123,"e":1.50}  '
    form = load_registry().format("native", "splunk").open(FormatOptions(sink="splunk"))
    (document,) = form.encode(Record(raw, ALERT))
    assert document.body == raw.rstrip()[:-1] + b',"devices":[],"entities":[]}'


def test_what_the_record_says_itself_is_never_replaced() -> None:
    own = {**ALERT_OF_GRAPH, "entities": "mine", "alertId": 5}
    assert {"entities", "alertId"}.isdisjoint(incident_additions(own))
    assert endpoint_alert({**ALERT_OF_GRAPH, "machineId": "mine"})["machineId"] == "mine"


def test_alerts_of_an_incident_have_the_older_shape_too() -> None:
    incident = next(Generator(3).incidents(1))
    bare, *alerts = _encoded("native", incident, INCIDENT)
    assert "entities" not in bare
    assert len(alerts) == len(incident["alerts"])
    assert all(alert["entities"] and alert["devices"] for alert in alerts)


def test_native_graph_adds_nothing() -> None:
    assert _encoded("native-graph", ALERT_OF_GRAPH) == [ALERT_OF_GRAPH]


def test_native_endpoint_reads_as_defender_for_endpoints_own_alert() -> None:
    (made,) = _encoded("native-endpoint", ALERT_OF_GRAPH)
    assert {key: made[key] for key in ("machineId", "computerDnsName", "aadTenantId", "alertCreationTime")} == {
        "machineId": "d1",
        "computerDnsName": "wks-1.contoso.example",
        "aadTenantId": "t1",
        "alertCreationTime": "2026-11-21T10:00:00Z",
    }
    assert made["relatedUser"] == {"userName": "ada", "domainName": "CONTOSO"}
    assert [one.get("entityType") for one in made["evidence"]] == [
        None, "Process", "User", "Ip", "BlobContainer", None,
    ]  # fmt: skip  # a list of words
    assert made["evidence"][3]["ipAddress"] == "203.0.113.7"
    for mine, graphs in zip(made["evidence"], EVIDENCE, strict=True):
        assert mine.items() >= graphs.items()


@pytest.mark.parametrize("name", ["native", "native-graph", "native-endpoint"])
@pytest.mark.parametrize("evidence", [None, {}, "x", [None, 5, {}], [{"@odata.type": "Evidence"}]])
def test_odd_evidence_is_passed_on(name: str, evidence: object) -> None:
    (made,) = _encoded(name, {**ALERT_OF_GRAPH, "evidence": evidence})
    assert made["evidence"] == evidence


@pytest.mark.parametrize("name", ["native-graph", "native-endpoint"])
def test_rows_are_as_they_were_sent(name: str) -> None:
    row = next(Generator(1).hunting(1))
    assert _encoded(name, row, HUNTING) == [row]
