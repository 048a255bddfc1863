"""ECS fields of tables that no public sample with expectations covers, by the rules of Elastic's package."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_defender.record_kinds import ALL
from siemcast_defender.shapes import ALERT, INCIDENT
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.ecs.encoder import Ecs


def _row(table: str, **columns: Any) -> dict[str, Any]:
    """Give the fields of a row by their dotted names, the same whichever way it is read."""
    around = {"time": "2026-11-20T10:00:00Z", "tenantId": "t", "category": f"AdvancedHunting-{table}"}
    raw = json.dumps({**around, "properties": {"Timestamp": "2026-11-20T10:00:00Z", **columns}}).encode()
    shape, form = Hunting(watched=1), Ecs(FormatOptions())
    first, *others = [form.encode(Record(raw, shape))[0].body for _ in range(4)]
    assert [orjson.loads(one) for one in others] == [orjson.loads(first)] * 3
    return _dotted(orjson.loads(first))


def _object(shape: RecordShape, **fields: Any) -> dict[str, Any]:
    """Give the fields of an alert or an incident by their dotted names."""
    lab = Generator(1)
    return _fields(next(lab.alerts(1) if shape is ALERT else lab.incidents(1)) | fields)


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    shape = next(shape for shape in ALL if shape.recognise(data))
    (document,) = Ecs(FormatOptions()).encode(Record(json.dumps(data).encode(), shape))
    return _dotted(orjson.loads(document.body))


def _dotted(document: dict[str, Any], path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in document.items():
        found |= _dotted(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return found


_WHO = {"AccountId": "in the application", "AccountObjectId": "in Entra", "AccountDisplayName": "Jane"}


@pytest.mark.parametrize("action", ["UserLoggedIn", "Add user.", "FileDownloaded", "Send"])
@pytest.mark.parametrize("raw", [{"UserId": "jane@example.org"}, '{"UserId":"jane@example.org"}'])
def test_who_used_an_application_is_named_as_the_application_names_him(action: str, raw: object) -> None:
    fields = _row("CloudAppEvents", ActionType=action, RawEventData=raw, Application="Microsoft Teams", **_WHO)
    assert (fields["user.name"], fields["user.id"]) == ("jane@example.org", "in the application")
    assert {"jane@example.org", "Jane", "in the application"} <= set(fields["related.user"])
    assert fields["application.name"] == "Microsoft Teams"


@pytest.mark.parametrize("action", ["UserLoggedIn", "Add user.", "FileDownloaded", "Send"])
def test_who_has_no_name_is_called_as_he_is_displayed(action: str) -> None:
    assert _row("CloudAppEvents", ActionType=action, RawEventData="{}", **_WHO)["user.name"] == "Jane"
    assert _row("IdentityLogonEvents", ActionType="LogonSuccess", AccountDisplayName="Jane")["user.name"] == "Jane"


def test_a_sign_in_to_entra_has_the_id_that_it_tells() -> None:
    assert _row("EntraIdSignInEvents", AccountObjectId="o", AccountUpn="j@example.org")["user.id"] == "o"


def test_a_sid_tells_the_system_of_a_known_device_alone() -> None:
    sid = {"AccountSid": "S-1-5-21-1-2-3-500", "AccountName": "a"}
    for table in ("IdentityLogonEvents", "IdentityQueryEvents", "IdentityDirectoryEvents"):
        assert "host.os.type" not in _row(table, **sid)
        of_source = {"AdditionalFields": {"SourceComputerOperatingSystemType": "linux"}}
        assert _row(table, **sid, **of_source)["host.os.type"] == "linux"
    assert "host.os.type" not in _row("IdentityInfo", OnPremSid="S-1-5-21-1-2-3-500")
    assert _row("IdentityLogonEvents", **sid, OSPlatform="macOS")["host.os.type"] == "macos"
    assert _row("DeviceLogonEvents", **sid, DeviceId="d")["host.os.type"] == "windows"


def test_who_acted_and_who_was_acted_upon_are_not_mixed() -> None:
    target = {"TargetAccountUpn": "vic@example.org", "TargetAccountDisplayName": "Vic"}
    acted = {"AccountName": "adm", "AccountSid": "S-1-5-21-1-2-3-500"}
    fields = _row("IdentityDirectoryEvents", ActionType="Account Password changed", **target, **acted)
    assert {name: value for name, value in fields.items() if name.startswith("user.")} == {
        "user.name": "adm", "user.id": "S-1-5-21-1-2-3-500",
    }  # fmt: skip  # a document
    assert {"adm", "Vic", "vic@example.org"} == set(fields["related.user"])
    alone = _row("IdentityDirectoryEvents", ActionType="Account Password changed", **target)
    assert (alone["user.email"], alone["user.full_name"]) == ("vic@example.org", "Vic")


def test_all_ids_of_an_identity_are_related() -> None:
    ids = {"OnPremSid": "S-1-5-21-1-2-3-500", "CloudSid": "S-1-12-1-9", "AccountObjectId": "o"}
    assert set(_row("IdentityInfo", **ids)["related.user"]) == set(ids.values())


def test_mail_tells_both_addresses_and_domains_of_its_sender() -> None:
    addresses = {"SenderIPv4": "81.2.69.144", "SenderIPv6": "2a02:cf40::1"}
    domains = {"SenderFromDomain": "seen.example", "SenderMailFromAddress": "bounce@envelope.example"}
    fields = _row("EmailEvents", SenderFromAddress="a@seen.example", **addresses, **domains)
    assert fields["source.ip"] == fields["related.ip"] == list(addresses.values())
    assert fields["related.hosts"] == ["seen.example", "envelope.example"]
    alone = _row("EmailEvents", SenderIPv6="2a02:cf40::1", SenderMailFromAddress="no address")
    assert (alone["source.ip"], "related.hosts" in alone) == (["2a02:cf40::1"], False)


def test_a_message_of_teams_has_its_id_and_its_team() -> None:
    ids = {"MessageId": "1700000000000", "TeamsMessageId": "/teams/1", "GroupId": "g", "GroupName": "The team"}
    fields = _row("MessageEvents", SenderEmailAddress="a@example.org", MessageSubject="Hello", **ids)
    assert (fields["email.message_id"], fields["email.local_id"]) == ("1700000000000", "/teams/1")
    assert (fields["user.group.id"], fields["user.group.name"]) == ("g", "The team")
    assert (fields["email.from.address"], fields["email.subject"]) == (["a@example.org"], "Hello")


def test_an_alert_alone_is_no_indicator_and_evidence_of_one_is() -> None:
    alert = _row("AlertInfo", Title="T", Category="Persistence")
    evidence = _row("AlertEvidence", Title="T", Category="Persistence", EntityType="File")
    assert ("event.category" in alert, alert["event.type"]) == (False, ["info"])
    assert (evidence["event.category"], evidence["event.type"]) == (["file", "threat"], ["indicator"])


def test_evidence_tells_both_ends_arguments_and_the_account_by_its_sid() -> None:
    ends = _row("AlertEvidence", EntityType="Ip", RemoteIP="203.0.113.9", LocalIP="10.0.0.3")
    assert (ends["source.ip"], ends["destination.ip"]) == ("10.0.0.3", "203.0.113.9")
    process = _row("AlertEvidence", EntityType="Process", ProcessCommandLine='"C:\\a b\\p.exe" -x')
    assert (process["process.args"], process["process.args_count"]) == (["C:\\a b\\p.exe", "-x"], 2)
    user = {"AccountSid": "S-1-5-21-1-2-3-4", "AccountObjectId": "o"}
    assert _row("AlertEvidence", EntityType="User", **user)["user.id"] == ["S-1-5-21-1-2-3-4"]
    assert _row("BehaviorEntities", EntityType="User", AccountObjectId="o")["user.id"] == ["o"]


def test_a_key_in_evidence_is_split_as_in_rows_of_the_registry() -> None:
    value = {"RegistryKey": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run", "RegistryValueName": "v"}
    fields = _row("AlertEvidence", EntityType="RegistryValue", **value)
    assert (fields["registry.hive"], fields["registry.key"]) == (["HKLM"], ["SOFTWARE\\Run"])
    assert fields["registry.path"] == ["HKLM\\SOFTWARE\\Run\\v"]


def test_a_family_of_malware_is_no_group() -> None:
    row = _row("AlertEvidence", EntityType="File", ThreatFamily="Emotet")
    alert = _object(ALERT, threatFamilyName="Emotet")
    assert "threat.group.name" not in row | alert
    assert row["m365_defender.event.threat.family"] == alert["m365_defender.alert.threat_family_name"] == "Emotet"


def test_mail_in_evidence_tells_when_it_came_and_of_whom() -> None:
    mail = {
        "@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "receivedDateTime": "2026-11-20T09:00:00Z",
        "p1Sender": {"emailAddress": "bounce@envelope.example"}, "networkMessageId": "n", "internetMessageId": "<m>",
        "p2Sender": {"emailAddress": "a@seen.example", "domainName": "seen.example", "displayName": "Anna"},
    }  # fmt: skip  # a record
    fields = _object(ALERT, evidence=[mail])
    assert fields["email.delivery_timestamp"] == ["2026-11-20T09:00:00.000Z"]
    assert fields["related.hosts"] == ["seen.example", "envelope.example"]
    assert {"Anna", "a@seen.example", "bounce@envelope.example"} <= set(fields["related.user"])
    assert fields["event.reference"] == fields["event.url"]


@pytest.mark.parametrize(
    ("assigned", "told"),
    [
        ("jane@example.org", {"name": "jane", "domain": "example.org", "email": "jane@example.org"}),
        ("Jane", {"name": "Jane"}),
        ("@", {"name": "@"}),
    ],
)
def test_who_has_an_incident_is_taken_apart(assigned: str, told: dict[str, str]) -> None:
    fields = _object(INCIDENT, assignedTo=assigned)
    assert {name: value for name, value in fields.items() if name.startswith("source.user.")} == {
        f"source.user.{name}": value for name, value in told.items()
    }
    assert assigned in fields["related.user"]
    assert fields["event.kind"] == "alert"


_WEAK = {"SoftwareName": "zlib", "SoftwareVersion": "1.2", "CveBatchTitle": "Updates of May", "DeviceId": "d"}


@pytest.mark.parametrize(("uid", "cves"), [("CVE-2026-1", ["CVE-2026-1"]), ("TVM-2026-2", None)])
def test_a_vulnerability_tells_what_elastics_findings_show(uid: str, cves: object) -> None:
    row = Generator(1).endpoint.in_file() | _WEAK | {"CveId": uid, "DeviceName": "pc1.example"}
    fields = _fields(row | {"FirstSeenTimestamp": "2026-11-03 10:13:34.8476880"})
    assert fields["message"] == "Updates of May"
    assert fields["vulnerability.title"] == f"Vulnerability found in zlib 1.2 - {uid}"
    assert (fields["resource.id"], fields["resource.name"]) == ("d", "pc1.example")
    assert fields.get("vulnerability.cve") == cves
    assert fields["observer.product"] == "Microsoft 365 Defender"
    assert fields["m365_defender.vulnerability.first_seen_timestamp"] == "2026-11-03T10:13:34.8476880"


def test_findings_of_a_cloud_are_of_defender_for_cloud() -> None:
    check, weakness = list(Generator(5).cloud.export(3))[1:]
    assert (_fields(check)["event.kind"], _fields(weakness)["event.category"]) == ("state", ["vulnerability"])
    for fields in map(_fields, (check, weakness)):
        assert fields["observer.product"] == "Microsoft Defender for Cloud"
        assert fields["resource.id"].startswith("/subscriptions/")
        assert fields["resource.name"]
    fields = _fields(check)
    assert fields["result.evaluation"] == {"success": "passed", "failure": "failed"}[fields["event.outcome"]]
    assert fields["message"] == fields["rule.name"]


def test_an_alert_of_a_cloud_tells_its_vendor_and_where_to_read_of_it() -> None:
    fields = _fields(Generator(5).cloud.managed_alert())
    assert fields["event.reference"].startswith("https://portal.azure.com/")
    assert fields["observer.vendor"] == "Microsoft"
    assert fields["host.hostname"]


@pytest.mark.parametrize(
    ("told", "word"), [("Azure", "azure"), ("Amazon Web Services", "aws"), ("GCP", "gcp"), ("Other", "Other")]
)
def test_a_cloud_is_called_as_ecs_calls_it(told: str, word: str) -> None:
    assert _row("AlertEvidence", EntityType="CloudResource", CloudPlatform=told)["cloud.provider"] == word
    assert _row("CloudAuditEvents", ActionType="Create", DataSource=told)["cloud.provider"] == word


def test_a_log_is_no_cloud() -> None:
    assert "cloud.provider" not in _row("CloudAuditEvents", ActionType="Create", DataSource="Kubernetes Audit")
