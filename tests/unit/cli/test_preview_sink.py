"""`siemcast preview --sink NAME` shows what a sink of a configuration sends, by its own format and limit."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record

Siemcast = Callable[..., Any]
CONFIGURATION = """\
tenants: {t: {tenant_id: "${env:SIEMCAST_TEST_NOT_SET}", client_id: x}}
sinks:
  udp: {kind: syslog, host: siem.example, transport: udp, format: cef, max_bytes: 1500, allow_plaintext: true}
  soc: {kind: splunk, url: "https://splunk.example:8088", token: "${env:SIEMCAST_TEST_NOT_SET}"}
  odd: 5
"""


@pytest.fixture
def row(work: Path) -> Path:
    """Give a file with a row that is longer than the sink's limit."""
    columns = {"Timestamp": "2026-11-20T10:00:00Z", "ProcessCommandLine": "owl.exe " + "x" * 9000}
    data = {"category": "AdvancedHunting-DeviceProcessEvents", "properties": columns}
    (work / "row.jsonl").write_bytes(orjson.dumps(data) + b"\n")
    return work / "row.jsonl"


@pytest.fixture
def configuration(work: Path) -> Path:
    """Give a configuration, not one secret of which is set."""
    (work / "sinks.yaml").write_text(CONFIGURATION)
    return work / "sinks.yaml"


def told(siemcast: Siemcast, file: Path, *arguments: str) -> Any:
    said = siemcast("preview", str(file), "--from", "defender.streaming", *arguments, "--json")
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)["formats"]


def test_a_configured_sink_is_shown_with_the_limit_that_is_set(
    siemcast: Siemcast, row: Path, configuration: Path
) -> None:
    asked = ("-c", str(configuration), "--sink", "udp")
    (cef,) = told(siemcast, row, *asked)
    (ours,) = (each for each in cef["limits"] if "sinks.udp, as it is set" in each["who"])
    assert (cef["format"], cef["sinks"], ours["shortened_by_siemcast"]) == ("cef", ["syslog"], True)
    assert ours["excess"] > 0
    assert [each["who"] for each in cef["limits"] if each["shortened_by_siemcast"]] == [ours["who"]]
    options = FormatOptions(sink="syslog", max_bytes=ours["bytes"])
    registry = load_registry()
    record = Record(row.read_bytes().strip(), registry.shapes["hunting"])
    (sent,) = registry.format("cef", "syslog").open(options).encode(record)
    assert cef["documents"][0]["document"] == sent.body.decode()
    (ecs,) = told(siemcast, row, *asked, "--as", "ecs")
    assert ours["bytes"] in [each["bytes"] for each in ecs["limits"] if "sinks.udp" in each["who"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sink", "udp"], "name that by -c FILE"),
        (["-c", "sinks.yaml", "--sink", "udp", "--for", "syslog"], "--sink and --for are both given"),
        (["-c", "sinks.yaml", "--sink", "upd"], "sinks.yaml:2: sinks: no sink 'upd'; did you mean udp?"),
        (["-c", "sinks.yaml", "--sink", "soc"], "sinks.yaml:4: sinks.soc.token: the environment variable"),
        (["-c", "sinks.yaml", "--sink", "odd"], "sinks.yaml:5: sinks.odd: input should be a mapping"),
    ],
)
def test_a_sink_that_cannot_be_shown_is_refused(
    siemcast: Siemcast, row: Path, configuration: Path, arguments: Sequence[str], words: str
) -> None:
    said = siemcast("preview", str(row), "--from", "defender.streaming", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
