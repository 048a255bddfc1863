"""The reference is what the code says, and the example configuration is a whole one."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from siemcast.cli.plan import load_configuration, plan_of
from siemcast.config.json_schema import json_schema
from siemcast.docgen.pages import pages
from siemcast.registry import load_registry
from siemcast.schema import KnowsTables

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config.example.yaml"


def test_the_reference_is_up_to_date() -> None:
    folder = ROOT / "docs" / "reference"
    files = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*.md")]
    written = {name: path.read_text(encoding="utf-8") for name, path in files}
    stale = sorted(name for name, text in pages().items() if written.get(name) != text)
    assert stale == [], "run make docs"
    assert set(written) == set(pages())


def test_every_table_that_a_shape_knows_has_a_page_which_the_index_finds() -> None:
    folder = ROOT / "docs" / "reference" / "mappings"
    tables = [
        name for shape in load_registry().shapes.values() if isinstance(shape, KnowsTables) for name in shape.tables()
    ]
    index = (folder / "index.md").read_text(encoding="utf-8")
    assert {name for name in tables if f"[{name}]({name}.md)" not in index} == set()
    assert {
        name for name in tables if f"# {name}\n" not in (folder / f"{name}.md").read_text(encoding="utf-8")
    } == set()


def test_the_example_configuration_is_valid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONTOSO_SECRET", "SPLUNK_TOKEN", "ELASTIC_API_KEY"):
        monkeypatch.setenv(name, "c29tZTpzZWNyZXQ=")
    monkeypatch.chdir(tmp_path)
    plan = plan_of(load_configuration(str(EXAMPLE)))
    assert len(plan.routes) == 4
    assert list(tmp_path.iterdir()) == []


def test_the_schema_for_editors_takes_the_example_configuration_and_references_for_numbers() -> None:
    validator = jsonschema.Draft202012Validator(json_schema(load_registry()))
    data = yaml.safe_load(EXAMPLE.read_text())
    assert list(validator.iter_errors(data)) == []
    data["sinks"]["siem"]["port"] = "${env:SYSLOG_PORT}"
    assert list(validator.iter_errors(data)) == []
    data["sinks"]["siem"]["port"] = "many"
    assert list(validator.iter_errors(data))


def test_the_example_configuration_names_every_built_in_kind() -> None:
    data = yaml.safe_load(EXAMPLE.read_text())
    registry = load_registry()
    assert {part["kind"] for part in data["sources"].values()} == set(registry.sources.names())
    assert {part["kind"] for part in data["sinks"].values()} == set(registry.sinks.names())
    assert data["journal"]["kind"] in registry.journals.names()
