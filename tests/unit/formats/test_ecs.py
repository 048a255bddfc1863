"""ECS as Elastic's own content expects it."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.ecs.convert import CONVERTERS, args
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.ecs.registry import registry_path
from siemcast_sinks.formats.ecs.systems import os_type
from siemcast_sinks.formats.shared.paths import extension


def _ecs(data: dict[str, Any], shape: RecordShape, limit: int | None = None) -> dict[str, Any]:
    (document,) = Ecs(FormatOptions(max_bytes=limit)).encode(Record(orjson.dumps(data), shape))
    result: dict[str, Any] = orjson.loads(document.body)
    return result


def _row(table: str, **changes: Any) -> dict[str, Any]:
    envelope = next(Generator(1).hunting(1, [table]))
    return {**envelope, "properties": {**envelope["properties"], **changes}}


def test_a_new_process_is_the_process_and_its_maker_the_parent() -> None:
    data = _row(
        "DeviceProcessEvents",
        FileName="a.exe",
        InitiatingProcessFileName="b.exe",
        InitiatingProcessParentFileName="c.exe",
    )
    document = _ecs(data, HUNTING)
    assert document["process"]["name"] == "a.exe"
    assert document["process"]["parent"]["name"] == "b.exe"
    assert document["process"]["parent"]["group_leader"]["name"] == "c.exe"
    assert document["event"]["category"] == ["process"]
    assert document["event"]["type"] == ["start"]
    assert document["event"]["action"] == "start"
    assert document["host"]["os"]["type"] == "windows"


def test_elsewhere_the_maker_is_the_process() -> None:
    document = _ecs(_row("DeviceFileEvents", ActionType="FileRenamed", InitiatingProcessFileName="b.exe"), HUNTING)
    assert document["process"]["name"] == "b.exe"
    assert (document["event"]["type"], document["event"]["action"]) == (["change"], "rename")


def test_the_registry_is_split_as_rules_read_it() -> None:
    key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run"
    data = _row(
        "DeviceRegistryEvents",
        ActionType="RegistryValueSet",
        RegistryKey=key,
        RegistryValueName="U",
        RegistryValueData="x",
    )
    assert _ecs(data, HUNTING)["registry"] == {
        "hive": "HKLM", "key": "SOFTWARE\\Run", "path": "HKLM\\SOFTWARE\\Run\\U", "value": "U",
        "data": {"strings": ["x"], "type": "String"},
    }  # fmt: skip  # a document


def test_what_came_in_has_the_remote_end_as_source() -> None:
    ends = {"LocalIP": "10.0.0.1", "RemoteIP": "203.0.113.9", "ActionType": "ConnectionSuccess"}
    out = _ecs(_row("DeviceNetworkEvents", **ends, AdditionalFields='{"direction":"Out"}'), HUNTING)
    into = _ecs(_row("DeviceNetworkEvents", **ends, AdditionalFields='{"direction":"In"}'), HUNTING)
    unsaid = _ecs(_row("DeviceNetworkEvents", **ends, AdditionalFields=None), HUNTING)
    assert (out["source"]["ip"], out["network"]["direction"]) == ("10.0.0.1", "outbound")
    assert (into["source"]["ip"], into["network"]["direction"]) == ("203.0.113.9", "inbound")
    assert (unsaid["source"]["ip"], unsaid["network"]["direction"]) == ("10.0.0.1", "unknown")


def test_an_action_that_says_so_came_in_too() -> None:
    ends = {"LocalIP": "10.0.0.1", "LocalPort": 3389, "RemoteIP": "203.0.113.9", "RemotePort": 50123}
    row = _row("DeviceNetworkEvents", ActionType="InboundConnectionAccepted", AdditionalFields=None, **ends)
    document = _ecs(row, HUNTING)
    assert document["source"] == {"ip": "203.0.113.9", "port": 50123}
    assert (document["destination"]["ip"], document["destination"]["port"]) == ("10.0.0.1", 3389)
    assert document["network"]["direction"] == "inbound"


@pytest.mark.parametrize(("word", "number"), [("informational", 21), ("low", 21), ("Medium", 47), ("HIGH", 73)])
def test_severities_are_elastics(word: str, number: int) -> None:
    alert = next(Generator(1).alerts(1)) | {"severity": word}
    assert _ecs(alert, ALERT)["event"]["severity"] == number


def test_an_alert_lifts_its_evidence_and_keeps_it() -> None:
    alert = next(Generator(1).alerts(1))
    document = _ecs(alert, ALERT)
    device, user, process, file = alert["evidence"][:4]
    assert document["host"]["name"] == [device["deviceDnsName"]]
    assert document["host"]["os"]["type"] == ["windows"]
    assert document["user"]["name"] == [user["userAccount"]["accountName"]]
    assert document["process"]["pid"] == [process["processId"]]
    assert document["file"]["path"] == [f"{file['fileDetails']['filePath']}\\{file['fileDetails']['fileName']}"]
    assert document["event"]["kind"] == "alert"
    assert {"host", "iam", "process", "file"} <= set(document["event"]["category"])
    vendor = document["m365_defender"]["alert"]
    assert vendor["title"] == alert["title"]
    assert vendor["last_update_datetime"] == alert["lastUpdateDateTime"]
    assert vendor["evidence"][0]["odata_type"] == device["@odata.type"]
    assert document["threat"]["technique"]["id"] == [alert["mitreTechniques"][0].partition(".")[0]]


def test_an_incident_is_one_document_with_its_alerts() -> None:
    incident = next(Generator(2).incidents(1))
    document = _ecs(incident, INCIDENT)
    vendor = document["m365_defender"]["incident"]
    assert document["event"]["id"] == incident["id"]
    assert document["message"] == incident["displayName"]
    assert vendor["display_name"] == incident["displayName"]
    assert [alert["id"] for alert in vendor["alert"]] == [alert["id"] for alert in incident["alerts"]]
    assert vendor["web_url"] == {"original": incident["incidentWebUrl"]}


def test_columns_without_a_place_travel_under_the_vendors_name() -> None:
    document = _ecs(_row("DeviceProcessEvents", ANewColumn={"deep": [1]}, MachineGroup="g", file="clash"), HUNTING)
    event = document["m365_defender"]["event"]
    assert event["a_new_column"] == {"deep": [1]}
    assert event["machine_group"] == "g"
    assert event["category"] == "AdvancedHunting-DeviceProcessEvents"
    assert event["action"]["type"] == "ProcessCreated"


def test_values_of_wrong_types_are_kept_where_any_type_may_stand() -> None:
    document = _ecs(_row("DeviceProcessEvents", ProcessId="no number", FileName={"a": 1}, RemotePort=[1]), HUNTING)
    assert "pid" not in document["process"]
    assert document["m365_defender"]["event"]["process"]["id"] == "no number"
    assert document["process"]["name"] == '{"a":1}'


def test_an_unknown_table_travels_on() -> None:
    data = {**_row("DeviceProcessEvents"), "category": "AdvancedHunting-NobodyKnows"}
    document = _ecs(data, HUNTING)
    assert document["event"]["kind"] == "event"
    assert document["host"]["name"] == data["properties"]["DeviceName"]
    assert document["m365_defender"]["event"]["category"] == "AdvancedHunting-NobodyKnows"


def test_odd_times_are_said_and_the_document_still_has_one() -> None:
    document = _ecs(_row("DeviceProcessEvents", Timestamp="soon"), HUNTING)
    assert document["tags"] == ["time_invalid"]
    assert document["@timestamp"].endswith("Z")
    assert document["m365_defender"]["event"]["timestamp"] == "soon"


def test_a_limit_is_kept_and_the_cut_is_marked() -> None:
    data = _row("DeviceProcessEvents", ProcessCommandLine="x" * 100_000)
    document = _ecs(data, HUNTING, 4000)
    assert "siemcast_truncated" in document["tags"]
    assert document["event"]["id"]
    assert document["process"]["command_line"].startswith("xxx")


def test_command_lines_are_split_outside_quotes() -> None:
    assert args('"C:\\Program Files\\a.exe" -x "b c"  d') == ["C:\\Program Files\\a.exe", "-x", "b c", "d"]
    assert args("svchost.exe -k  x") == ["svchost.exe", "-k", "x"]
    assert args("") is None
    assert args(5) is None


@given(st.text(alphabet='""ab \t\u2003\x1c', max_size=20))
def test_quotes_begin_an_argument_only_where_one_may_begin(line: str) -> None:
    found = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line) if quoted or bare]
    assert args(line) == (found or None)
    assert CONVERTERS["args_count"](line) == (len(found) or None)


def test_small_converters_say_nothing_of_nothing() -> None:
    assert extension("a.tar.gz") == "gz"
    assert extension(".bashrc") is None
    assert registry_path(None, None) is None
    assert os_type(None, "S-1-5-18") == "windows"
    assert os_type("macOS") == "macos"
    assert os_type("CentOS") == "linux"
    assert os_type(None, "S-1-22-1-0") is None
