"""Heads and columns of Defender for Cloud's alerts and findings, in the shapes that its fact sheet tells of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from siemcast.schema import Head, Record, RecordShape, Severity
from siemcast_defender.mappings.cloud_entities import entities
from siemcast_defender.mappings.cloud_parts import (
    compliance,
    graph,
    inner,
    links,
    mitre,
    resource,
    resources,
    vulnerability,
)
from siemcast_defender.shapes.cloud_alerts import EXPORTED_ALERT, MANAGED_ALERT
from siemcast_defender.shapes.cloud_columns import spread
from siemcast_defender.shapes.cloud_findings import (
    ASSESSMENT,
    ATTACK_PATH,
    COMPLIANCE,
    SECURE_SCORE,
    SECURE_SCORE_CONTROL,
    SUB_ASSESSMENT,
)
from siemcast_lab.generator import Generator

SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
MACHINE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/web01"
TENANT = "99999999-2222-4333-8444-555555555555"


def head(data: dict[str, Any], shape: RecordShape) -> Head:
    return Record(json.dumps(data).encode(), shape).head


def test_an_exported_alert_says_what_it_is() -> None:
    data = Generator(1).cloud.alert() | {"Severity": "High"}
    found = head(data, EXPORTED_ALERT)
    assert (found.id, found.kind, found.table) == (data["SystemAlertId"], "alert", "SecurityAlert")
    assert (found.product, found.severity, found.status) == ("Microsoft Defender for Cloud", Severity.HIGH, "new")
    assert (found.title, found.hostname) == (data["AlertDisplayName"], data["Entities"][0]["HostName"])
    assert (found.tenant, found.version) == (data["ResourceIdentifiers"][1]["AadTenantId"], data["ProcessingEndTime"])
    assert found.anomalies == ()


def test_both_generations_of_an_alert_have_the_same_columns() -> None:
    data = Generator(2).cloud.managed_alert()
    columns = MANAGED_ALERT.columns(data)
    held = data["properties"]
    assert columns["SystemAlertId"] == held["systemAlertId"]
    assert (columns["TimeGenerated"], columns["ProcessingEndTime"]) == (
        held["timeGeneratedUtc"],
        held["processingEndTimeUtc"],
    )
    assert set(EXPORTED_ALERT.columns(Generator(2).cloud.alert())) - set(columns) <= {
        "AzureResourceId", "ProviderAlertStatus", "ConfidenceLevel", "ConfidenceScore", "ConfidenceReasons",
        "WorkspaceId", "WorkspaceSubscriptionId", "WorkspaceResourceGroup", "AgentId",
    }  # fmt: skip  # a list of words
    found = head(data, MANAGED_ALERT)
    assert (found.id, found.status, found.version) == (held["systemAlertId"], "active", held["processingEndTimeUtc"])


def test_an_alert_of_a_machine_that_no_entity_names_is_of_its_resource() -> None:
    base = Generator(1).cloud.alert()
    assert head(base | {"Entities": [], "AzureResourceId": MACHINE}, EXPORTED_ALERT).hostname == "web01"
    vault = MACHINE.replace("Compute/virtualMachines", "KeyVault/vaults")
    other = base | {"Entities": [], "AzureResourceId": vault, "ResourceIdentifiers": []}
    assert head(other, EXPORTED_ALERT).hostname == ""


def test_entities_are_resolved_within_their_alert() -> None:
    parts = entities(
        [
            {"$id": "1", "HostName": "web01", "Type": "host"},
            {"$id": "2", "Name": "ada", "UPNSuffix": "contoso.example", "Host": {"$ref": "1"}, "type": "account"},
            {"$id": "3", "ProcessId": "0x1f4", "ImageFile": {"$ref": "4"}, "Account": {"$ref": "2"}, "Type": "process"},
            {"$id": "4", "Name": "a.exe", "Directory": "C:\\x", "Type": "file"}
            | {"FileHashes": [{"Algorithm": "SHA256", "Value": "ab"}, {"Algorithm": "MD5", "Value": "cd"}]},
            {"$ref": "1"},
            {"Address": "203.0.113.5", "Location": {"CountryCode": "NL"}, "Type": "ip"},
            {"Name": "pod-1", "Namespace": {"Name": "prod", "Cluster": {"Name": "aks1"}}, "Type": "K8s-pod"},
        ]
    )
    assert parts["types"] == ["device", "user", "process", "file", "ip", "k8spod"]
    assert (parts["device.hostname"], parts["user.email"]) == (["web01"], ["ada@contoso.example"])
    assert (parts["process.pid"], parts["process.name"], parts["process.user"]) == ([500], ["a.exe"], ["ada"])
    assert (parts["file.md5"], parts["ip"], parts["country"]) == (["cd", "cd"], ["203.0.113.5"], ["NL"])
    assert (parts["pod"], parts["namespace"], parts["cluster"]) == (["pod-1"], ["prod"], ["aks1"])


@pytest.mark.parametrize("value", [None, 7, "text", {}, [None, 1, "x", []], [{"Type": ["host"]}], [{"$ref": "1"}]])
def test_what_is_no_list_of_entities_has_no_parts_of_one(value: Any) -> None:
    assert set(entities(value)) <= {"types", "count"}


def test_entities_that_refer_to_themselves_end() -> None:
    assert entities([{"$id": "1", "Type": "process", "ParentProcess": {"$ref": "1"}, "CommandLine": "a"}]) == {
        "types": ["process"],
        "count": 1,
        "process.cmd_line": ["a"],
        "parent.cmd_line": ["a"],
    }


def test_ids_of_resources_are_taken_apart() -> None:
    whole = {
        "provider": "azure", "subscription": SUBSCRIPTION, "group": "rg-web", "name": "web01", "machine": "web01",
        "type": "Microsoft.Compute/virtualMachines",
    }  # fmt: skip  # a table
    assert resource(MACHINE) == whole
    assert resource(f"{MACHINE}/providers/Microsoft.Security/assessments/1") == whole
    nested = resource(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Sql/servers/s/databases/d")
    assert (nested["type"], nested["name"]) == ("Microsoft.Sql/servers/databases", "d")
    assert resource("arn:aws:ec2:eu-west-1:123456789012:instance/i-1")["subscription"] == "123456789012"
    assert [resource(odd) for odd in (None, 5, "", "web01", {"a": 1})] == [{}] * 5
    assert resources([{"Type": "AzureResource", "azureResourceId": MACHINE}, {"AadTenantId": TENANT}, 5]) == {
        **whole,
        "id": MACHINE,
        "tenant": TENANT,
    }


def test_an_assessment_says_what_it_is_and_when_it_changed() -> None:
    data = Generator(3).cloud.assessment()
    status = data["properties"]["status"]
    found = head(data, ASSESSMENT)
    assert (found.id, found.kind, found.table) == (data["id"], "finding", "SecurityRecommendation")
    assert (found.title, found.version) == (data["properties"]["displayName"], status["statusChangeDate"])
    assert found.severity == Severity.parse(data["properties"]["metadata"]["severity"])
    assert found.status.lower() == status["code"].lower()
    assert found.hostname == data["properties"]["resourceDetails"]["resourceName"]


def test_a_deleted_assessment_is_another_version_than_the_last() -> None:
    data = Generator(3).cloud.assessment()
    gone = data | {"assessmentEventDataEnrichment": {"action": "Delete"}}
    first, last = head(data, ASSESSMENT), head(gone, ASSESSMENT)
    assert (last.id, last.status, last.time_ms) == (first.id, "deleted", first.time_ms)
    assert last.key != first.key


def test_a_sub_assessment_in_pascal_case_says_the_same_things() -> None:
    data = Generator(4).cloud.sub_assessment()
    found = head(data, SUB_ASSESSMENT)
    assert (found.id, found.table, found.kind) == (data["Id"], "SecurityNestedRecommendation", "finding")
    assert (found.version, found.status) == (data["Properties"]["TimeGenerated"], "unhealthy")
    assert found.severity == Severity.parse(data["Properties"]["Status"]["Severity"])
    columns = SUB_ASSESSMENT.columns(data)
    assert (columns["Id"], columns["PropertiesId"]) == (data["Id"], data["Properties"]["Id"])
    assert columns["$type"] == "subAssessmentEvent"


def test_vulnerabilities_of_either_generation_of_names_are_read() -> None:
    old = vulnerability(
        {
            "Cve": [{"Title": "CVE-2025-1", "Link": "x"}, {"Title": "CVE-2025-12345", "Link": "https://a.example"}],
            "Cvss": {"2.0": {"Base": 5.0}, "3.0": {"Base": 9.8, "CvssVectorString": "CVSS:3.0/AV:N"}},
            "Patchable": False,
        }
    )
    assert (old["cves"], old["score"], old["score_version"]) == (["CVE-2025-12345"], 9.8, "3.0")
    assert (old["vector"], old["patchable"], old["links"]) == ("CVSS:3.0/AV:N", False, ["x", "https://a.example"])
    new = vulnerability(
        {
            "assessedResourceType": "AzureContainerRegistryVulnerability",
            "artifactDetails": {"digest": "sha256:1", "repositoryName": "web", "registryHost": "r.azurecr.io"},
            "softwareDetails": {"packageName": "zlib", "version": "1.2", "fixedVersion": "1.3", "vendor": "zlib"},
            "vulnerabilityDetails": {"cveId": "CVE-2025-99999", "weaknesses": {"cwe": [{"id": "CWE-79"}]}},
            "cvssV30Score": 7.5,
        }
    )
    assert (new["cves"], new["score"], new["package"], new["fixed"]) == (["CVE-2025-99999"], 7.5, "zlib", "1.3")
    assert (new["digest"], new["repository"], new["cwes"]) == ("sha256:1", "web", ["CWE-79"])


def test_scores_and_controls_are_told_apart_and_have_no_time() -> None:
    score, control = Generator(5).cloud.score(), Generator(5).cloud.control()
    found = head(score, SECURE_SCORE)
    assert (found.table, found.title, found.anomalies) == ("SecureScores", "ASC score", ("time_missing",))
    assert (SECURE_SCORE.recognise(control), SECURE_SCORE_CONTROL.recognise(control)) == (False, True)
    changed = score | {"properties": score["properties"] | {"weight": 1_000_000}}
    assert head(changed, SECURE_SCORE).id == found.id
    assert head(changed, SECURE_SCORE).key != found.key


def test_a_snapshot_of_what_has_not_changed_is_the_version_that_is_known() -> None:
    data = Generator(6).cloud.compliance()
    snapshot = data | {"securityEventDataEnrichment": {"action": "Insert", "isSnapshot": True}}
    changed = snapshot | {"properties": data["properties"] | {"state": "Unsupported"}}
    first, again, last = (head(each, COMPLIANCE) for each in (data, snapshot, changed))
    assert (again.id, again.version) == (first.id, first.version)
    assert (last.id, last.version != first.version) == (first.id, True)


def test_compliance_is_named_by_its_id() -> None:
    data = Generator(6).cloud.compliance()
    found = head(data, COMPLIANCE)
    assert (found.id, found.title) == (data["id"], data["properties"]["description"])
    assert found.status == data["properties"]["state"].lower()
    root = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4"
    assert compliance(f"{root}/regulatoryComplianceControls/8.3")["control"] == "8.3"
    assert compliance(root)["standard"] == "PCI-DSS-4"
    standard = {"type": "Microsoft.Security/regulatoryComplianceStandards", "id": root, "properties": {}}
    assert COMPLIANCE.recognise(standard)


def test_an_attack_path_is_known_in_every_form_that_is_told_of() -> None:
    data = Generator(7).cloud.attack_path()
    path = data["attackPath"]
    found = head(data, ATTACK_PATH)
    assert (found.id, found.severity) == (path["attackPathId"], Severity.parse(path["riskLevel"]))
    flat = {name[:1].upper() + name[1:]: value for name, value in path.items()}
    managed = {"type": "microsoft.security/attackpaths", "id": "/x", "properties": path}
    assert [ATTACK_PATH.recognise(form) for form in (data, flat, managed)] == [True] * 3
    assert {head(form, ATTACK_PATH).id for form in (data, flat, managed)} == {found.id}
    parts = graph(json.dumps(path["path"]))
    assert parts["uid"] == [entity["entityInternalID"] for entity in path["path"]["entities"]]
    assert (parts["source"], parts["target"], parts["relation"]) == (
        [path["entrypointId"]],
        [path["targetId"]],
        ["canReadSecrets"],
    )
    assert mitre(path["mitre"])["ids"] == ["T1190", "T1552"]


def test_no_value_is_lost_where_names_meet() -> None:
    data = {"Id": 1, "id": 2, "properties": {"id": 3, "ID": 4}, "Properties": {"x": 5}, "TYPE": 6}
    columns = spread(data, "SecurityAlert", ("properties",))
    assert sorted(columns.values()) == [1, 2, 3, 4, 5, 6]
    assert columns["Id"] == 1
    assert columns["Type"] == 6


def test_links_into_the_portal_have_a_scheme() -> None:
    assert links({"azurePortal": "portal.azure.com/#blade/a", "other": "http://a.example", "odd": 5}) == {
        "azureportal": "https://portal.azure.com/#blade/a",
        "other": "http://a.example",
    }


def test_objects_within_objects_are_named_by_dots() -> None:
    assert inner({"A": {"B": {"c": 1}}, "d": [], "e": "", "f": [1], "G": {}}) == {"a.b.c": 1, "f": [1]}
    assert inner('{"A": {"B": 2}}') == {"a.b": 2}
    assert [dict(inner(odd)) for odd in (None, 5, "text", "{", [1])] == [{}] * 5
