"""Users' own mapping files from the configuration to the documents at a sink, and what becomes of wrong ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from scenario.front_door.forwarder import Done, call
from scenario.front_door.stage import play

COMMAND = [sys.executable, "-m", "siemcast"]
OWN = """\
columns:
  Site: device.region
tables:
  DeviceProcessEvents:
    has: Team Score
    types: {integer: Score}
    columns: {Team: user.department, Score: process.file.size, ProcessCommandLine: message}
  AcmeThings:
    is: file_activity/create
    has: Timestamp Thing More
    expand: {More: json}
    columns: {Thing: file.name, More: {owner: user.name}}
formats:
  ecs:
    dictionary: {text: acme.team acme.site acme.thing, integer: acme.score}
    fields: {acme.team: user.department, acme.site: device.region, acme.score: process.file.size, message: message}
    classes: {file_activity: {acme.thing: {from: file.name, by: lower}}}
  cef:
    dictionary: {acmeTeam: 63}
    fields: {acmeTeam: user.department}
  cim:
    dictionary: {text: acme_team acme_site, integer: acme_score}
    fields: {acme_team: user.department, acme_site: device.region}
    models: {Endpoint.Processes: {fields: {acme_score: process.file.size, user: user.department}}}
  asim:
    dictionary: {text: AcmeTeam AcmeSite, int: AcmeScore}
    fields: {AcmeTeam: user.department, AcmeSite: device.region}
    models: {ProcessEvent: {fields: {AcmeScore: process.file.size, TargetUsername: user.department}}}
  ocsf:
    dictionary: {text: unmapped.acme.team unmapped.acme.site, integer: unmapped.acme.score}
    fields: {unmapped.acme.team: user.department, unmapped.acme.site: device.region, status_detail: user.department}
    classes: {process_activity: {unmapped.acme.score: process.file.size}}
