"""Rows that Microsoft's ASIM tables take: their schema's columns, types and words, and nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_defender.mappings.tables import hunting_tables, tables
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_defender.shapes.azure import AZURE_LOG
from siemcast_defender.shapes.endpoint import ENDPOINT_ALERT, VULNERABILITY
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats.asim.encoder import LONGEST_VALUE, MORE, Asim, aliases, models
from siemcast_sinks.formats.flat.schemas import Schema
from siemcast_sinks.formats.shared.fit import MARK
from unit.defender_shapes.composed import envelope, plausible_row, token_row
from unit.formats.flat_checks import lost, offences

RESERVED = {"_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,44}")
TABLES = [name for name in hunting_tables() if tables()[name].layout]


def _rows(data: Mapping[str, Any], shape: RecordShape = HUNTING, limit: int | None = None) -> list[dict[str, Any]]:
    documents = Asim(FormatOptions(max_bytes=limit)).encode(Record(json.dumps(data).encode(), shape))
    assert limit is None or all(len(document.body) <= limit for document in documents)
    return [orjson.loads(document.body) for document in documents]


def _row(table: str, **changes: Any) -> dict[str, Any]:
    data = next(Generator(1).hunting(1, [table]))
    (row,) = _rows({**data, "properties": {**data["properties"], **changes}})
    return row


def _schema(row: Mapping[str, Any]) -> Schema:
    return models().models[row["EventSchema"]].schema


def _faults(row: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a row: columns that the schema lacks, types, words, the schema's version."""
    schema = _schema(row)
    found = [*(f"{name} is of no column" for name in sorted(set(row) - set(schema.types))), *offences(row, schema)]
    return found if row["EventSchemaVersion"] == schema.facts["version"] else [*found, "of another version"]


def test_the_dictionary_has_names_that_log_analytics_takes() -> None:
    for model in models().models.values():
        assert not RESERVED & set(model.schema.types)
        assert all(NAME.fullmatch(name) for name in model.schema.types)
        assert re.fullmatch(r"ASim\w+Logs", model.schema.facts["table"])


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_rows_of_the_lab_have_all_that_their_schema_demands(table: str) -> None:
    for data in Generator(5).hunting(12, [table]):
        (row,) = _rows(data)
        assert _faults(row) == []
        demanded = _schema(row).mandatory
        if row["EventSchema"] == "Dns" and "query" not in str(data["properties"].get("AdditionalFields")):
            demanded -= {"DnsQuery"}  # Defender does not tell it in every row
        assert demanded <= set(row)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("compose", [token_row, plausible_row])
def test_no_value_of_any_table_is_lost_whatever_happened(table: str, compose: Any) -> None:
    mapping = tables()[table]
    for action in [*mapping.activities, "SomethingNew"]:
        columns = compose(mapping) | {mapping.action: action}
        for _ in range(2):  # by interpretation, then compiled
            (row,) = _rows(envelope(table, columns))
            assert _faults(row) == []
            assert lost(columns, row) == []


def test_a_process_row_is_as_microsofts_own_parser_makes_it() -> None:
    data = next(Generator(1).hunting(1, ["DeviceProcessEvents"]))
    columns = data["properties"]
    (row,) = _rows(data)
    assert (row["EventSchema"], row["EventType"], row["EventResult"]) == ("ProcessEvent", "ProcessCreated", "Success")
    assert (row["EventVendor"], row["EventProduct"]) == ("Microsoft", "M365 Defender for Endpoint")
    assert row["TargetUsername"] == f"{columns['AccountDomain']}\\{columns['AccountName']}"
    assert (row["TargetUsernameType"], row["TargetUserIdType"]) == ("Windows", "SID")
    assert row["TargetProcessId"] == str(columns["ProcessId"])
    assert row["TargetProcessName"] == row["Process"] == columns["FolderPath"]
    assert row["CommandLine"] == columns["ProcessCommandLine"]
    assert row["ActingProcessName"] == columns["InitiatingProcessFolderPath"]
    assert row["ParentProcessName"] == columns["InitiatingProcessParentFileName"]
    assert (row["Hash"], row["HashType"]) == (columns["SHA256"], "SHA256")
    assert row["DvcFQDN"] == row["Dvc"] == columns["DeviceName"]
    assert f"{row['DvcHostname']}.{row['DvcDomain']}" == columns["DeviceName"]
    assert (row["DvcIdType"], row["DvcDomainType"]) == ("MDEid", "FQDN")
    assert row[MORE]["ReportId"] == columns["ReportId"]
    assert row[MORE]["Envelope"]["category"] == "AdvancedHunting-DeviceProcessEvents"


