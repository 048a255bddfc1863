"""Events in the fields of Splunk's data models: their tags, prescribed values, and nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
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
from siemcast_sinks.formats.cim.encoder import HEAD, Cim, models, vendor_field
from siemcast_sinks.formats.flat.schemas import Schema
from siemcast_sinks.formats.shared.fit import MARK
from unit.defender_shapes.composed import envelope, plausible_row, token_row
from unit.formats.flat_checks import lost, offences

TABLES = [name for name in hunting_tables() if tables()[name].layout]
HOW_TO = Path(__file__).parents[3] / "docs/how-to/splunk-cim.md"
ALL_NAMES = frozenset().union(*(model.schema.types for model in models().models.values()))


def _events(data: Mapping[str, Any], shape: RecordShape = HUNTING, limit: int | None = None) -> list[dict[str, Any]]:
    documents = Cim(FormatOptions(max_bytes=limit)).encode(Record(json.dumps(data).encode(), shape))
    assert limit is None or all(len(document.body) <= limit for document in documents)
    return [orjson.loads(document.body) for document in documents]


def _event(table: str, **changes: Any) -> dict[str, Any]:
    data = next(Generator(1).hunting(1, [table]))
    (event,) = _events({**data, "properties": {**data["properties"], **changes}})
    return event


def _schema(event: Mapping[str, Any]) -> Schema:
    return models().models[event["cim_dataset"]].schema


def _faults(event: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with an event: types, words, names, fields that are missing, tags."""
    schema = _schema(event)
    found = offences(event, schema)
    found += [f"{name} is of another model" for name in sorted(set(event) & (ALL_NAMES - set(schema.types)))]
    found += [f"{name} is missing" for name in sorted(schema.mandatory - set(event))]
    return found if event["tag"] == schema.facts["tags"] else [*found, f"tagged {event['tag']}"]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_rows_of_the_lab_have_all_that_their_dataset_demands(table: str) -> None:
    for data in Generator(5).hunting(12, [table]):
        (event,) = _events(data)
        assert _faults(event) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("compose", [token_row, plausible_row])
def test_no_value_of_any_table_is_lost_whatever_happened(table: str, compose: Any) -> None:
    mapping = tables()[table]
    for action in [*mapping.activities, "SomethingNew"]:
        columns = compose(mapping) | {mapping.action: action}
        for _ in range(2):  # by interpretation, then compiled
            (event,) = _events(envelope(table, columns))
            assert _faults(event) == []
            assert lost(columns, event) == []


def test_a_process_is_told_with_its_parent_as_the_add_on_does() -> None:
    data = next(Generator(1).hunting(1, ["DeviceProcessEvents"]))
    columns = data["properties"] | {"Timestamp": "2026-01-01T00:00:00.1239999Z"}
    (event,) = _events({**data, "properties": columns})
    assert (event["cim_dataset"], event["tag"]) == ("Endpoint.Processes", ["process", "report"])
    assert (event["action"], event["_time"]) == ("allowed", 1767225600.123)
    assert event["dest"] == columns["DeviceName"]
    assert event["user"] == columns["AccountName"]
    assert event["process"] == columns["ProcessCommandLine"]
    assert event["process_name"] == event["process_exec"] == columns["FileName"]
    assert event["process_hash"] == f"MD5={columns['MD5']},SHA1={columns['SHA1']},SHA256={columns['SHA256']}"
    assert event["parent_process"] == columns["InitiatingProcessCommandLine"]
    assert event["parent_process_path"] == columns["InitiatingProcessFolderPath"]
    assert event["process_integrity_level"] == columns["ProcessIntegrityLevel"].lower()
    assert event["ActionType"] == "ProcessCreated"
    assert event["envelope_category"] == "AdvancedHunting-DeviceProcessEvents"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("FileCreated", "created"), ("FileModified", "modified"), ("FileDeleted", "deleted"),
        ("FileRenamed", "modified"),
    ],
)  # fmt: skip  # a table
def test_files_are_told_in_the_four_actions_of_cim(action: str, told: str) -> None:
    event = _event("DeviceFileEvents", ActionType=action)
    assert (event["cim_dataset"], event["action"], event["ActionType"]) == ("Endpoint.Filesystem", told, action)
    assert event["process_name"] == next(Generator(1).hunting(1, ["DeviceFileEvents"]))["properties"][
        "InitiatingProcessFileName"
    ]  # fmt: skip  # one comparison


