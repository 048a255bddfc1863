"""Splunk's detections fire on `native` events, as the add-on reads them, and on `cim` documents: each in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from rules.conditions import Condition, either, equals, every, has, like, no, public, values
from rules.records import NOBODY, alert, connection, encoded, file, incident, process, registry, row
from siemcast_lab.generator import Generator

Data = dict[str, Any]
_WDIGEST = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest"
_RUN = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
_MAIL = {
    "NetworkMessageId": "n1",
    "SenderFromAddress": "eve@fabrikam.example",
    "RecipientEmailAddress": "ada@contoso.example",
}


def _model(name: str, *more: Condition) -> Condition:
    """Ask for a record of a data model, as `tstats` does."""
    return every(equals("cim_dataset", name), *more)


def _process(*more: Condition) -> Condition:
    """Ask for a process with the fields that detections group by: `tstats` leaves out what lacks one of them."""
    grouped = ("dest", "user", "process_name", "process", "process_id", "parent_process_name", "parent_process_id")
    return _model("Endpoint.Processes", *(has(field) for field in grouped), *more)


class Detection(NamedTuple):
    """A detection of Splunk's by name, what it asks of a data model, and records that it must find and must not."""

    name: str
    asks: Condition
    finds: tuple[Data, ...]
    passes_over: tuple[Data, ...]


DETECTIONS = (
    Detection(
        "CertUtil Download With URLCache and Split Arguments",
        _process(
            either(like("process_name", "certutil.exe"), like("original_file_name", "CertUtil.exe")),
            like("process", "*urlcache*"),
            like("process", "*split*"),
        ),
        (
            process("certutil.exe", "certutil.exe -urlcache -split -f http://a.example/x"),
            process("cu.exe", "cu.exe -urlcache -split -f x", ProcessVersionInfoOriginalFileName="CertUtil.exe"),
        ),
        (process("certutil.exe", "certutil.exe -hashfile a"), process("curl.exe", "curl -urlcache -split")),
    ),
    Detection(
        "Deleting Shadow Copies",
        _process(
            like("process_name", "vssadmin.exe", "wmic.exe"),
            like("process", "*delete*"),
            like("process", "*shadow*"),
        ),
        (
            process("vssadmin.exe", "vssadmin delete shadows /all"),
            process("WMIC.exe", "wmic shadowcopy delete", AccountSid=NOBODY),
        ),
        (process("vssadmin.exe", "vssadmin list shadows"), process("cmd.exe", "cmd /c echo delete shadow")),
    ),
    Detection(
        "Windows Office Product Spawned Uncommon Process",
        _process(
            like("parent_process_name", "winword.exe", "excel.exe", "powerpnt.exe", "outlook.exe"),
            like("process_name", "powershell.exe", "mshta.exe", "wscript.exe", "cmd.exe", "rundll32.exe"),
        ),
        (process("mshta.exe", "mshta http://a.example", "EXCEL.EXE"),),
        (process("mshta.exe", "mshta http://a.example", "explorer.exe"), process("splwow64.exe", "x", "EXCEL.EXE")),
    ),
    Detection(
        "Enable WDigest UseLogonCredential Registry",
        _model(
            "Endpoint.Registry",
            like("registry_path", "*\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest*"),
            like("registry_value_name", "UseLogonCredential"),
            like("registry_value_data", "1", "0x00000001"),
            has("dest"),
            has("user"),
            has("process_id"),
        ),
        (registry(_WDIGEST, "UseLogonCredential", "1"),),
        (registry(_WDIGEST, "UseLogonCredential", "0"), registry(_WDIGEST, "Negotiate", "1")),
    ),
    Detection(
        "Registry Keys Used For Persistence",
        _model(
            "Endpoint.Registry",
            like("registry_path", "*\\currentversion\\run*", "*\\currentVersion\\Windows\\Appinit_Dlls*"),
            has("registry_value_name"),
            has("dest"),
            has("user"),
        ),
        (registry(_RUN, "Updater", "C:\\Temp\\a.exe"),),
        (registry("HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso", "Run", "C:\\Temp\\a.exe"),),
    ),
    Detection(
        "Detect SharpHound File Modifications",
        _model(
            "Endpoint.Filesystem",
            like("file_name", "*bloodhound.zip", "*_computers.json", "*_gpos.json", "*_domains.json", "*_users.json"),
            has("file_path"),
            has("dest"),
            has("action"),
        ),
        (file("C:\\Temp\\20261121_BloodHound.zip"), file("C:\\Temp\\x_computers.json", "FileRenamed")),
        (file("C:\\Temp\\computers.json"),),
    ),
    Detection(
        "Detect Outbound SMB Traffic",
        _model(
            "Network_Traffic.All_Traffic",
            equals("action", "allowed"),
            either(equals("dest_port", 139, 445), equals("app", "smb")),
            public("dest_ip"),
            has("src_ip"),
        ),
        (connection("system", "93.184.215.14", 445),),
        (
            connection("system", "10.0.0.7", 445),
            connection("system", "93.184.215.14", 443),
            connection("system", "93.184.215.14", 445, "ConnectionFailed"),
        ),
    ),
    Detection(
        "Excessive Failed Logins",
        _model("Authentication.Authentication", equals("action", "failure"), *map(has, ("src", "app", "user", "dest"))),
        (
            row(
                "DeviceLogonEvents", ActionType="LogonFailed", AccountName="ada", RemoteIP="10.0.0.9", FailureReason="x"
            ),
        ),
        (row("DeviceLogonEvents", ActionType="LogonSuccess", AccountName="ada", RemoteIP="10.0.0.9"),),
    ),
    Detection(
        "Suspicious Email Attachment Extensions",
        every(
            like("cim_dataset", "Email.*"),
            like("file_name", "*.js", "*.vbs", "*.iso", "*.hta", "*.lnk"),
            has("src_user"),
            has("recipient"),
        ),
        (row("EmailAttachmentInfo", **_MAIL, FileName="invoice.pdf.js", FileType="js"),),
        (row("EmailAttachmentInfo", **_MAIL, FileName="invoice.pdf", FileType="pdf"),),
    ),
    Detection(
        "Detect Critical Alerts from Security Tools",
        _model(
            "Alerts.Alerts",
            equals("severity", "high", "critical"),
            *map(has, ("signature", "app", "description", "id", "dest")),
        ),
        (alert(severity="high"), row("AlertInfo", Severity="High")),
        (alert(severity="medium"), row("AlertInfo", Severity="Low")),
    ),
)


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda detection: detection.name)
def test_a_detection_over_data_models_finds_what_it_is_for_and_nothing_near_it(detection: Detection) -> None:
    for record in detection.finds:
        assert any(detection.asks(document) for document in encoded(record, "cim", "splunk")), record
    for record in detection.passes_over:
        assert not any(detection.asks(document) for document in encoded(record, "cim", "splunk")), record


