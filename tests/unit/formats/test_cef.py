"""CEF that every strict parser reads back as it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast_defender.mappings.tables import dictionary
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.cef import Cef as Parsed
from siemcast_lab.cef import parse_cef
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats.cef.encoder import Cef, omitted, pairs
from siemcast_sinks.formats.cef.pairs import CefPairs


def _cef(data: dict[str, Any], shape: RecordShape, limit: int | None = None) -> Parsed:
    (document,) = Cef(FormatOptions(max_bytes=limit)).encode(Record(orjson.dumps(data), shape))
    assert limit is None or len(document.body) <= limit
    return parse_cef(document.body)


def _row(table: str, **changes: Any) -> dict[str, Any]:
    envelope = next(Generator(1).hunting(1, [table]))
    return {**envelope, "properties": {**envelope["properties"], **changes}}


def test_a_hunting_row_names_table_and_action() -> None:
    data = _row("DeviceProcessEvents")
    cef = _cef(data, HUNTING)
    row = data["properties"]
    assert (cef.vendor, cef.product) == ("Microsoft", "Microsoft Defender XDR")
    assert (cef.class_id, cef.name) == ("DeviceProcessEvents:ProcessCreated", "ProcessCreated")
    assert cef.extension["dvchost"] == row["DeviceName"]
    assert cef.extension["dproc"] == row["FolderPath"]
    assert cef.extension["cs1"] == row["ProcessCommandLine"]
    assert cef.extension["cs1Label"] == "ProcessCommandLine"
    assert cef.extension["MicrosoftDefenderMachineGroup"] == row["MachineGroup"]


def test_an_alert_says_id_version_and_where_to_look() -> None:
    alert = next(Generator(1).alerts(1)) | {"severity": "high", "lastUpdateDateTime": "2026-01-01T00:00:00.1239999Z"}
    cef = _cef(alert, ALERT)
    assert cef.severity == "8"
    assert cef.extension["externalId"] == alert["id"]
    assert cef.extension["deviceCustomDate1"] == "1767225600123"
    assert cef.extension["cs2"] == alert["alertWebUrl"]
    assert cef.extension["cs1"] == alert["incidentId"]
    assert cef.extension["dhost"] == alert["evidence"][0]["deviceDnsName"]


def test_a_long_id_is_whole_elsewhere_and_two_that_begin_alike_stay_apart() -> None:
    alert = next(Generator(1).alerts(1))
    one, other = (_cef(alert | {"id": "x" * 60 + last}, ALERT).extension for last in "ab")
    assert one["flexString1"] == "x" * 60 + "a"
    assert one["externalId"] != other["externalId"]
    assert len(one["externalId"]) <= 40


def test_an_incident_is_one_line() -> None:
    incident = next(Generator(1).incidents(1))
    cef = _cef(incident, INCIDENT)
    assert (cef.class_id, cef.name) == ("incidents", incident["displayName"])
    assert cef.extension["externalId"] == incident["id"]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a=b\\c|d", "a=b\\c|d"),
        ("line\nbreak\r\n", "line\nbreak\r\n"),
        ("ends in spaces   ", "ends in spaces"),
        ("nul\x00 one\x01two\x02 del\x7f c1\x85", "nul onetwo del c1"),
        ("tab\tand\u2028line", "tab and line"),
        ("emoji \U0001f47e", "emoji \U0001f47e"),
        ("cs1=forged dvchost=forged", "cs1=forged dvchost=forged"),
    ],
)
def test_values_come_back_as_they_were_without_control_characters(value: str, read: str) -> None:
    assert _cef(_row("DeviceProcessEvents", ProcessCommandLine=value), HUNTING).extension["cs1"] == read


def test_a_sender_of_mail_has_an_address_of_either_kind() -> None:
    extension = _cef(_row("EmailEvents", SenderIPv4="203.0.113.5", SenderIPv6="2a02:cf40::1"), HUNTING).extension
    assert (extension["src"], extension["c6a4"]) == ("203.0.113.5", "2a02:cf40::1")


def test_ipv6_has_keys_of_its_own() -> None:
    row = _row("DeviceNetworkEvents", LocalIP="fe80::1", RemoteIP="::ffff:203.0.113.9", AdditionalFields=None)
    extension = _cef(row, HUNTING).extension
    assert (extension["c6a4"], extension["c6a4Label"]) == ("fe80::1", "Source IPv6 Address")
    assert extension["dst"] == "203.0.113.9"
    assert "src" not in extension


@pytest.mark.parametrize(
    ("action", "additional", "ends"),
    [
        ("ConnectionSuccess", None, ("10.0.0.5", "3389", "203.0.113.9", "50123", "1")),
        ("InboundConnectionAccepted", None, ("203.0.113.9", "50123", "10.0.0.5", "3389", "0")),
        ("HttpConnectionInspected", '{"direction":"In"}', ("203.0.113.9", "50123", "10.0.0.5", "3389", "0")),
    ],
)
def test_the_source_is_the_end_that_began_a_connection(
    action: str, additional: str | None, ends: Sequence[str]
) -> None:
    row = _row(
        "DeviceNetworkEvents", ActionType=action, LocalIP="10.0.0.5", LocalPort=3389, RemoteIP="203.0.113.9",
        RemotePort=50123, AdditionalFields=additional,
    )  # fmt: skip  # one row
    extension = _cef(row, HUNTING).extension
    assert tuple(extension[key] for key in ("src", "spt", "dst", "dpt", "deviceDirection")) == tuple(ends)
    assert not extension.keys() & {"MicrosoftDefenderLocalIP", "MicrosoftDefenderRemotePort"}


def test_the_path_of_evidence_is_whole() -> None:
    row = _row("AlertEvidence", EntityType="File", FileName="upd.dll", FolderPath="C:\\ProgramData")
    extension = _cef(row, HUNTING).extension
    assert (extension["fname"], extension["filePath"]) == ("upd.dll", "C:\\ProgramData\\upd.dll")
    assert "MicrosoftDefenderFolderPath" not in extension


def test_long_values_are_cut_to_their_key() -> None:
    extension = _cef(
        _row("DeviceProcessEvents", ProcessCommandLine="é" * 9000, DeviceName="d" * 300), HUNTING
    ).extension
    assert len(extension["cs1"]) == 4000
    assert len(extension["dvchost"]) == 100


def test_a_limit_drops_what_matters_least_and_says_so() -> None:
    data = _row("DeviceProcessEvents", ProcessCommandLine="é\\=" * 9000)
    extension = _cef(data, HUNTING, 1200).extension
    assert extension["MicrosoftDefenderTruncated"] == "true"
    assert extension["dvchost"] == data["properties"]["DeviceName"]
    assert extension["cs1"].startswith("é\\=é\\=")
    assert "MicrosoftDefenderMachineGroup" not in extension


def test_odd_times_are_said() -> None:
    assert _cef(_row("DeviceProcessEvents", Timestamp=None), HUNTING).extension["flexString2"] == "time_missing"


def test_a_column_never_seen_before_travels_on() -> None:
    assert (
        _cef(_row("DeviceProcessEvents", NewAtMicrosoft=7), HUNTING).extension["MicrosoftDefenderNewAtMicrosoft"] == "7"
    )


def test_what_a_key_says_has_no_key_of_its_own() -> None:
    row = _row("DeviceProcessEvents")
    extension = _cef(row, HUNTING).extension
    said = {"Timestamp", "FolderPath", "FileName", "SHA256", "InitiatingProcessFolderPath", "InitiatingProcessFileName"}
    assert not {f"MicrosoftDefender{column}" for column in said | {"InitiatingProcessCreationTime"}} & extension.keys()
    for column in ("SHA1", "MD5", "AccountUpn", "LogonId", "ReportId"):
        assert extension[f"MicrosoftDefender{column}"] == str(row["properties"][column])


def test_what_a_key_cannot_take_is_not_lost() -> None:
    row = _row("DeviceProcessEvents", ProcessId="no number", InitiatingProcessCreationTime="soon", SHA256=None)
    extension = _cef(row, HUNTING).extension
    assert extension["MicrosoftDefenderProcessId"] == "no number"
    assert extension["MicrosoftDefenderInitiatingProcessCreationTime"] == "soon"
    assert extension["fileHash"] == row["properties"]["SHA1"]
    assert "MicrosoftDefenderSHA1" not in extension


def test_only_known_columns_are_omitted() -> None:
    known = {column for columns in COLUMNS.values() for column in columns} | {ref.column for ref in dictionary().shared}
    assert omitted() <= known


@pytest.mark.parametrize("table", ["DeviceProcessEvents", "DeviceNetworkEvents", "AlertEvidence"])
def test_rows_like_those_before_are_written_by_a_learnt_function(table: str) -> None:
    made, shape = pairs.__wrapped__(), Hunting()  # what another test's rows taught a reader is not for these
    raws = [orjson.dumps(row) for row in Generator(3).hunting(400, [table])]
    records = [record for raw in raws if (record := Record(raw, shape)).row is not None]
    lines = [quick_line(made, record) for record in records]
    assert sum(line is None for line in lines) < len(lines) / 4
    assert None not in lines[-50:]


def quick_line(made: CefPairs, record: Record) -> bytes | None:
    """Give a row's pairs as a function writes them that was made for rows like it."""
    assert record.row is not None
    return made.line(record.row, record.head, "")