@pytest.mark.parametrize(
    ("action", "ends"),
    [
        ("ConnectionSuccess", ("10.0.0.5", 50000, "203.0.113.9", 443, "Outbound", "Success", "Allow")),
        ("InboundConnectionAccepted", ("203.0.113.9", 443, "10.0.0.5", 50000, "Inbound", "Success", "Allow")),
        ("ConnectionFailed", ("10.0.0.5", 50000, "203.0.113.9", 443, "NA", "Failure", None)),
        ("ListeningConnectionCreated", ("10.0.0.5", 50000, "203.0.113.9", 443, "Listen", "Success", "Allow")),
    ],
)
def test_what_came_in_has_the_far_end_as_source(action: str, ends: tuple[Any, ...]) -> None:
    row = _row(
        "DeviceNetworkEvents", ActionType=action, LocalIP="10.0.0.5", LocalPort=50000, RemoteIP="::ffff:203.0.113.9",
        RemotePort=443, AdditionalFields=None, RemoteUrl="https://login.fabrikam.example/a?b",
    )  # fmt: skip  # one row
    keys = ("SrcIpAddr", "SrcPortNumber", "DstIpAddr", "DstPortNumber", "NetworkDirection", "EventResult", "DvcAction")
    assert tuple(row.get(key) for key in keys) == ends
    near, far = ("Dst", "Src") if action.startswith("Inbound") else ("Src", "Dst")
    assert row[f"{near}Hostname"] == row["DvcHostname"]
    assert row[f"{near}AppType"] == "Process"
    assert f"{far}ProcessId" not in row
    if far == "Dst":
        assert (row["DstHostname"], row["DstDomain"]) == ("login", "fabrikam.example")


@pytest.mark.parametrize(
    ("columns", "result", "details", "kind"),
    [
        ({"ActionType": "LogonSuccess", "LogonType": "RemoteInteractive"}, "Success", None, "RemoteInteractive"),
        ({"ActionType": "LogonFailed", "FailureReason": "InvalidUserNameOrPassword"}, "Failure",
         "No such user or password", None),
        ({"ActionType": "LogonFailed", "FailureReason": "NewReason"}, "Failure", "Other", None),
        ({"ActionType": "LogonAttempted", "LogonType": "Network"}, "NA", None, "Remote"),
    ],
)  # fmt: skip  # a table
def test_logons_say_how_they_ended(columns: dict[str, Any], result: str, details: str | None, kind: str | None) -> None:
    row = _row("DeviceLogonEvents", **{"LogonType": None, "FailureReason": None} | columns)
    assert (row["EventSchema"], row["EventType"], row["EventResult"]) == ("Authentication", "Logon", result)
    assert (row.get("EventResultDetails"), row.get("EventSubType")) == (details, kind)


@pytest.mark.parametrize(("code", "result"), [(0, "Success"), (50126, "Failure")])
def test_a_sign_in_is_judged_by_its_code(code: int, result: str) -> None:
    columns = token_row(tables()["EntraIdSignInEvents"]) | {"ErrorCode": code}
    (row,) = _rows(envelope("EntraIdSignInEvents", columns))
    assert row["EventResult"] == result
    assert row.get("EventResultDetails") == {50126: "No such user or password"}.get(code)


def test_registry_values_have_microsofts_normalized_types_and_a_key_that_is_gone_is_named() -> None:
    row = _row("DeviceRegistryEvents", ActionType="RegistryValueSet", RegistryValueType="Dword")
    assert (row["EventType"], row["RegistryValueType"]) == ("RegistryValueSet", "Reg_DWord")
    gone = _row(
        "DeviceRegistryEvents", ActionType="RegistryValueDeleted", RegistryKey=None, RegistryValueName=None,
        PreviousRegistryKey="HKEY_USERS\\a", PreviousRegistryValueName="b",
    )  # fmt: skip  # one row
    assert (gone["EventType"], gone["RegistryKey"], gone["RegistryValue"]) == (
        "RegistryValueDeleted",
        "HKEY_USERS\\a",
        "b",
    )
    assert _row("DeviceRegistryEvents", RegistryValueType="NewKind")[MORE]["RegistryValueType"] == "NewKind"