class Reading(NamedTuple):
    """What the add-on makes of an alert's event at search time, as far as the two alert detections ask for it."""

    dest: set[str]
    user: set[str]
    facts: Mapping[str, list[str]]
    """By field of an entity or of evidence: file names, paths, command lines, addresses, keys, links."""


_FACTS = ("fileName", "filePath", "processCommandLine", "ipAddress", "registryKey", "url")


def _read(event: Data, entities: str, machines: tuple[str, ...], clean: bool) -> Reading:
    told = [one for one in event.get(entities) or () if "entityType" in one]
    kept = [one for one in told if clean or one.get("verdict") != "Clean"]
    facts = {name: [str(one[name]) for one in kept if one.get(name)] for name in _FACTS}
    return Reading(
        dest={name for path in machines for name in values(event, path)},
        user=set(values(told, "accountName")),
        facts={name: found for name, found in facts.items() if found},
    )


def _incident_alerts(event: Data) -> Reading | None:
    """Microsoft Defender Incident Alerts: entities that are not clean, and a severity to weigh them by."""
    named = ("id", "description", "severity", "mitreTechniques", "title")
    read = _read(event, "entities", ("devices.deviceDnsName",), clean=False)
    weighed = event.get("severity") in ("informational", "low", "medium", "high")
    found = bool((read.dest or read.user) and read.facts and weighed and all(event.get(name) for name in named))
    return read if found else None


def _endpoint_alerts(event: Data) -> Reading | None:
    """Microsoft Defender ATP Alerts: evidence by entityType, where a machine or a user is told."""
    read = _read(event, "evidence", ("computerDnsName",), clean=True)
    named = ("id", "description", "severity", "title", "mitreTechniques")
    return read if (read.dest or read.user) and read.facts and all(event.get(name) for name in named) else None


def _without_entities(data: Data) -> Data:
    return {**data, "evidence": [one for one in data["evidence"] if one["@odata.type"].endswith("deviceEvidence")]}


def _all_clean(data: Data) -> Data:
    return {**data, "evidence": [{**one, "verdict": "noThreatsFound"} for one in data["evidence"]]}


def test_microsoft_defender_incident_alerts_finds_alerts_by_their_entities() -> None:
    data = alert(severity="high")
    (event,) = encoded(data, "native", "splunk")
    read = _incident_alerts(event)
    assert read is not None
    device, user, started = data["evidence"][:3]
    assert read.dest == {device["deviceDnsName"]}
    assert user["userAccount"]["accountName"] in read.user
    assert started["processCommandLine"] in read.facts["processCommandLine"]
    assert started["imageFile"]["fileName"] in read.facts["fileName"]


def test_microsoft_defender_incident_alerts_passes_over_what_is_clean_or_says_nothing() -> None:
    for data in (_all_clean(alert()), _without_entities(alert()), alert(severity="unknownFutureValue")):
        (event,) = encoded(data, "native", "splunk")
        assert _incident_alerts(event) is None
    (event,) = encoded(alert(), "native-graph", "splunk")  # the shape that the detection cannot read
    assert _incident_alerts(event) is None


def test_microsoft_defender_incident_alerts_finds_each_alert_of_an_incident() -> None:
    data = incident()
    bare, *alerts = encoded(data, "native", "splunk")
    assert _incident_alerts(bare) is None
    assert len(alerts) == len(data["alerts"])
    assert all(_incident_alerts(event) is not None for event in alerts)


def _endpoints_own() -> Iterator[Data]:
    lab = Generator(4)
    return (lab.endpoint.alert() for _ in range(3))


def test_microsoft_defender_atp_alerts_finds_alerts_of_the_endpoints_api_and_of_graph() -> None:
    for data in _endpoints_own():
        (event,) = encoded(data, "native", "splunk")
        assert event == data
        assert _endpoint_alerts(event) is not None
    (event,) = encoded(alert(), "native-endpoint", "splunk")
    read = _endpoint_alerts(event)
    assert read is not None
    assert read.dest == {alert()["evidence"][0]["deviceDnsName"]}
    assert read.facts["processCommandLine"] == [alert()["evidence"][2]["processCommandLine"]]


def test_microsoft_defender_atp_alerts_cannot_read_what_is_not_in_its_shape() -> None:
    (event,) = encoded(alert(), "native", "splunk")
    assert _endpoint_alerts(event) is None
    (event,) = encoded(_without_entities(alert()), "native-endpoint", "splunk")
    assert _endpoint_alerts(event) is None
    assert no(has("entityType"))(event)
