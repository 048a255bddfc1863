"""LEEF that a strict parser reads back as it was meant."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_lab.leef import Leef as Parsed
from siemcast_lab.leef import LeefError, parse_leef
from siemcast_sinks.formats.leef.encoder import Leef


def _leef(data: dict[str, Any], shape: RecordShape, limit: int | None = None) -> Parsed:
    (document,) = Leef(FormatOptions(max_bytes=limit)).encode(Record(orjson.dumps(data), shape))
    assert limit is None or len(document.body) <= limit
    return parse_leef(document.body)


def _row(table: str, **changes: Any) -> dict[str, Any]:
    envelope = next(Generator(1).hunting(1, [table]))
    return {**envelope, "properties": {**envelope["properties"], **changes}}


def test_a_process_row_has_qradars_keys_and_its_parent_is_the_process_that_made_it() -> None:
    data = _row("DeviceProcessEvents", Timestamp="2026-01-01T00:00:00.1239999Z")
    leef = _leef(data, HUNTING)
    row = data["properties"]
    assert (leef.vendor, leef.product, leef.event_id) == ("Microsoft", "Defender XDR", "ProcessCreated")
    assert leef.attributes["cat"] == "DeviceProcessEvents"
    assert leef.attributes["devTime"] == "1767225600123"
    assert leef.attributes["usrName"] == row["AccountName"]
    assert leef.attributes["identHostName"] == leef.attributes["resource"] == row["DeviceName"]
    assert leef.attributes["processPath"] == row["FolderPath"]
    assert leef.attributes["commandLine"] == row["ProcessCommandLine"]
    assert leef.attributes["parentCommandLine"] == row["InitiatingProcessCommandLine"]
    assert leef.attributes["MachineGroup"] == row["MachineGroup"]


def test_outside_process_rows_the_process_is_the_one_that_acted() -> None:
    data = _row("DeviceFileEvents")
    attributes = _leef(data, HUNTING).attributes
    assert attributes["processName"] == data["properties"]["InitiatingProcessFileName"]
    assert attributes["parentProcessName"] == data["properties"]["InitiatingProcessParentFileName"]
    assert attributes["fileName"] == data["properties"]["FileName"]


@pytest.mark.parametrize(
    ("action", "ends"),
    [
        ("ConnectionSuccess", ("10.0.0.5", "50000", "203.0.113.9", "443", "outbound")),
        ("InboundConnectionAccepted", ("203.0.113.9", "443", "10.0.0.5", "50000", "inbound")),
    ],
)
def test_what_came_in_has_the_far_end_as_source_and_identity_is_the_devices(action: str, ends: tuple[str, ...]) -> None:
    row = _row(
        "DeviceNetworkEvents", ActionType=action, LocalIP="10.0.0.5", LocalPort=50000, RemoteIP="::ffff:203.0.113.9",
        RemotePort=443, AdditionalFields=None,
    )  # fmt: skip  # one row
    attributes = _leef(row, HUNTING).attributes
    assert tuple(attributes[key] for key in ("src", "srcPort", "dst", "dstPort", "direction")) == ends
    assert attributes["identSrc"] == "10.0.0.5"


def test_an_alert_says_id_version_weight_and_where_to_look() -> None:
    alert = next(Generator(1).alerts(1)) | {"severity": "high", "lastUpdateDateTime": "2026-01-01T00:00:00.1239999Z"}
    leef = _leef(alert, ALERT)
    assert leef.event_id == alert["detectorId"]
    assert leef.attributes["cat"] == alert["category"]
    assert leef.attributes["sev"] == "8"
    assert leef.attributes["externalId"] == leef.attributes["alertId"] == alert["id"]
    assert leef.attributes["devTime"] == "1767225600123"
    assert leef.attributes["version"] == "2026-01-01T00:00:00.1239999Z"
    assert leef.attributes["title"] == alert["title"]
    assert leef.attributes["link"] == alert["alertWebUrl"]
    assert leef.attributes["identHostName"] == alert["evidence"][0]["deviceDnsName"]


def test_identity_is_claimed_of_a_lone_device_only() -> None:
    alert = next(Generator(1).alerts(1))
    device = {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": "a", "ipInterfaces": []}
    other = {**device, "deviceDnsName": "b", "ipInterfaces": ["10.0.0.9"]}
    assert _leef({**alert, "evidence": [other]}, ALERT).attributes["identSrc"] == "10.0.0.9"
    both = _leef({**alert, "evidence": [device, other]}, ALERT).attributes
    assert "identSrc" not in both
    assert both["devices"] == "a,b"


def test_an_incident_is_one_line_and_its_event_id_does_not_vary_with_its_name() -> None:
    incident = next(Generator(1).incidents(1))
    leef = _leef(incident, INCIDENT)
    assert leef.event_id == "incident"
    assert leef.attributes["title"] == incident["displayName"]
    assert leef.attributes["alertIds"] == ",".join(alert["id"] for alert in incident["alerts"])


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a=b\\c|d^e", "a=b\\c|d^e"),
        ("line\nbreak\r\n", "line break"),
        ("  spaced  ", "spaced"),
        ("nul\x00 one\x01two\x02 del\x7f c1\x85", "nul onetwo del c1"),
        ("tab\tand\u2028line", "tab and line"),
        ("emoji \U0001f47e", "emoji \U0001f47e"),
        ("\tusrName=forged\tsev=10", "usrName=forged sev=10"),
    ],
)
def test_a_value_ends_neither_itself_nor_the_line(value: str, read: str) -> None:
    leef = _leef(_row("DeviceProcessEvents", ProcessCommandLine=value), HUNTING)
    assert leef.attributes["commandLine"] == read
    assert leef.attributes["sev"] == "1"


def test_a_pipe_does_not_end_a_field_of_the_header() -> None:
    assert _leef(_row("DeviceProcessEvents", ActionType="a|b\tc|"), HUNTING).event_id == "a b c"


def test_a_value_of_spaces_is_left_out() -> None:
    assert "commandLine" not in _leef(_row("DeviceProcessEvents", ProcessCommandLine=" \t"), HUNTING).attributes


def test_a_new_column_does_not_pass_for_a_key_of_ours() -> None:
    attributes = _leef(_row("DeviceProcessEvents", USRNAME="x", externalId="y", sev=99), HUNTING).attributes
    assert (attributes["DefenderUSRNAME"], attributes["DefenderExternalId"], attributes["DefenderSev"]) == (
        "x",
        "y",
        "99",
    )


def test_a_table_never_seen_travels_on() -> None:
    row = {
        "category": "AdvancedHunting-BrandNew",
        "properties": {"Timestamp": "2026-01-01T00:00:00Z", "New Col": {"a": 1}},
    }
    leef = _leef(row, HUNTING)
    assert (leef.event_id, leef.attributes["cat"], leef.attributes["NewCol"]) == ("BrandNew", "BrandNew", '{"a":1}')


def test_a_limit_drops_what_matters_least_and_says_so() -> None:
    data = _row("DeviceProcessEvents", ProcessCommandLine="é=" * 9000)
    attributes = _leef(data, HUNTING, 1200).attributes
    assert attributes["truncated"] == "true"
    assert attributes["identHostName"] == data["properties"]["DeviceName"]
    assert attributes["commandLine"].startswith("é=é=")
    assert "MachineGroup" not in attributes


def test_odd_times_are_said() -> None:
    attributes = _leef(_row("DeviceProcessEvents", Timestamp=None), HUNTING).attributes
    assert attributes["timeAnomalies"] == "time_missing"


@pytest.mark.parametrize(
    "message",
    [
        b"LEEF:1.0|a|b|1|e|x09|k=v",
        b"LEEF:2.0|a|b|1|e|x09",
        b"LEEF:2.0|a|b|1||x09|k=v",
        b"LEEF:2.0|a|b|1|e|tab|k=v",
        b"LEEF:2.0|a|b|1|e|x09|k=v\tk=w",
        b"LEEF:2.0|a|b|1|e|x09|k=v\t",
        b"LEEF:2.0|a|b|1|e|x09|k=",
        b"LEEF:2.0|a|b|1|e|x09|k=a\nb",
        b"LEEF:2.0|a|b|1|e|x09|sev=0",
        b"LEEF:2.0|a|b|1|e|x09|src=host",
        b"LEEF:2.0|a|b|1|e|x09|srcPort=70000",
        b"LEEF:2.0|a|b|1|e|x09|devTime=soon",
        b"LEEF:2.0|a|b|1|e|x09|isLoginEvent=true",
        b"LEEF:2.0|a|b|1|e|x09|k=\xff",
        b"LEEF:2.0|a|b|1|" + b"e" * 256 + b"|x09|k=v",
    ],
)
def test_the_strict_parser_refuses_what_qradar_would_misread(message: bytes) -> None:
    with pytest.raises(LeefError):
        parse_leef(message)


def test_the_strict_parser_takes_any_delimiter_that_the_header_names() -> None:
    assert parse_leef(b"LEEF:2.0|a|b|1|e|^|k=v=w^l=x").attributes == {"k": "v=w", "l": "x"}
    assert parse_leef(b"LEEF:2.0|a|b|1|e|0x7c|k=v|l=x").attributes == {"k": "v", "l": "x"}


@pytest.mark.parametrize("query", ["a\x02src=198.51.100.66", "a\x01b", "a\x85b", "a\tsrc=6", "a\nb"])
def test_json_within_a_column_adds_no_attribute(query: str) -> None:
    told = {"direction": "Out", "query": query, "answers": "[]"}
    data = _row("DeviceNetworkEvents", ActionType="DnsConnectionInspected", AdditionalFields=json.dumps(told))
    assert _leef(data, HUNTING).attributes["dnsQuery"] in (
        "asrc=198.51.100.66", "ab", "a src=6", "a b",
    )  # fmt: skip  # without what would end the value


def test_where_there_is_no_room_what_is_empty_takes_none() -> None:
    for limit in range(250, 700, 7):
        assert _leef(_row("DeviceProcessEvents", FileName="\n" * 600, New="  "), HUNTING, limit).vendor == "Microsoft"
