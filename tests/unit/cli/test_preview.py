"""`siemcast preview` shows what `encode` gives, what limits take, and nothing that a terminal would obey."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from unicodedata import category

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from siemcast.cli.encode import encode_stream
from siemcast.cli.preview_content import Asked, preview_of, shape_of
from siemcast.cli.preview_json import answer
from siemcast.cli.preview_screen import show
from siemcast.cli.records import read_records
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.testing.hostile import HOSTILE_TEXT

Siemcast = Callable[..., Any]
ROW: Mapping[str, Any] = {
    "category": "AdvancedHunting-DeviceProcessEvents",
    "time": "2026-11-20T10:00:01Z",
    "tenantId": "11111111-1111-4111-8111-111111111111",
    "properties": {
        "Timestamp": "2026-11-20T10:00:00.1234567Z",
        "DeviceName": "WKS-7.contoso.example",
        "ActionType": "ProcessCreated",
        "FileName": "owl.exe",
        "ProcessCommandLine": "owl.exe " + "x" * 9000,
        "ReportId": 7,
        "MD5": None,
        "ColumnOfNextYear": [1, 2],
    },
}
INCIDENT: Mapping[str, Any] = {
    "id": "7",
    "displayName": "Two alerts [red]not markup[/red]",
    "incidentWebUrl": "https://security.example/incidents/7",
    "lastUpdateDateTime": "2031-01-01T00:00:00Z",
    "severity": "high",
    "alerts": [
        {"id": f"da{number}", "title": "An alert", "alertWebUrl": "https://security.example", "evidence": []}
        for number in range(2)
    ],
}


@pytest.fixture
def row(work: Path) -> Path:
    """Give a file of a torn line and a row of hunting."""
    (work / "row.jsonl").write_bytes(b'{"torn": \n\n' + orjson.dumps(ROW) + b"\n")
    return work / "row.jsonl"


@pytest.fixture
def incident(work: Path) -> Path:
    """Give a file with an incident of two alerts over several lines."""
    (work / "incident.json").write_text(json.dumps(INCIDENT, indent=2))
    return work / "incident.json"


def told(siemcast: Siemcast, file: Path, kind: str, *arguments: str) -> Any:
    said = siemcast("preview", str(file), "--from", kind, *arguments, "--json")
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def formats(preview: Mapping[str, Any]) -> Mapping[str, Any]:
    return {each["format"]: each for each in preview["formats"]}


def limit(form: Mapping[str, Any], who: str) -> Any:
    (found,) = (each for each in form["limits"] if who in each["who"])
    return found


def test_the_head_and_the_columns_that_have_no_place_are_told(siemcast: Siemcast, row: Path) -> None:
    preview = told(siemcast, row, "defender.streaming", "--nth", "2")
    record = preview["record"]
    assert (record["line"], record["bytes"], record["shape"]) == (3, len(orjson.dumps(ROW)), "hunting")
    assert (record["table"], record["table_is_known"]) == ("DeviceProcessEvents", True)
    assert (record["time"], record["severity"], record["title"]) == (
        "2026-11-20T10:00:00.123Z", "unknown", "ProcessCreated"
    )  # fmt: skip
    assert "MD5" not in preview["columns"]["given"], "it has no value"
    assert "ColumnOfNextYear" in preview["columns"]["unmapped"]
    assert "FileName" not in preview["columns"]["unmapped"]
    assert preview["columns"]["unknown"] == ["ColumnOfNextYear"]
    ecs = formats(preview)["ecs"]["columns"]
    assert (ecs["FileName"]["path"], ecs["FileName"]["fields"][0]) == ("process.name", "process.name")
    assert ecs["ColumnOfNextYear"]["status"] == "passed on"
    assert ecs["ColumnOfNextYear"]["vendor"] == "m365_defender.event.column_of_next_year"


@pytest.mark.parametrize(("kind", "file"), [("defender.streaming", "row"), ("defender.incidents", "incident")])
def test_documents_are_those_of_encode_in_every_registered_format(
    siemcast: Siemcast, request: pytest.FixtureRequest, kind: str, file: str
) -> None:
    path: Path = request.getfixturevalue(file)
    nth = "2" if file == "row" else "1"
    preview = told(siemcast, path, kind, "--nth", nth)
    assert set(formats(preview)) == set(load_registry().formats.names())
    for name, form in formats(preview).items():
        target = io.BytesIO()
        bare, _, sink = name.partition(":")
        source = io.BytesIO(orjson.dumps(ROW) if file == "row" else path.read_bytes())
        assert encode_stream(kind, bare, sink or None, source, target) == 0
        expected = target.getvalue().splitlines()
        assert [each["document"].encode() for each in form["documents"]] == expected
        assert [each["bytes"] for each in form["documents"]] == [len(line) for line in expected]
    assert len(formats(preview)["native:splunk"]["documents"]) == (1 if file == "row" else 3)


def test_what_default_limits_take_is_told_and_shown_documents_stay_whole(siemcast: Siemcast, row: Path) -> None:
    found = formats(told(siemcast, row, "defender.streaming", "--nth", "2"))
    ecs = found["ecs"]
    syslog = limit(ecs, "syslog, as it is set")
    assert syslog["shortened_by_siemcast"]
    assert syslog["excess"] == ecs["documents"][0]["bytes"] - syslog["bytes"]
    (cut,) = (each for each in syslog["cut"] if each["field"] == "process.command_line")
    assert (cut["had"], cut["has"] < 9000) == (9008, True)
    assert any("siemcast_truncated" in mark for mark in syslog["marks"])
    assert "x" * 9000 in ecs["documents"][0]["document"]
    qradar = limit(found["cef"], "QRadar over TCP, until")
    assert (qradar["shortened_by_siemcast"], qradar["excess"] > 0, qradar["bytes"] < 4096) == (False, True, True)
    splunk = limit(found["native:splunk"], "TRUNCATE")
    assert (splunk["bytes"], splunk["excess"]) == (10_000, 0)
    assert found["native:elastic"]["limits"] == []


def test_a_given_limit_is_kept_to_by_the_documents_that_are_shown(siemcast: Siemcast, row: Path) -> None:
    found = formats(told(siemcast, row, "defender.streaming", "--nth", "2", "--limit", "2KiB"))
    for form in found.values():
        (given_limit,) = form["limits"]
        assert given_limit["bytes"] == 2048
        assert all(each["bytes"] <= 2048 for each in form["documents"])
        assert given_limit["cut"]
        assert given_limit["marks"] or form["format"] == "native:elastic"


def test_a_limit_that_cannot_be_kept_to_is_said_and_the_document_stays_whole(siemcast: Siemcast, row: Path) -> None:
    cef = formats(told(siemcast, row, "defender.streaming", "--nth", "2", "--limit", "60", "--as", "cef"))["cef"]
    assert "cannot be shortened" in cef["limits"][0]["error"]
    assert cef["documents"][0]["bytes"] > 60


def test_what_is_longer_than_a_format_lets_its_field_be_is_told(siemcast: Siemcast, row: Path) -> None:
    found = formats(told(siemcast, row, "defender.streaming", "--nth", "2"))
    cuts = {cut["field"]: (cut["had"], cut["has"]) for cut in found["cef"]["cut_by_format"]}
    assert cuts == {"cs1:ProcessCommandLine": (9008, 4000)}
    assert found["ecs"]["cut_by_format"] == []


def test_for_a_sink_its_own_formats_and_limits_are_shown(siemcast: Siemcast, row: Path) -> None:
    found = formats(told(siemcast, row, "defender.streaming", "--nth", "2", "--for", "splunk"))
    assert "native:splunk" in found
    assert not {"native", "native:elastic"} & set(found)
    assert {each for form in found.values() for each in form["sinks"]} == {"splunk"}
    elastic = told(siemcast, row, "defender.streaming", "--nth", "2", "--for", "elastic", "--as", "cef", "--as", "ecs")
    assert [(form["format"], form["sinks"]) for form in elastic["formats"]] == [("cef", []), ("ecs", ["elastic"])]


def test_a_record_that_says_no_time_is_of_the_time_when_it_was_read(siemcast: Siemcast, work: Path) -> None:
    (work / "score.json").write_text('{"category": "SecureScores"}')
    preview = told(siemcast, work / "score.json", "mdc.export", "--as", "ecs")
    assert preview["record"]["anomalies"] == ["time_missing"]
    assert not preview["record"]["time"].startswith("1970")
    (document,) = preview["formats"][0]["documents"]
    assert json.loads(document["document"])["@timestamp"] == preview["record"]["time"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["row.jsonl", "--from", "defender.streamink"], 2, "did you mean defender.streaming"),
        (["row.jsonl", "--from", "defender.streaming", "--as", "efs", "--nth", "2"], 2, "did you mean ecs"),
        (["row.jsonl", "--from", "defender.streaming", "--for", "spunk", "--nth", "2"], 2, "no sink kind 'spunk'"),
        (["row.jsonl", "--from", "defender.streaming", "--limit", "much"], 2, "not a size"),
        (["row.jsonl", "--from", "defender.streaming", "--nth", "0"], 2, "0 is not in the range"),
        (["row.jsonl"], 2, "--from"),
        (["nowhere.json", "--from", "defender.streaming"], 2, "does not exist"),
        (["row.jsonl", "--from", "defender.streaming"], 1, "line 1: torn JSON"),
        (["row.jsonl", "--from", "defender.streaming", "--nth", "3"], 1, "no record 3 in row.jsonl: there are 2"),
        (["empty", "--from", "defender.streaming"], 1, "no record 1 in empty: there is none"),
        (["list", "--from", "defender.streaming"], 1, "not a JSON object"),
    ],
)
def test_wrong_calls_and_wrong_input_are_told_apart(
    siemcast: Siemcast, row: Path, arguments: Sequence[str], code: int, words: str
) -> None:
    (row.parent / "empty").write_bytes(b"\n \n")
    (row.parent / "list").write_bytes(b"[[1]]")
    said = siemcast("preview", *arguments)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("width", [24, 80, 240])
@pytest.mark.parametrize("arguments", [[], ["--limit", "3000"], ["--whole"]])
def test_any_terminal_shows_it_within_its_width_and_without_colour_where_there_is_none(
    siemcast: Siemcast, incident: Path, monkeypatch: pytest.MonkeyPatch, width: int, arguments: Sequence[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = siemcast("preview", str(incident), "--from", "defender.incidents", *arguments)
    assert (said.code, said.err) == (0, "")
    assert max(map(len, said.out.splitlines())) <= width
    assert "\x1b" not in said.out
    if width > 24:
        assert "Two alerts [red]not markup[/red]" in said.out
        assert "time_future" in said.out
        assert "and 2 more documents" in said.out


def test_a_wide_terminal_shows_formats_beside_each_other(
    siemcast: Siemcast, row: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "130")
    said = siemcast("preview", str(row), "--from", "defender.streaming", "--nth", "2", "--as", "cef", "--as", "ecs")
    (titles,) = (line for line in said.out.splitlines() if " cef " in line and " bytes ─" in line)
    assert " ecs " in titles
    assert "QRadar over TCP, until its payload length is raised" in said.out
    assert "(siemcast shortens to it)" in said.out
    assert "too long for their fields: cut:" in said.out


def test_whole_shows_the_last_line_and_every_name(siemcast: Siemcast, work: Path) -> None:
    columns = {f"New{number}": number for number in range(60)}
    (work / "new.json").write_bytes(orjson.dumps({**ROW, "properties": columns}))
    arguments = ["preview", "new.json", "--from", "defender.streaming", "--as", "ecs"]
    short, whole = siemcast(*arguments), siemcast(*arguments, "--whole")
    assert "more lines (--whole shows them)" in short.out
    assert "and 52 more" in short.out
    assert '"new59": 59' not in " ".join(short.out.split())
    assert "New59 as m365_defender.event.new_59" in " ".join(whole.out.replace("│", " ").split())
    assert "more lines" not in whole.out


def test_a_terminal_that_knows_ascii_alone_and_standard_input(work: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(work / "site")}
    odd = {**ROW, "properties": {"ActionType": "ProcessCreated", "FileName": "\U0001f989.exe"}}
    done = subprocess.run(
        [sys.executable, "-m", "siemcast", "preview", "--from", "defender.streaming", "--as", "ecs"],
        input=orjson.dumps(odd), env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b'"?.exe"' in done.stdout


SAMPLES = Path(__file__).parents[4] / "shared/samples"
KINDS = {"graph": "defender.incidents", "hunting": "defender.streaming", "mdc": "mdc.export"}


@pytest.mark.parametrize("folder", KINDS)
def test_real_records_are_shown_in_every_format(folder: str) -> None:
    if not SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    shown = 0
    for path in sorted((SAMPLES / folder).glob("*.json*")):
        with path.open("rb") as stream:
            records = [raw for _, raw in islice(read_records(stream), 10) if isinstance(raw, bytes)]
        for raw in records:
            record = Record(raw, shape_of(raw, REGISTRY.records(KINDS[folder])))
            preview = preview_of(record, REGISTRY, Asked())
            assert {encoding.name: encoding.error for encoding in preview.encodings if encoding.error} == {}
            show(Console(file=io.StringIO(), width=100), preview, 1)
            shown += 1
    assert shown


REGISTRY = load_registry()
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=20), st.sampled_from(HOSTILE_TEXT),
    st.just("y" * 20_000), st.lists(st.text(max_size=5), max_size=3), st.dictionaries(st.text(max_size=5), st.none()),
)  # fmt: skip  # a list of kinds
COLUMNS = st.sampled_from([*ROW["properties"], "Severity", "RemoteIP", "AdditionalFields"]) | st.text(max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(COLUMNS, VALUES, max_size=8), st.sampled_from(["DeviceProcessEvents", "EmailEvents", "New\x1b[1m"])
)
def test_whatever_stands_in_a_record_is_shown_without_what_a_terminal_obeys(columns: Any, table: str) -> None:
    raw = json.dumps({"category": f"AdvancedHunting-{table}", "properties": columns}).encode()
    record = Record(raw, shape_of(raw, REGISTRY.records("defender.streaming")))
    preview = preview_of(record, REGISTRY, Asked(limit=4096))
    json.dumps(answer(preview, 1), ensure_ascii=False).encode()
    written = io.StringIO()
    show(Console(file=written, width=100, highlight=False, markup=False, emoji=False), preview, 1, whole=True)
    obeyed = {char for char in written.getvalue() if category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert obeyed <= {"\n"}
