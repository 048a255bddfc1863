"""Small questions that ECS asks of values, and tables whose documents are made of them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_defender.shapes import HUNTING
from siemcast_sinks.formats.ecs.convert import CONVERTERS, entity_id, own_ip
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.ecs.findings import (
    account,
    categories,
    duration,
    subtechnique_names,
    tactic,
    tactic_ids,
    technique_names,
    texts_or,
    types,
)
from siemcast_sinks.formats.ecs.posture import classification, cve_link, enumeration, number, posture
from siemcast_sinks.formats.ecs.systems import os_type

_URL = "HTTPS://user:pass@Files.Example:8443/a.b/setup.tar.gz?x=1&y=?#top"


def _row(table: str, **columns: Any) -> dict[str, Any]:
    data = {"category": f"AdvancedHunting-{table}", "properties": {"Timestamp": "2026-11-21T10:00:00Z", **columns}}
    (document,) = Ecs(FormatOptions()).encode(Record(orjson.dumps(data), HUNTING))
    result: dict[str, Any] = orjson.loads(document.body)
    return result


@pytest.mark.parametrize(
    ("folder", "name", "whole"),
    [
        ("C:\\Windows\\cmd.exe", "cmd.exe", "C:\\Windows\\cmd.exe"),
        ("c:\\windows\\CMD.EXE", "cmd.exe", "c:\\windows\\CMD.EXE"),
        ("C:\\ProgramData", "upd.dll", "C:\\ProgramData\\upd.dll"),
        ("/tmp/xsh", "sh", "/tmp/xsh/sh"),
        ("sh", "sh", "sh"),
        ("/usr/bin/", "", "/usr/bin/"),
    ],
)
def test_a_folder_that_ends_with_the_name_is_a_whole_path(folder: str, name: str, whole: str) -> None:
    assert CONVERTERS["path"](folder, name) == whole


@pytest.mark.parametrize(
    ("part", "url", "expected"),
    [
        ("scheme", _URL, "https"),
        ("username", _URL, "user"),
        ("password", _URL, "pass"),
        ("domain", _URL, "files.example"),
        ("port", _URL, 8443),
        ("path", _URL, "/a.b/setup.tar.gz"),
        ("query", _URL, "x=1&y=?"),
        ("fragment", _URL, "top"),
        ("extension", _URL, "gz"),
        ("extension", "http://a.example/.bashrc", None),
        ("domain", "http://[2001:db8::1]:80/", "2001:db8::1"),
        ("port", "http://a.example:99999/", None),
        ("domain", "download.example.com", "download.example.com"),
        ("path", "download.example.com", None),
        ("domain", "not a url", None),
        ("domain", "a.example/path", None),
        ("domain", "http://" + "a" * 9000, None),
        ("domain", {"a": 1}, None),
    ],
)
def test_urls_are_taken_apart(part: str, url: object, expected: object) -> None:
    assert CONVERTERS[f"url_{part}"](url) == expected


def test_a_domain_that_is_told_stands_where_the_url_names_none() -> None:
    assert CONVERTERS["url_domain"](None, "b.example") == "b.example"
    assert CONVERTERS["host_of"]("srv-1", "http://a.example/") == "srv-1"
    assert CONVERTERS["host_of"](None, "http://a.example/") == "a.example"


def test_alerts_are_sorted_by_evidence_and_rows_by_their_category_too() -> None:
    assert categories(["user", "process", "user", "blob"], "malware") == ["iam", "malware", "process"]
    assert categories(["process"], None, ["Persistence"]) == ["process"]
    assert categories("File", None, "Ransomware") == ["file", "malware"]
    assert categories("File", None, "Persistence") == ["file", "threat"]
    assert categories(None, None, "Persistence") is None
    assert categories("File", None, "Execution") == ["file"]
    assert categories(None, None, None) is None
    assert types("File", None, "Persistence") == ["indicator"]
    assert types(None, None, "Persistence") == ["info"]
    assert types(["registryKey", "user"], None) == ["access", "info"]


def test_techniques_and_sub_techniques_have_their_own_names() -> None:
    assert technique_names(["T1078", "T1078.004"], ["Valid Accounts", "Cloud Accounts"]) == ["Valid Accounts"]
    assert subtechnique_names(["T1078", "T1078.004"], ["Valid Accounts", "Cloud Accounts"]) == ["Cloud Accounts"]
    assert technique_names(["T1078"], None) is None


def test_tactics_are_mitres_and_other_categories_stay() -> None:
    told = ["DefenseEvasion", "Command and Control", "SuspiciousActivity", "None", "x" * 1000]
    assert tactic(told) == ["Defense Evasion", "Command and Control", "SuspiciousActivity", "x" * 1000]
    assert tactic_ids(told) == ["TA0005", "TA0011"]
    assert tactic_ids("Malware") is None


def test_the_account_of_an_alert_is_the_tenant_but_of_cloud_alerts_the_subscription() -> None:
    assert account(None, "subscription", "tenant") == "tenant"
    assert account("Microsoft", "subscription", "tenant") == "subscription"
    assert account("Microsoft", None, "tenant") == "tenant"


def test_numbers_are_finite_and_scores_have_a_system() -> None:
    assert (number("9.8"), number(7), number(True), number("nan"), number(1e999), number(10**400)) == (
        9.8, 7.0, None, None, None, None,
    )  # fmt: skip  # a row of values
    assert classification("9.8") == "CVSS"
    assert classification("high") is None


def test_vulnerabilities_are_named_by_list_and_page() -> None:
    assert cve_link("CVE-2026-1234") == "https://www.cve.org/CVERecord?id=CVE-2026-1234"
    assert (cve_link("TVM-2026-0001"), enumeration("TVM-2026-0001"), enumeration("x")) == (None, "TVM", None)


def test_durations_fit_into_64_bits() -> None:
    assert duration("2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z") == 1_000_000_000
    assert duration("2026-11-21T10:00:00Z", "9999-12-31T23:59:59Z") is None
    assert duration("2026-11-21T10:00:01Z", "2026-11-21T10:00:00Z") is None


def test_checks_have_outcomes() -> None:
    assert [posture(word) for word in ("Healthy", ["Unhealthy"], "NotApplicable", None)] == [
        "success", "failure", "unknown", None,
    ]  # fmt: skip  # a row of values


def test_one_way_of_naming_is_taken() -> None:
    assert texts_or([None, ""], ["a", "a"], ["b"]) == ["a"]
    assert texts_or(None, []) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/Applications/A.app/a", "macos"), ("/home/ada/a.sh", "linux"), ("/usr/bin/bash", None), ("C:\\a", "windows")],
)
def test_paths_tell_the_system_where_only_one_has_them(path: str, expected: str | None) -> None:
    assert os_type(None, None, path) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Windows11", "windows"), ("CentOS", "linux"), ("RedHatEnterpriseLinux", "linux"), ("macOS", "macos"),
     ("iOS", "ios"), ("Unknown", None), ("Other", None), (5, None)],
)  # fmt: skip  # a table
def test_systems_are_told_by_their_names(name: object, expected: str | None) -> None:
    assert os_type(name) == expected


def test_a_logon_comes_from_the_device_itself_only_where_no_other_is_named() -> None:
    assert own_ip("10.0.0.5", None) == ["10.0.0.5"]
    assert own_ip("10.0.0.5", "d1") is None


def test_an_attachment_is_about_mail_and_a_file() -> None:
    sent = {"NetworkMessageId": "n1", "SenderFromAddress": "a@x.example", "RecipientEmailAddress": "b@y.example"}
    document = _row("EmailAttachmentInfo", **sent, FileName="a.docx", FileType="DOCX", FileSize=5, SHA256="ab")
    assert document["event"]["category"] == ["email", "file"]
    assert document["file"] == {"name": "a.docx", "extension": "docx", "size": 5, "hash": {"sha256": "ab"}}
    assert document["related"]["user"] == ["a@x.example", "b@y.example"]
    assert _row("EmailEvents", **sent, SenderIPv4="203.0.113.5")["source"]["ip"] == ["203.0.113.5"]
    assert _row("EmailEvents", **sent)["event"]["category"] == ["email"]


def test_a_link_in_mail_is_taken_apart() -> None:
    url = _row("EmailUrlInfo", NetworkMessageId="n1", Url=_URL, UrlDomain="files.example")["url"]
    assert url == {
        "original": _URL, "scheme": "https", "domain": "files.example", "port": 8443, "path": "/a.b/setup.tar.gz",
        "extension": "gz", "query": "x=1&y=?", "fragment": "top", "username": "user", "password": "pass",
    }  # fmt: skip  # a document


def test_where_a_connection_went_by_name_is_told() -> None:
    row = {"ActionType": "ConnectionSuccess", "RemoteIP": "203.0.113.9", "RemoteUrl": "cdn.example.com"}
    document = _row("DeviceNetworkEvents", **row)
    assert document["destination"]["domain"] == document["url"]["domain"] == "cdn.example.com"


def test_identities_log_on_from_the_device_that_is_named() -> None:
    row = {"ActionType": "LogonSuccess", "AccountName": "ada", "DeviceName": "WKS-1", "IPAddress": "10.0.0.5"}
    document = _row("IdentityLogonEvents", **row, Protocol="Kerberos", OSPlatform="Windows 11")
    assert document["host"] == {"name": "wks-1", "ip": ["10.0.0.5"], "os": {"name": "Windows 11", "type": "windows"}}
    assert document["source"]["ip"] == "10.0.0.5"
    assert document["network"]["protocol"] == "kerberos"
    other = _row("DeviceLogonEvents", ActionType="LogonSuccess", DeviceId="d1", RemoteIP="10.0.0.9")
    assert (other["source"]["ip"], "ip" in other["host"]) == ("10.0.0.9", False)


def test_a_file_that_came_over_the_network_tells_how() -> None:
    row = {"ActionType": "FileCreated", "RequestProtocol": "SMB", "RequestSourceIP": "10.0.0.9"}
    document = _row("DeviceFileEvents", **row, FileOriginReferrerUrl="https://a.example/", FileOriginIP="203.0.113.5")
    assert document["network"] == {"protocol": "smb"}
    assert document["source"]["ip"] == "10.0.0.9"
    assert document["http"]["request"]["referrer"] == "https://a.example/"
    assert document["related"]["ip"] == ["10.0.0.9", "203.0.113.5"]


def test_a_process_in_a_container_tells_where_it_runs() -> None:
    row = {"ActionType": "ProcessCreated", "ContainerId": "c1", "ContainerName": "web", "ContainerImageName": "nginx"}
    row |= {"KubernetesNamespace": "shop", "KubernetesPodName": "web-1", "ProcessCurrentWorkingDirectory": "/srv"}
    document = _row("CloudProcessEvents", **row, ProcessName="sh", ParentProcessName="nginx")
    assert document["container"] == {"id": "c1", "name": "web", "image": {"name": "nginx"}}
    assert document["orchestrator"] == {"namespace": "shop", "type": "kubernetes"}
    assert document["process"]["working_directory"] == "/srv"
    assert (document["process"]["name"], document["process"]["parent"]["name"]) == ("sh", "nginx")


def test_a_process_is_named_alike_by_whoever_speaks_of_it_and_unlike_its_namesakes() -> None:
    started = "2025-03-03T08:16:44.1671958Z"
    own = entity_id(None, "device", 7, started)
    assert own == entity_id("", "device", 7, "2025-03-03T08:16:44.167Z")
    others = [("other", 7, started), ("device", 8, started), ("device", 7, "2025-03-03T09:16:44.1671958Z")]
    assert len({own, *(entity_id(None, *other) for other in others)}) == 4
    assert entity_id("own", "device", 7, started) == "own"
    unnamed = [("device", 7, None), ("", 7, started), ("device", "7", started), ("device", 7, "2025")]
    assert [entity_id(None, *odd) for odd in unnamed] == [None] * 4


def test_events_of_a_process_have_the_id_that_its_start_has() -> None:
    started = {"DeviceId": "d", "ProcessId": 7, "ProcessCreationTime": "2025-03-03T08:16:44.1671958Z"}
    began = _row("DeviceProcessEvents", ActionType="ProcessCreated", **started)
    acting = {"InitiatingProcessId": 7, "InitiatingProcessCreationTime": "2025-03-03T08:16:44.1671958Z"}
    for table, action in (("DeviceFileEvents", "FileCreated"), ("DeviceNetworkEvents", "ConnectionSuccess")):
        event = _row(table, DeviceId="d", ActionType=action, **acting)
        assert event["process"]["entity_id"] == began["process"]["entity_id"]
    child = _row("DeviceProcessEvents", DeviceId="d", ActionType="ProcessCreated", ProcessId=9, **acting)
    assert child["process"]["parent"]["entity_id"] == began["process"]["entity_id"]