def test_what_asim_has_no_schema_for_is_an_audit_event() -> None:
    mail = _row("EmailEvents")
    assert (mail["EventSchema"], mail["EventType"], mail["Operation"]) == ("AuditEvent", "Other", "EmailEvents")
    read = _row("DeviceEvents", ActionType="OpenProcessApiCall", FileName="lsass.exe", FolderPath="C:\\w")
    assert (read["EventSchema"], read["EventType"], read["Object"]) == ("AuditEvent", "Execute", "C:\\w\\lsass.exe")
    task = _row("DeviceEvents", ActionType="ScheduledTaskCreated", AdditionalFields='{"TaskName":"\\\\Updater"}')
    assert (task["EventType"], task["ObjectType"], task["Object"]) == ("Create", "Scheduled Task", "\\Updater")


def test_a_table_never_seen_is_an_audit_event_with_its_columns() -> None:
    (row,) = _rows({"category": "AdvancedHunting-BrandNew", "properties": {"New Col": {"a": 1}, "EventVersion": "x"}})
    assert (row["EventSchema"], row["Object"], row["Operation"]) == ("AuditEvent", "BrandNew", "BrandNew")
    assert row[MORE]["New Col"] == {"a": 1}
    assert row[MORE]["EventVersion2"] == "x"
    assert row[MORE]["TimeAnomalies"] == ["time_missing"]


def test_an_incident_is_a_row_and_each_of_its_alerts_one() -> None:
    incident = next(Generator(1).incidents(1))
    first, *alerts = _rows(incident, INCIDENT)
    assert (first["EventOriginalUid"], first["AlertName"]) == (incident["id"], incident["displayName"])
    assert "alerts" not in first[MORE]
    assert [row["EventUid"] for row in alerts] == [alert["id"] for alert in incident["alerts"]]
    for row, alert in zip(alerts, incident["alerts"], strict=True):
        assert row["EventSchema"] == "AlertEvent"
        assert _faults(row) == []
        assert row[MORE]["EventVersion"] == alert["lastUpdateDateTime"]
        assert lost(alert, row) == []


def test_what_stands_among_an_incidents_alerts_and_is_none_is_kept() -> None:
    (first, alert, nameless) = _rows({"id": "1", "displayName": "x", "alerts": [{"id": "2"}, "odd", {}]}, INCIDENT)
    assert first[MORE]["alerts"] == ["odd"]
    assert (alert["EventUid"], nameless["EventUid"]) == ("2", "1:1")
    (whole,) = _rows({"id": "1", "alerts": "odd"}, INCIDENT)
    assert whole[MORE]["alerts"] == "odd"


def test_an_alert_says_what_it_found_in_asims_words() -> None:
    alert = next(Generator(1).alerts(1)) | {
        "status": "resolved", "classification": "truePositive", "severity": "high", "detectionSource": "antivirus",
    }  # fmt: skip  # one alert
    (row,) = _rows(alert, ALERT)
    assert (row["AlertStatus"], row["AlertVerdict"], row["EventSeverity"]) == ("Closed", "True Positive", "High")
    assert (row["DetectionMethod"], row["IndicatorType"]) == ("Antivirus", "Host")
    assert row["AlertName"] == alert["title"]
    assert row["AttackTechniques"] == ",".join(alert["mitreTechniques"])
    assert _rows(alert | {"severity": "critical"}, ALERT)[0]["EventSeverity"] == "High"


def test_records_of_other_products_are_sound_too() -> None:
    lab = Generator(3)
    records: list[tuple[Mapping[str, Any], RecordShape]] = [
        (lab.endpoint.alert(), ENDPOINT_ALERT),
        (lab.endpoint.vulnerability(), VULNERABILITY),
        *((log, AZURE_LOG) for log in lab.azure.logs(6)),
    ]
    for data, shape in records:
        (row,) = _rows(data, shape)
        assert _faults(row) == []
        assert _schema(row).mandatory <= set(row)


