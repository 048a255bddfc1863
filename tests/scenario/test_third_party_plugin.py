"""A third-party distribution installed beside the wheel adds a source and a sink; a broken one disturbs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(*command: str | Path, cwd: Path, ok: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert not ok or done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fresh environment's bin folder, with siemcast's wheel, the example plugin and the broken one in it."""
    work = tmp_path_factory.mktemp("installed")
    for project in (ROOT, ROOT / "tests" / "example_plugin", ROOT / "tests" / "broken_plugin"):
        _run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", work / "wheels", project, cwd=work)
    venv.create(work / "env", with_pip=False)
    python = work / "env" / "bin" / "python"
    wheels = sorted((work / "wheels").glob("*.whl"))
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", *wheels, cwd=work)
    site = next((work / "env" / "lib").glob("python*/site-packages"))
    # the dependencies alone: a .pth inside that folder (our own editable install) is not followed from here
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    where = _run(installed / "python", "-c", "import siemcast; print(siemcast.__file__)", cwd=tmp_path).stdout
    assert str(installed.parent) in where


def test_the_plugin_is_listed_and_the_broken_one_named(installed: Path, tmp_path: Path) -> None:
    listed = json.loads(_run(installed / "siemcast", "plugins", "--json", cwd=tmp_path).stdout)
    by_name = {item["plugin"]: item for item in listed}
    assert by_name["acme"]["status"] == "ok"
    assert {"acme.doors", "acme.ledger"} <= set(by_name["acme"]["kinds"])
    assert by_name["broken"]["status"] == "broken"
    assert "no_such_module_anywhere" in by_name["broken"]["reason"]
    assert by_name["splunk"]["status"] == "ok"


def test_its_source_and_sink_forward(installed: Path, tmp_path: Path) -> None:
    doors = [
        {"badge": f"b{n}", "door": "vault" if n == 7 else "north", "at": "2026-11-21T10:00:00Z"} for n in range(120)
    ]
    (tmp_path / "doors.jsonl").write_text("".join(json.dumps(door) + "\n" for door in doors))
    config = tmp_path / "siemcast.yaml"
    config.write_text(
        "http: null\n"
        "sources: {doors: {kind: acme.doors, path: ./doors.jsonl}}\n"
        "sinks:\n"
        "  ledger: {kind: acme.ledger, path: ./ledger.txt}\n"
        "  archive: {kind: file, path: ./out, format: ecs}\n"
        "routes: [{from: [doors], to: [ledger, archive]}]\n"
    )
    _run(installed / "siemcast", "run", "-c", config, "--until-drained", cwd=tmp_path)
    ledger = [json.loads(line) for line in (tmp_path / "ledger.txt").read_text().splitlines()]
    assert ledger == [door for door in doors if door["door"] != "vault"]
    archived = "".join(path.read_text() for path in (tmp_path / "out").glob("archive-*.jsonl")).splitlines()
    assert len(archived) == len(doors)
    letters = json.loads(
        _run(installed / "siemcast", "dead-letters", "list", "-c", config, "--json", cwd=tmp_path).stdout
    )
    assert [(letter["sink"], letter["reason"]) for letter in letters] == [
        ("ledger", "the ledger does not speak of the vault")
    ]


def test_a_configuration_that_uses_the_broken_plugin_is_refused_by_name(installed: Path, tmp_path: Path) -> None:
    config = tmp_path / "siemcast.yaml"
    config.write_text(
        "sources: {a: {kind: broken.source}}\nsinks: {b: {kind: stdout}}\nroutes: [{from: [a], to: [b]}]\n"
    )
    done = _run(installed / "siemcast", "validate", "-c", config, cwd=tmp_path, ok=False)
    assert done.returncode == 2
    assert "broken.source" in done.stderr
    assert "broken" in done.stderr


def test_its_own_contract_suite_passes_against_the_wheel(installed: Path, tmp_path: Path) -> None:
    suite = ROOT / "tests" / "example_plugin" / "tests"
    done = _run(installed / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", suite, cwd=tmp_path)
    assert "passed" in done.stdout
