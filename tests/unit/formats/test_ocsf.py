"""OCSF 1.8.0: classes and activities, what objects require, evidence, and what has no place."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.errors import Permanent
from siemcast.schema import Record, RecordShape
from siemcast.schema.canonical import CLASSES
from siemcast.schema.times import epoch_ms
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.ocsf import Ocsf
from siemcast_sinks.formats.ocsf.facts import classes


def _ocsf(data: dict[str, Any], shape: RecordShape = HUNTING, limit: int | None = None) -> dict[str, Any]:
    (document,) = Ocsf(FormatOptions(max_bytes=limit)).encode(Record(orjson.dumps(data), shape))
    assert limit is None or len(document.body) <= limit
    result: dict[str, Any] = orjson.loads(document.body)
    return result


def _row(table: str, **changes: Any) -> dict[str, Any]:
    envelope = next(Generator(1).hunting(1, [table]))
    return {**envelope, "properties": {**envelope["properties"], **changes}}


def test_the_vocabulary_has_no_class_that_ocsf_does_not_know() -> None:
    assert set(classes()) >= CLASSES


def test_a_new_process_is_a_launch_with_its_maker_as_actor() -> None:
    event = _ocsf(_row("DeviceProcessEvents", FileName="a.exe", ProcessId=7, SHA256="ab", InitiatingProcessId=6))
    assert (event["class_uid"], event["activity_id"], event["type_uid"]) == (1007, 1, 100701)
    assert event["process"]["name"] == "a.exe"
    assert {"algorithm_id": 3, "algorithm": "SHA-256", "value": "ab"} in event["process"]["file"]["hashes"]
    assert event["actor"]["process"]["pid"] == 6
    assert event["metadata"]["event_code"] == "ProcessCreated"
    assert event["metadata"]["profiles"] == ["host"]
    assert event["time"] == epoch_ms(event["metadata"]["original_time"])


def test_a_time_is_whole_in_its_own_text_and_milliseconds_elsewhere() -> None:
    event = _ocsf(_row("DeviceProcessEvents", Timestamp="2026-11-21T10:00:00.1234567Z"))
    assert event["metadata"]["original_time"] == "2026-11-21T10:00:00.1234567Z"
    assert isinstance(event["process"]["created_time"], int)


def test_what_is_no_time_travels_as_it_came_and_is_said() -> None:
    event = _ocsf(_row("DeviceProcessEvents", ProcessCreationTime="soon", Timestamp="later"))
    assert event["unmapped"]["ProcessCreationTime"] == "soon"
    assert event["metadata"]["original_time"] == "later"
    assert event["metadata"]["labels"] == ["time_invalid"]


def test_a_process_that_nothing_identifies_is_moved_out_and_the_event_becomes_a_base_event() -> None:
    event = _ocsf(_row("DeviceProcessEvents", ProcessId=None, ProcessUniqueId=None, FileName="a.exe"))
    assert (event["class_uid"], event["activity_id"], event["type_uid"]) == (0, 99, 99)
    assert event["activity_name"] == "ProcessCreated"
    assert event["unmapped"]["process"]["name"] == "a.exe"
    assert "process" not in event


def test_who_acted_is_unknown_where_nobody_tells() -> None:
    row = _row("DeviceProcessEvents", ProcessId=5)
    row["properties"] = {name: value for name, value in row["properties"].items() if "Initiating" not in name}
    assert _ocsf(row)["actor"] == {"app_name": "Unknown"}


@pytest.mark.parametrize(
    ("table", "action", "uid", "activity"),
    [
        ("DeviceFileEvents", "FileDeleted", 1001, 4),
        ("DeviceRegistryEvents", "RegistryKeyCreated", 201001, 1),
        ("DeviceRegistryEvents", "RegistryValueSet", 201002, 2),
        ("DeviceImageLoadEvents", "ImageLoaded", 1005, 1),
        ("DeviceLogonEvents", "LogonFailed", 3002, 1),
        ("DeviceEvents", "AntivirusScanCompleted", 0, 99),
    ],
)
def test_rows_are_of_their_class_and_activity(table: str, action: str, uid: int, activity: int) -> None:
    event = _ocsf(_row(table, ActionType=action))
    assert (event["class_uid"], event["activity_id"]) == (uid, activity)
    assert event["type_uid"] == uid * 100 + activity
    assert event["category_uid"] == uid % 100_000 // 1000


def test_a_registry_value_has_its_key_as_path_and_its_type_in_windows_words() -> None:
    event = _ocsf(
        _row("DeviceRegistryEvents", ActionType="RegistryValueSet", RegistryKey="HKLM\\Run", RegistryValueName="U",
             RegistryValueData="x", RegistryValueType="String")
    )  # fmt: skip  # a row
    assert event["reg_value"] == {"path": "HKLM\\Run", "name": "U", "data": "x", "type_id": 10, "type": "REG_SZ"}
    assert event["unmapped"]["RegistryValueType"] == "String"


def test_a_renamed_file_is_the_former_one_and_the_result_the_new_one() -> None:
    event = _ocsf(
        _row("DeviceFileEvents", ActionType="FileRenamed", FileName="b.txt", PreviousFileName="a.txt",
             PreviousFolderPath="C:\\x")
    )  # fmt: skip  # a row
    assert event["file"] == {"name": "a.txt", "type_id": 1, "parent_folder": "C:\\x"}
    assert event["file_result"]["name"] == "b.txt"


def test_what_came_in_has_the_remote_end_as_source() -> None:
    ends = {"LocalIP": "10.0.0.1", "LocalPort": 443, "RemoteIP": "203.0.113.9", "AdditionalFields": None}
    out = _ocsf(_row("DeviceNetworkEvents", ActionType="ConnectionSuccess", **ends))
    into = _ocsf(_row("DeviceNetworkEvents", ActionType="InboundConnectionAccepted", **ends))
    assert (out["src_endpoint"]["ip"], out["connection_info"]["direction_id"]) == ("10.0.0.1", 2)
    assert (into["src_endpoint"]["ip"], into["connection_info"]["direction_id"]) == ("203.0.113.9", 1)
    assert into["dst_endpoint"]["port"] == 443
    assert (out["status_id"], "status_id" in into) == (1, False)


def test_a_connection_without_an_end_is_the_devices() -> None:
    nothing = dict.fromkeys(("LocalIP", "RemoteIP", "LocalPort", "RemotePort", "LocalIPType", "RemoteIPType"))
    event = _ocsf(_row("DeviceNetworkEvents", DeviceName="pc", **nothing))
    assert event["src_endpoint"]["hostname"] == "pc"


def test_a_logon_is_to_the_device_that_tells_of_it() -> None:
    event = _ocsf(_row("DeviceLogonEvents", ActionType="LogonFailed", RemoteIP="10.0.0.9", LogonType="Network"))
    assert event["dst_endpoint"]["hostname"] == event["device"]["hostname"]
    assert event["src_endpoint"]["ip"] == "10.0.0.9"
    assert (event["status_id"], event["status"]) == (2, "Failure")
    assert (event["logon_type_id"], event["logon_type"]) == (3, "Network")


def test_values_of_wrong_types_are_kept_beside_the_schema() -> None:
    event = _ocsf(
        _row("DeviceNetworkEvents", RemoteIP="10.0.0", RemotePort=70_000, LocalIP="10.0.0.5", InitiatingProcessId="x")
    )
    assert event["unmapped"]["RemoteIP"] == "10.0.0"
    assert event["unmapped"]["RemotePort"] == 70_000
    assert event["unmapped"]["InitiatingProcessId"] == "x"


def test_a_word_that_no_enumeration_has_is_other_and_told() -> None:
    event = _ocsf(_row("DeviceProcessEvents", ProcessIntegrityLevel="Sky"))
    assert (event["process"]["integrity_id"], event["process"]["integrity"]) == (99, "Sky")


def test_an_unknown_table_is_a_base_event_with_its_columns() -> None:
    data = {**_row("DeviceProcessEvents", ANewColumn={"deep": [1]}), "category": "AdvancedHunting-NobodyKnows"}
    event = _ocsf(data)
    assert event["class_uid"] == 0
    assert event["device"]["hostname"] == data["properties"]["DeviceName"]
    assert event["unmapped"]["ANewColumn"] == {"deep": [1]}


def test_what_stands_around_a_row_is_kept_once() -> None:
    row = _row("DeviceProcessEvents")
    envelope = _ocsf(row)["unmapped"]["envelope"]
    assert envelope == {key: row[key] for key in row if key not in ("properties", "category", "tenantId")}
    assert "envelope" not in _ocsf(row["properties"])["unmapped"]


def test_an_alert_takes_its_evidence_apart_and_keeps_each_piece() -> None:
    alert = next(Generator(1).alerts(1))
    event = _ocsf(alert, ALERT)
    device, user, process, file = event["evidences"][:4]
    assert event["class_uid"] == 2004
    assert device["device"]["hostname"] == alert["evidence"][0]["deviceDnsName"]
    assert user["user"]["name"] == alert["evidence"][1]["userAccount"]["accountName"]
    assert process["process"]["pid"] == alert["evidence"][2]["processId"]
    assert process["process"]["parent_process"]["pid"] == alert["evidence"][2]["parentProcessId"]
    assert file["file"]["path"].endswith("\\" + alert["evidence"][3]["fileDetails"]["fileName"])
    assert [piece["data"] for piece in event["evidences"]] == alert["evidence"]
    assert event["device"] == device["device"]
    technique = event["finding_info"]["attacks"][0]
    assert technique["technique"]["uid"] == alert["mitreTechniques"][0].partition(".")[0]
    assert event["metadata"]["correlation_uid"] == alert["incidentId"]


@pytest.mark.parametrize(("status", "second", "activity"), [
    ("new", 0, 1), ("inProgress", 1, 2), ("resolved", 1, 3),
])  # fmt: skip  # a table
def test_a_version_of_an_alert_is_new_a_change_or_the_end(status: str, second: int, activity: int) -> None:
    times = {"createdDateTime": "2026-01-01T00:00:00Z", "lastUpdateDateTime": f"2026-01-01T00:00:0{second}Z"}
    event = _ocsf({**next(Generator(1).alerts(1)), "status": status, **times}, ALERT)
    assert (event["activity_id"], event["type_uid"]) == (activity, 200400 + activity)


def test_an_incident_lists_its_alerts_and_nobody_is_a_group() -> None:
    incident = {**next(Generator(2).incidents(1)), "assignedTo": None}
    event = _ocsf(incident, INCIDENT)
    assert event["class_uid"] == 2005
    assert event["metadata"]["uid"] == incident["id"]
    assert [one["uid"] for one in event["finding_info_list"]] == [alert["id"] for alert in incident["alerts"]]
    assert event["assignee_group"] == {"name": "Unassigned"}
    assert event["unmapped"]["alerts"] == incident["alerts"]
    assert {mark["name"] for mark in event["observables"]} == {"unmapped.alerts"}


def test_an_incident_without_alerts_is_its_own_finding_and_has_its_assignee() -> None:
    incident = {**next(Generator(2).incidents(1)), "assignedTo": "a@contoso.example", "alerts": []}
    event = _ocsf(incident, INCIDENT)
    assert [one["uid"] for one in event["finding_info_list"]] == [incident["id"]]
    assert event["assignee"]["name"] == "a@contoso.example"
    assert "assignee_group" not in event


def test_observables_say_where_and_what() -> None:
    event = _ocsf(_row("DeviceProcessEvents", DeviceName="pc", FileName="a.exe"))
    assert {"name": "device.hostname", "type_id": 1, "type": "Hostname", "value": "pc"} in event["observables"]
    assert {"name": "process.name", "type_id": 9, "type": "Process Name", "value": "a.exe"} in event["observables"]


def test_a_limit_is_kept_and_said_as_ocsf_says_it() -> None:
    data = _row("DeviceProcessEvents", ProcessCommandLine="x" * 100_000, ANewColumn="y" * 100_000)
    event = _ocsf(data, limit=4000)
    assert event["metadata"]["is_truncated"] is True
    assert event["metadata"]["untruncated_size"] > 200_000
    assert event["process"]["cmd_line"].startswith("xxx")
    least = _ocsf(data, limit=1000)
    assert (least["class_uid"], least["metadata"]["uid"]) == (0, event["metadata"]["uid"])
    with pytest.raises(Permanent):
        _ocsf(data, limit=100)


def test_a_list_in_a_text_column_is_told_alike_whatever_the_reader_has_learnt() -> None:
    data = _row("MessageUrlInfo") | {"properties": {"UrlDomain": ["", "a.example", 5], "ReportId": "1"}}
    shape, told = Hunting(watched=1), Ocsf(FormatOptions())
    events = [told.encode(Record(orjson.dumps(data), shape))[0].body for _ in range(4)]
    assert events == events[:1] * 4