def test_values_are_cut_at_a_character_to_what_log_analytics_takes() -> None:
    row = _row("DeviceProcessEvents", ProcessCommandLine="é" * 50_000, New="ü" * 90_000)
    assert len(row["TargetProcessCommandLine"].encode()) <= LONGEST_VALUE
    assert row["TargetProcessCommandLine"].endswith("é...")
    assert len(orjson.dumps(row[MORE])) <= LONGEST_VALUE
    assert row[MORE][MARK] is True
    assert MARK not in _row("DeviceProcessEvents")[MORE]


def test_a_limit_leaves_what_every_row_must_have_and_says_so() -> None:
    data = next(Generator(1).hunting(1, ["DeviceProcessEvents"]))
    (row,) = _rows(data, limit=900)
    assert row[MORE][MARK] is True
    assert (row["EventSchema"], row["EventOriginalUid"]) == ("ProcessEvent", _rows(data)[0]["EventOriginalUid"])


def test_numbers_beyond_a_columns_type_stand_beside_it() -> None:
    row = _row("DeviceNetworkEvents", RemotePort=70_000, InitiatingProcessFileSize=2**70)
    assert "DstPortNumber" not in row
    assert row[MORE]["RemotePort"] == 70_000
    assert str(row[MORE]["InitiatingProcessFileSize"]) == str(2**70)


def test_every_alias_and_its_sources_are_columns_of_their_schema() -> None:
    for name, made in aliases().items():
        schema = models().models[name].schema
        for alias, sources in made.items():
            assert {alias, *sources} <= set(schema.types)
            assert all(schema.types[source] == schema.types[alias] for source in sources)
    assert {"Dvc", "User", "Process", "Hash", "CommandLine"} <= set(aliases()["ProcessEvent"])


@pytest.mark.parametrize(
    ("sid", "object_id", "kind"),
    [
        ("S-1-5-21-1-2-3-1001", "d5f4b3b2-e4b0-4ce6-8741-c7a87ce42c82", "SID"),
        (None, "d5f4b3b2-e4b0-4ce6-8741-c7a87ce42c82", "AADID"),
        (None, "guest#7", "Other"),
        (None, None, None),
    ],
)
def test_an_id_says_what_kind_it_is(sid: str | None, object_id: str | None, kind: str | None) -> None:
    columns = {"Timestamp": "2026-01-01T00:00:00Z", "AccountSid": sid, "AccountObjectId": object_id}
    (row,) = _rows(envelope("IdentityLogonEvents", columns))
    assert row.get("TargetUserIdType") == kind
    assert row.get("TargetUserId") == (sid or object_id)


@pytest.mark.parametrize(
    ("columns", "name", "kind", "sort"),
    [
        ({"AccountName": "system", "AccountDomain": "nt authority", "AccountSid": "S-1-5-18"},
         "nt authority\\system", "Windows", "System"),
        ({"AccountName": "ws01$", "AccountDomain": "contoso"}, "contoso\\ws01$", "Windows", "Machine"),
        ({"AccountUpn": "ada@contoso.example", "AccountName": "ada"}, "ada@contoso.example", "UPN", None),
        ({"AccountName": "root"}, "root", "Simple", None),
        ({"AccountDisplayName": "Ada L"}, "Ada L", "Simple", None),
        ({"AccountName": "a", "AccountDomain": "c", "AccountSid": "S-1-5-21-1-2-3-500"}, "c\\a", "Windows", "Admin"),
    ],
)  # fmt: skip  # a table
def test_a_users_name_says_what_kind_it_is(columns: dict[str, Any], name: str, kind: str, sort: str | None) -> None:
    (row,) = _rows(envelope("IdentityLogonEvents", {"Timestamp": "2026-01-01T00:00:00Z"} | columns))
    assert (row["TargetUsername"], row["TargetUsernameType"], row.get("TargetUserType")) == (name, kind, sort)


def test_a_process_whose_folder_nobody_told_has_its_name() -> None:
    row = _row("DeviceProcessEvents", FolderPath=None, FileName="x.exe", InitiatingProcessFolderPath="C:\\w\\p.exe")
    assert (row["TargetProcessName"], row["TargetProcessFilename"]) == ("x.exe", "x.exe")
    assert row["ActingProcessName"].startswith("C:\\w\\p.exe")