def learnt(changes: Sequence[dict[str, Any]], table: str = "DeviceProcessEvents") -> list[bytes | None]:
    """Give the lines of a row with changes, one by one, behind rows as usual from which these may be learnt."""
    row, made, shape = _row(table), pairs.__wrapped__(), Hunting()
    stream = [orjson.dumps({**row, "properties": row["properties"] | change}) for change in ({}, {}, *changes)]
    read = [next(record for _ in range(3) if (record := Record(raw, shape)).row) for raw in stream]
    return [quick_line(made, record) for record in read][2:]


@pytest.mark.parametrize("forged", ["\x01", "x dvchost\x01forged", "\x02", "x\x7f", "\x85", "\u2028"])
def test_a_learnt_function_declines_control_characters(forged: str) -> None:
    assert learnt([{"ProcessCommandLine": forged}, {"DeviceName": forged}, {}])[:2] == [None, None]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("cs1=forged dvchost=forged", rb"cs1\=forged dvchost\=forged"),
        (r"a\=b", rb"a\\\=b"),
        ("tab\tand\r\nlines\n", rb"tab and\r\nlines\n"),
        ("  spaces around\t ", b"spaces around"),
        ("é" * 4001, "é".encode() * 4000),
        ("x" * 3999 + " y", b"x" * 3999),
    ],
)
def test_a_learnt_function_writes_any_other_text(value: str, written: bytes) -> None:
    _, line = learnt([{"ProcessCommandLine": "a b"}, {"ProcessCommandLine": value}])
    assert line
    assert b" cs1=" + written + b" cs1Label=ProcessCommandLine " in line