@pytest.mark.parametrize(
    ("key", "hive"),
    [
        ("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run", "HKEY_LOCAL_MACHINE\\Software"),
        ("HKLM\\SYSTEM\\Select", "HKEY_LOCAL_MACHINE\\System"),
        ("HKEY_USERS\\.DEFAULT\\Console", "HKEY_USERS\\.DEFAULT"),
        ("HKEY_CURRENT_USER\\Console", "HKEY_CURRENT_USER"),
        ("HKEY_LOCAL_MACHINE\\HARDWARE\\x", "HKEY_LOCAL_MACHINE"),
        ("Somewhere\\else", None),
    ],
)
def test_registry_paths_are_taken_apart(key: str, hive: str | None) -> None:
    event = _event("DeviceRegistryEvents", ActionType="RegistryValueSet", RegistryKey=key, RegistryValueName="Updater",
                   RegistryValueType="ExpandString")  # fmt: skip  # one call
    assert (event["action"], event["status"]) == ("modified", "success")
    assert event.get("registry_hive") == hive
    assert event["registry_key_name"] == key.rpartition("\\")[2]
    assert event["registry_path"].endswith("\\Updater")
    assert event["registry_value_type"] == "REG_EXPAND_SZ"
    assert event["RegistryKey"] == key


@pytest.mark.parametrize(
    ("action", "ends"),
    [
        ("ConnectionSuccess", ("10.0.0.5", 50000, "203.0.113.9", 443, "outbound", "allowed")),
        ("InboundConnectionAccepted", ("203.0.113.9", 443, "10.0.0.5", 50000, "inbound", "allowed")),
        ("ConnectionFailed", ("10.0.0.5", 50000, "203.0.113.9", 443, None, "blocked")),
    ],
)
def test_what_came_in_has_the_far_end_as_source(action: str, ends: tuple[Any, ...]) -> None:
    event = _event(
        "DeviceNetworkEvents", ActionType=action, LocalIP="10.0.0.5", LocalPort=50000, RemoteIP="::ffff:203.0.113.9",
        RemotePort=443, AdditionalFields=None, Protocol="TcpV4",
    )  # fmt: skip  # one row
    keys = ("src", "src_port", "dest", "dest_port", "direction", "action")
    assert tuple(event.get(key) for key in keys) == ends
    assert (event["tag"], event["transport"]) == (["network", "communicate"], "tcp")


def test_an_end_without_an_address_goes_by_its_name() -> None:
    ends = dict.fromkeys(("LocalIP", "LocalPort", "RemotePort", "RemoteDeviceName"))
    blocked = _event(
        "DeviceEvents", ActionType="ExploitGuardNetworkProtectionBlocked", DeviceName="ws1.contoso.example",
        RemoteUrl="evil.example", RemoteIP=None, AdditionalFields=None, **ends,
    )  # fmt: skip  # one row
    assert (blocked["src"], blocked["dest"], blocked["action"]) == ("ws1.contoso.example", "evil.example", "blocked")


@pytest.mark.parametrize(
    ("action", "remediated", "ended"),
    [
        ("AntivirusDetection", True, "blocked"),
        ("AntivirusDetection", False, "allowed"),
        ("AntivirusMalwareBlocked", None, "blocked"),
    ],
)
def test_malware_that_was_remediated_is_blocked(action: str, remediated: bool | None, ended: str) -> None:
    told = json.dumps({"ThreatName": "Trojan:Win32/X", "WasRemediated": remediated})
    event = _event("DeviceEvents", ActionType=action, AdditionalFields=told)
    assert (event["cim_dataset"], event["action"]) == ("Malware.Malware_Attacks", ended)


def test_who_joins_a_group_is_never_taken_for_who_let_him_in() -> None:
    joins = {"AccountName": None, "AccountDomain": None, "AccountSid": "S-1-5-21-1-2-3-1109"}
    event = _event("DeviceEvents", ActionType="UserAccountAddedToLocalGroup", **joins)
    assert event["user"] == "S-1-5-21-1-2-3-1109"
    assert event["src_user"] != event["user"]


def test_a_port_that_is_listened_on_is_of_another_dataset() -> None:
    event = _event("DeviceNetworkEvents", ActionType="ListeningConnectionCreated", LocalPort=8080)
    assert (event["cim_dataset"], event["state"], event["dest_port"]) == ("Endpoint.Ports", "listening", 8080)


@pytest.mark.parametrize(
    ("action", "told"), [("LogonSuccess", "success"), ("LogonFailed", "failure"), ("LogonAttempted", "pending")]
)
def test_logons_say_how_they_ended(action: str, told: str) -> None:
    event = _event("DeviceLogonEvents", ActionType=action)
    assert (event["cim_dataset"], event["action"]) == ("Authentication.Authentication", told)


@pytest.mark.parametrize(("code", "told"), [(0, "success"), (50126, "failure")])
def test_a_sign_in_is_judged_by_its_code(code: int, told: str) -> None:
    (event,) = _events(envelope("EntraIdSignInEvents", {"Timestamp": "2026-01-01T00:00:00Z", "ErrorCode": code}))
    assert (event["action"], event["reason_id"]) == (told, str(code))


