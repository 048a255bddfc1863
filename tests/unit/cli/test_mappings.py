"""`siemcast mappings` says what the mappings say, of whatever plugins bring, in any terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Siemcast = Callable[..., Any]

PLUGIN = """
from siemcast.api import FormatSpec, RecordKind, hookimpl
from siemcast.schema import Head
from siemcast.schema.convert import COMMON
from siemcast.schema.mapping import Activity, FormatMapping, Ref, TableMapping, Target
from siemcast.schema.places import Places

THINGS = TableMapping(
    table="Things",
    activity=Activity("base_event"),
    columns={Ref("Host"): "device.hostname", Ref("Json", "user"): "user.name", Ref("Size"): "file.size"},
    expanders={"Json": dict},
    layout=("Host", "Json", "Other", "Lost"),
    types={"Json": "json"},
)
FORM = FormatMapping(
    name="tiny",
    converters=COMMON,
    targets={"": (Target(field="h", sources=("device.hostname",), convert="text"),
                  Target(field="u", sources=("user.name",), convert="text"))},
)


class Shape:
    name = "third.things"

    def recognise(self, data):
        return True

    def head(self, record):
        return Head(id="1", kind="event", table="Things", time_ms=0)

    def columns(self, data):
        return data

    def mapping(self, table):
        return THINGS

    def tables(self):
        return {"Things": "event"}


@hookimpl
def register_record_kinds():
    yield RecordKind(kind="third.things", summary="Things", shapes=[Shape()])


@hookimpl
def register_formats():
    def places():
        return Places(mapping=FORM, rest=lambda head, column: None if column == "Lost" else f"x_{column}")

    yield FormatSpec(name="tiny", summary="Tiny", open=lambda options: None, places=places)
    yield FormatSpec(name="mute", summary="Mute", open=lambda options: None)
"""


@pytest.fixture
def third(work: Path) -> None:
    """Add a plugin with a table and two formats, one of which tells nothing of itself."""
    info = work / "site" / "siemcast_third-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: siemcast-third\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[siemcast]\nthird = siemcast_third_plugin\n")
    (work / "site" / "siemcast_third_plugin.py").write_text(PLUGIN)


def answered(siemcast: Siemcast, *arguments: str) -> Any:
    answer = siemcast("mappings", *arguments, "--json")
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_over_all_tables_each_column_counts_once_in_each_format(siemcast: Siemcast, work: Path) -> None:
    told = answered(siemcast)
    tables = {table["table"]: table for table in told["tables"]}
    assert {"DeviceProcessEvents", "EmailEvents", "alerts", "incidents"} <= set(tables)
    assert {"ecs", "cef", "leef"} <= set(told["formats"])
    assert {"raw", "native:splunk"} <= set(told["without_mapping"])
    for table in tables.values():
        assert table["mapped"] + len(table["unmapped"]) == table["columns"]
        assert {sum(counts.values()) for counts in table["formats"].values()} == {table["columns"]}
    assert all(counts["not carried"] == 0 for table in tables.values() for counts in [table["formats"]["ecs"]])


def test_a_table_is_told_column_by_column_however_its_name_is_spelt(siemcast: Siemcast, work: Path) -> None:
    (table,) = answered(siemcast, "--table", "deviceprocessevents")["tables"]
    lines = {line["column"]: line for line in table["lines"] if not line["part"]}
    assert lines["FileName"]["path"] == "process.name"
    assert lines["FileName"]["formats"]["ecs"]["fields"][0] == "process.name"
    assert lines["ReportId"]["type"] == "integer"
    assert [line for line in table["lines"] if line["column"] not in lines] == []


def test_a_plugins_tables_and_formats_are_told_as_ours(siemcast: Siemcast, third: None) -> None:
    told = answered(siemcast, "--table", "Things", "--format", "tiny")
    (table,) = told["tables"]
    assert (table["columns"], table["unmapped"]) == (4, ["Other", "Lost"])
    assert table["formats"] == {"tiny": {"mapped": 2, "passed on": 1, "not carried": 1}}
    landed = {(line["column"], line["part"]): line["formats"]["tiny"] for line in table["lines"]}
    assert landed == {
        ("Host", ""): {"status": "mapped", "fields": ["h"], "vendor": ""},
        ("Json", "user"): {"status": "mapped", "fields": ["u"], "vendor": "x_Json"},
        ("Other", ""): {"status": "passed on", "fields": [], "vendor": "x_Other"},
        ("Lost", ""): {"status": "not carried", "fields": [], "vendor": ""},
    }
    assert answered(siemcast, "--format", "mute")["without_mapping"] == ["mute"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--table", "DeviceProcesEvents"], "did you mean DeviceProcessEvents?"),
        (["--table", "zzz"], "siemcast mappings lists them"),
        (["--format", "ecz"], "did you mean ecs?"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_a_wrong_name_is_refused_with_what_may_be_meant(
    siemcast: Siemcast, work: Path, arguments: list[str], words: str
) -> None:
    answer = siemcast("mappings", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


@pytest.mark.parametrize("arguments", [[], ["--table", "DeviceEvents"], ["--format", "cef"], ["--table", "alerts"]])
@pytest.mark.parametrize("width", [30, 80, 250])
def test_any_terminal_shows_it_within_its_width(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch, width: int, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    answer = siemcast("mappings", *arguments)
    assert answer.code == 0
    assert max(len(line.rstrip()) for line in answer.out.splitlines()) <= width
    assert "\x1b" not in answer.out


def test_a_wide_terminal_shows_formats_side_by_side(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    (row,) = (
        line
        for line in siemcast("mappings", "--table", "alerts").out.splitlines()
        if line.startswith("mitreTechniques")
    )
    assert "attacks.technique.uid" in row
    assert "threat.technique.id" in row
    assert "cs3:MitreTechniques" in row