def test_what_never_held_a_space_and_now_does_is_learnt() -> None:
    lines = learnt([{"DeviceName": " a b "}] * 3)
    assert lines[0] is None
    assert lines[1:] == [lines[2]] * 2
    assert b" dvchost=a b " in (lines[2] or b"")


@pytest.mark.parametrize(("value", "written"), [(0, b"0"), (False, b"false")])
def test_a_value_that_is_false_is_one_where_texts_stood(value: Any, written: bytes) -> None:
    gone, new = {"ActionType": "FileDeleted"}, {"ActionType": "FileCreated"}
    odd = {**new, "SHA1": value}
    *_, line = learnt([{**gone, "SHA1": 7}, new, new, odd, odd], "DeviceFileEvents")  # by 7, SHA1 may hold anything
    assert line
    assert b" MicrosoftDefenderSHA1=" + written in line


def test_what_is_nothing_but_spaces_takes_no_key() -> None:
    _, _, line = learnt([{"DeviceName": " "}] * 3)
    assert line
    assert b"dvchost=" not in line


def test_short_keys_cut_their_values_on_the_quick_way_too() -> None:
    (line,) = learnt([{"DeviceName": "d" * 300}])
    assert line
    assert b" dvchost=" + b"d" * 100 + b" " in line


def test_a_column_is_not_taken_for_the_mark_of_a_cut_and_spaces_make_no_value() -> None:
    columns = {"Truncated": "kept", "Blank": "x" + "\n" * 5_000, "Spaces": "\n" * 5_000}
    raw = orjson.dumps({"category": "AdvancedHunting-X", "properties": columns})
    (document,) = Cef(FormatOptions(max_bytes=600)).encode(Record(raw, HUNTING))
    extension = parse_cef(document.body).extension
    assert extension["MicrosoftDefenderTruncatedColumn"] == "kept"
    assert extension["MicrosoftDefenderTruncated"] == "true"


def test_no_two_keys_differ_in_case_alone() -> None:
    row = _row("DeviceProcessEvents", Isp="one", ISP="two", isp="three")
    keys = list(_cef(row, HUNTING).extension)
    assert len({key.lower() for key in keys}) == len(keys)
    assert {_cef(row, HUNTING).extension[key] for key in keys} >= {"one", "two", "three"}