def test_an_alert_has_the_seven_fields_by_which_splunk_groups() -> None:
    alert = next(Generator(1).alerts(1)) | {"severity": "High", "evidence": []}
    (event,) = _events(alert, ALERT)
    assert _faults(event) == []
    assert {"signature", "app", "severity", "description", "id", "dest"} <= set(event)
    assert (event["severity"], event["dest"], event["type"]) == ("high", "unknown", "alert")
    assert (event["id"], event["event_id"]) == (alert["id"], alert["id"])
    assert event["event_version"] == alert["lastUpdateDateTime"]
    assert event["mitre_technique_id"] == alert["mitreTechniques"]
    assert (event["vendor_severity"], event["vendor_status"]) == ("High", alert["status"])


def test_rows_of_alerts_are_known_by_the_alert() -> None:
    event = _event("AlertEvidence")
    columns = next(Generator(1).hunting(1, ["AlertEvidence"]))["properties"]
    assert (event["cim_dataset"], event["id"]) == ("Alerts.Alerts", columns["AlertId"])
    assert event["event_id"] != event["id"]


def test_an_incident_is_a_ticket_and_each_of_its_alerts_an_alert() -> None:
    incident = next(Generator(1).incidents(1))
    first, *alerts = _events(incident, INCIDENT)
    assert (first["cim_dataset"], first["ticket_id"]) == ("Ticket_Management.Incident", incident["id"])
    assert "alerts" not in first
    assert [event["id"] for event in alerts] == [alert["id"] for alert in incident["alerts"]]
    for event, alert in zip(alerts, incident["alerts"], strict=True):
        assert event["cim_dataset"] == "Alerts.Alerts"
        assert _faults(event) == []
        assert lost(alert, event) == []


def test_files_in_the_cloud_and_groups_have_datasets_of_their_own() -> None:
    columns = token_row(tables()["CloudAppEvents"])
    (got,) = _events(envelope("CloudAppEvents", columns | {"ActionType": "FileDownloaded"}))
    assert (got["cim_dataset"], got["action"]) == ("Data_Access.Data_Access", "downloaded")
    assert got["object"] == columns["ObjectName"]
    (added,) = _events(envelope("CloudAppEvents", columns | {"ActionType": "Add member to group."}))
    assert (added["tag"], added["action"]) == (["change", "account"], "modified")


def test_what_antivirus_found_is_malware() -> None:
    event = _event("DeviceEvents", ActionType="AntivirusDetection", AdditionalFields='{"ThreatName":"EICAR"}')
    assert (event["cim_dataset"], event["signature"]) == ("Malware.Malware_Attacks", "EICAR")
    assert "action" not in event  # nobody said what became of it


def test_a_table_never_seen_travels_on_under_names_that_are_free() -> None:
    row = {"New Col": {"a": 1}, "action": "x", "tag": "y", "_time": "z", "source": "w", "vendor_tag": "v", "": "u"}
    (event,) = _events({"category": "AdvancedHunting-BrandNew", "properties": row})
    assert (event["cim_dataset"], event["signature"]) == ("Event_Signatures.Signatures", "BrandNew")
    assert event["New Col"] == {"a": 1}
    assert (event["vendor_action"], event["vendor_time"], event["vendor_source"]) == ("x", "z", "w")
    assert {event["vendor_tag"], event["vendor_tag2"]} == {"y", "v"}
    assert event["unnamed"] == "u"
    assert event["time_anomalies"] == ["time_missing"]


def test_no_columns_name_is_one_of_splunks_or_cims() -> None:
    for name in [*ALL_NAMES, *HEAD, "host", "source", "sourcetype", "index", "_raw"]:
        assert vendor_field(name) not in ALL_NAMES | HEAD | {"host", "source", "sourcetype", "index", "_raw"}
        assert not vendor_field(name).startswith("_")


def test_records_of_other_products_are_sound_too() -> None:
    lab = Generator(3)
    records: list[tuple[Mapping[str, Any], RecordShape]] = [
        (lab.endpoint.alert(), ENDPOINT_ALERT),
        (lab.endpoint.vulnerability(), VULNERABILITY),
        *((log, AZURE_LOG) for log in lab.azure.logs(6)),
    ]
    for data, shape in records:
        (event,) = _events(data, shape)
        assert _faults(event) == []


def test_a_limit_is_kept_and_said() -> None:
    data = next(Generator(1).hunting(1, ["DeviceProcessEvents"]))
    (event,) = _events(data, limit=1500)
    assert event[MARK] is True
    assert event["cim_dataset"] == "Endpoint.Processes"


def test_the_how_to_gives_event_type_and_tags_of_every_dataset() -> None:
    text = HOW_TO.read_text(encoding="utf-8")
    for name, model in models().models.items():
        stanza = re.search(rf'^\[(\w+)\]\nsearch = .*cim_dataset="{re.escape(name)}"$', text, re.MULTILINE)
        assert stanza is not None, name
        tags = "".join(f"\n{tag} = enabled" for tag in model.schema.facts["tags"])
        assert f"[eventtype={stanza[1]}]{tags}\n" in text, name
