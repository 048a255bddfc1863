"""Archives of kinds that no source reads are replayed through the front door: told by name, or by shape."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from siemcast_lab.generator import Generator

CONFIG = """\
state: {folder}/state
http: null
sources:
  archive: {{kind: replay.file, path: {folder}/in.jsonl{told}}}
sinks:
  ecs: {{kind: file, path: {folder}/ecs, format: ecs}}
  cef: {{kind: file, path: {folder}/cef, format: cef}}
routes:
  - {{from: [archive], where: {{{where}}}, to: [ecs, cef]}}
"""


def replayed(
    folder: Path, records: list[dict[str, Any]], told: str, where: str = "kind: {exists: true}"
) -> list[dict[str, Any]]:
    """Replay records, and give the ECS documents; each must have become a CEF line too."""
    (folder / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "siemcast.yaml").write_text(CONFIG.format(folder=folder, told=told, where=where))
    command = [sys.executable, "-m", "siemcast", "run", "-c", str(folder / "siemcast.yaml"), "--until-drained"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    lines = [line for path in (folder / "cef").glob("*.log") for line in path.read_text().splitlines()]
    found = [json.loads(line) for path in (folder / "ecs").glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len(lines) == len(found)
    return found


def test_an_archive_of_many_products_is_told_by_shape(tmp_path: Path) -> None:
    lab = Generator(41)
    mixed = [
        *lab.cloud.export(14),
        *lab.hunting(5),
        lab.cloud.managed_alert(),
        *lab.azure.logs(5),
        *lab.incidents(1),
        lab.endpoint.alert(),
        lab.endpoint.change(),
    ]
    documents = replayed(tmp_path, mixed, "")
    assert len(documents) == len(mixed)
    names = ("m365_defender", "microsoft_defender_cloud", "microsoft_defender_endpoint", "azure")
    assert {name: sum(name in document for document in documents) for name in names} == {
        "m365_defender": 7,  # vulnerabilities too: Elastic has them in that package
        "microsoft_defender_cloud": 15,
        "microsoft_defender_endpoint": 1,
        "azure": 5,
    }


@pytest.mark.parametrize("kind", ["mdc.export", "azure.eventhub"])
def test_an_archive_of_a_named_kind_holds_records_that_nobody_recognises(tmp_path: Path, kind: str) -> None:
    lab = Generator(42)
    odd = {"brandNew": {"deep": ["value-4711"]}}
    documents = replayed(tmp_path, [lab.cloud.alert(), odd, lab.cloud.assessment()], f", kind_of_record: {kind}")
    assert len(documents) == 3
    (kept,) = [document for document in documents if "value-4711" in json.dumps(document)]
    assert kept["event"]["kind"] == "event"


def test_both_generations_of_an_alert_are_chosen_by_the_same_words(tmp_path: Path) -> None:
    lab = Generator(43)
    records = [*lab.cloud.export(7), lab.cloud.managed_alert()]
    words = "record.AlertType: {exists: true}, cloud.provider: azure, resource.group.name: {glob: 'rg-*'}"
    documents = replayed(tmp_path, records, ", kind_of_record: mdc.export", words)
    assert [list(document["microsoft_defender_cloud"]) for document in documents] == [["security_alert"]] * 2


def test_what_has_no_time_of_its_own_is_of_the_time_when_it_came(tmp_path: Path) -> None:
    scores = (one for one in Generator(44).cloud.export(14) if one.get("type") == "Microsoft.Security/secureScores")
    (document,) = replayed(tmp_path, [next(scores)], ", kind_of_record: mdc.export")
    (made,) = (tmp_path / "ecs").glob("*.jsonl")
    began, ended = (path.stat().st_mtime for path in (tmp_path / "in.jsonl", made))
    assert began - 1 <= datetime.fromisoformat(document["@timestamp"]).timestamp() <= ended + 1
    assert document["tags"] == ["time_missing"]