"""


def row(table: str, **columns: Any) -> bytes:
    """Write a streamed record."""
    around = {"time": "2026-11-21T10:00:05Z", "tenantId": "t", "category": f"AdvancedHunting-{table}"}
    return orjson.dumps({**around, "properties": {"Timestamp": "2026-11-21T10:00:00.1234567Z", **columns}}) + b"\n"


RECORDS = (
    row("DeviceProcessEvents", DeviceName="h", Team="Blue", Score=5, Site="Ulm", ProcessCommandLine="a.exe -x")
    + row("AcmeThings", Thing="THING", More='{"owner":"bob"}', Site="Ulm")
    + row("DeviceProcessEvents", DeviceName="h", Team=["Blue"], Score="many", Site={"a": 1})
)


def configure(folder: Path, own: str, form: str = "ecs") -> Path:
    """Write records, mappings and a configuration."""
    (folder / "own").mkdir()
    (folder / "own/acme.yaml").write_text(own)
    (folder / "in.jsonl").write_bytes(RECORDS)
    file = folder / "siemcast.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "state": str(folder / "state"),
                "http": None,
                "mappings": str(folder / "own"),
                "sources": {"old": {"kind": "replay.file", "path": str(folder / "in.jsonl")}},
                "sinks": {"archive": {"kind": "file", "path": str(folder / "out"), "format": form}},
                "routes": [{"from": ["old"], "to": ["archive"]}],
            }
        )
    )
    return file


def called(*arguments: str | Path) -> Done:
    """Call the command, to its end."""
    done: list[Done] = []

    async def scenario() -> None:
        done.append(await call(*arguments))

    play(scenario())
    return done[0]


def written(folder: Path) -> list[bytes]:
    """Give the lines at the sink."""
    return [line for path in sorted((folder / "out").iterdir()) for line in path.read_bytes().splitlines()]


def test_own_fields_tables_and_columns_arrive(tmp_path: Path) -> None:
    file = configure(tmp_path, OWN)
    done = called("run", "--until-drained", "-c", file)
    assert done.code == 0, done.err
    process, thing, odd = map(orjson.loads, written(tmp_path))
    assert process["acme"] == {"team": "Blue", "score": 5, "site": "Ulm"}
    assert process["message"] == "a.exe -x"
    assert "command_line" not in process.get("process", {})
    assert thing["acme"] == {"thing": "thing", "site": "Ulm"}
    assert thing["event"]["category"] == ["file"]
    assert (thing["file"]["name"], thing["user"]["name"]) == ("THING", "bob")
    assert "many" in orjson.dumps(odd).decode()
    assert "Blue" in orjson.dumps(odd).decode()


def test_own_keys_of_a_line_format_arrive(tmp_path: Path) -> None:
    assert called("run", "--until-drained", "-c", configure(tmp_path, OWN, "cef")).code == 0
    lines = written(tmp_path)
    assert b" acmeTeam=Blue" in lines[0]
    assert b"MicrosoftDefenderTeam" not in lines[0]


@pytest.mark.parametrize(
    ("form", "names", "changed"),
    [
        ("cim", ("acme_team", "acme_score", "acme_site"), "user"),
        ("asim", ("AcmeTeam", "AcmeScore", "AcmeSite"), "TargetUsername"),
        ("ocsf", ("team", "score", "site"), "status_detail"),
    ],
)
def test_own_fields_of_published_models_arrive(
    tmp_path: Path, form: str, names: tuple[str, str, str], changed: str
) -> None:
    assert called("run", "--until-drained", "-c", configure(tmp_path, OWN, form)).code == 0
    process, thing, odd = map(orjson.loads, written(tmp_path))
    own = [document["unmapped"].get("acme", {}) if form == "ocsf" else document for document in (process, thing, odd)]
    assert [own[0].get(name) for name in names] == ["Blue", 5, "Ulm"]
    assert process[changed] == "Blue"
    assert [own[1].get(name) for name in names] == [None, None, "Ulm"]
    assert names[1] not in own[2]
    assert "many" in orjson.dumps(odd).decode()


def test_what_says_nothing_of_the_records_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    others = configure(tmp_path / "with", "tables: {Others: {columns: {A: message}}}\nformats: {leef: {fields: {}}}\n")
    plain = configure(tmp_path / "without", OWN)
    plain.write_text("\n".join(line for line in plain.read_text().splitlines() if not line.startswith("mappings")))
    for file in (others, plain):
        assert called("run", "--until-drained", "-c", file).code == 0
    assert written(tmp_path / "with") == written(tmp_path / "without") != []


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("device.region\n", "device.regin\n", 2, "columns.Site: no canonical path 'device.regin'; did you mean"),
        ("{More: json}", "{More: magic}", 11, "no expander 'magic'; known: "),
        ("message: message}", "mesage: message}", 16, "no ECS field 'mesage'"),
        ("by: lower", "by: magic", 17, "no converter 'magic'; "),
        (
            "  AcmeThings:\n    is: file_activity/create",
            "  DeviceProcesEvents:",
            8,
            "no table 'DeviceProcesEvents'; did",
        ),
        ("text: acme.team", "text: host.name acme.team", 15, "the format has a field 'host.name' already"),
        ("text: acme.team", "text: host.name.acme acme.team", 15, "'host.name.acme' can not stand beside"),
        ("  cef:", "  cfe:", 18, "no format 'cfe'; did you mean cef?"),
        ("  cef:", "  raw:", 18, "raw maps nothing"),
        ("{acmeTeam: user.department}", "{acmeTeem: user.department}", 20, "no CEF key 'acmeTeem'"),
        ("  AcmeThings:", "  DeviceProcessEvents:", 8, "DeviceProcessEvents stands twice"),
        ("columns:\n", "columns: [\n", 3, "no YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_nothing_is_touched(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    assert OWN.count(before) == 1
    file = configure(tmp_path, OWN.replace(before, after))
    for command in ("validate", "run"):
        done = called(command, "-c", file)
        assert done.code == 2
        assert any(one.startswith(f"{tmp_path}/own/acme.yaml:{line}: {said}") for one in done.err.splitlines()), (
            done.err
        )
        assert "Traceback" not in done.err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("form", "own", "said"),
    [
        ("cef", "dictionary: {acmeTeam: text}", "4: 'acmeTeam' has no longest value"),
        ("leef", "dictionary: {acmeTeam: {from: message}}", "4: 'acmeTeam' has no longest value"),
        ("ecs", "dictionary: {text: 63}", "4: 'text' lists no fields"),
        ("cim", "models: {Endpoint.Processes: [user]}", "4: Endpoint.Processes must be a mapping"),
        ("cim", "models: {Endpoint.Processes: {defaults: {any: blocked}}}", "4: any must be a mapping"),
        (
            "asim",
            "models: {ProcessEvent: {defaults: {any: {EventResult: {a: b}}}}}",
            "4: 'EventResult' cannot hold {'a': 'b'}; one of Failure, NA, Partial, Success",
        ),
    ],
)
def test_a_format_refuses_what_is_of_another_form(tmp_path: Path, form: str, own: str, said: str) -> None:
    done = called("validate", "-c", configure(tmp_path, f"formats:\n  {form}:\n\n    {own}\n"))
    assert done.code == 2
    assert f"{tmp_path}/own/acme.yaml:{said}" in done.err
    assert "Traceback" not in done.err


def test_mistakes_of_the_configuration_and_of_mappings_are_told_together(tmp_path: Path) -> None:
    file = configure(tmp_path, "columns: {A: nowhere}\nformats: []\n")
    file.write_text(file.read_text().replace("format: ecs", "format: esc"))
    said = called("validate", "-c", file).err.splitlines()
    places = [one.partition(": ")[0].rpartition("/")[2] for one in said]
    wrong = next(line for line, text in enumerate(file.read_text().splitlines(), 1) if "esc" in text)
    assert places == [f"siemcast.yaml:{wrong}", "acme.yaml:1", "acme.yaml:2"]


def test_what_the_how_to_shows_is_taken(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs/how-to/own-mappings.md"
    shown = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert len(shown) == 2
    for number, text in enumerate(shown):
        (tmp_path / f"{number}.yaml").write_text(text)
    (tmp_path / "cim.yaml").write_text("formats: {cim: {models: {Endpoint.Processes: {fields: {os: device.os.type}}}}}")
    done = called("mappings", "--mappings", tmp_path, "--table", "inventory_cl", "--json")
    assert done.code == 0, done.err
    (table,) = orjson.loads(done.out)["tables"]
    assert (table["table"], table["columns"]) == ("Inventory_CL", 3)


@pytest.mark.parametrize("option", ["-c", "--mappings"])
def test_encode_takes_them_without_sources_sinks_or_secrets(tmp_path: Path, option: str) -> None:
    file = configure(tmp_path, OWN)
    file.write_text(file.read_text() + "tenants: {other: {credential: {secret: '${env:SIEMCAST_TEST_NOT_SET}'}}}\n")
    given = file if option == "-c" else tmp_path / "own"
    command = [*COMMAND, "encode", "--from", "defender.streaming", "--as", "ecs", option, str(given)]
    done = subprocess.run(command, input=RECORDS, capture_output=True, check=True)
    assert orjson.loads(done.stdout.splitlines()[0])["acme"]["team"] == "Blue"
    (tmp_path / "own/acme.yaml").write_text("columns: {A: nowhere}")
    done = subprocess.run(command, input=RECORDS, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(f"{tmp_path}/own/acme.yaml:1: columns.A: no canonical path".encode())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = configure(tmp_path, OWN)
    file.write_text(file.read_text().replace("/own", "/none"))
    done = called("validate", "-c", file)
    assert done.code == 2
    assert f"mappings: no such folder: {tmp_path}/none" in done.err
