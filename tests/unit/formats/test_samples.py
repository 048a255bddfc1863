"""ECS against what Elastic's own integration makes of the same records (public test data, not ours)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_sinks.formats.ecs import Ecs

_SAMPLES = Path(__file__).parents[4] / "shared/samples"
# What comes of Elastic's enrichment, not of the record; and a bare process id as entity id, which names no one process.
_NOT_OURS = (
    "source.geo",
    "destination.geo",
    "host.geo",
    "source.as",
    "destination.as",
    "process.entity_id",
    "process.parent.entity_id",
)


def _records(folder: str) -> list[Record]:
    if not _SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for path in sorted((_SAMPLES / folder).glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    return [Record(line, _shape(orjson.loads(line))) for line in lines if line.strip() and b'"value":[]' not in line]


def _shape(data: dict[str, Any]) -> Any:
    return next(shape for shape in (HUNTING, INCIDENT, ALERT) if shape.recognise(data))


@pytest.mark.parametrize(("name", "least"), [("device", 98.0), ("alert", 94.0)])
def test_most_fields_agree_with_elastics_own(name: str, least: float, tmp_path: Path) -> None:
    folder = _SAMPLES / "with-ecs"
    if not folder.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    records = [
        Record(line, _shape(orjson.loads(line)))
        for line in (folder / f"{name}.jsonl").read_bytes().splitlines()
        if line
    ]
    produced = tmp_path / "produced.jsonl"
    produced.write_bytes(
        b"\n".join(document.body for record in records for document in Ecs(FormatOptions()).encode(record))
    )
    ignored = [part for path in _NOT_OURS for part in ("--ignore", path)]
    files = (str(folder / "score_ecs.py"), str(produced), str(folder / f"{name}.expected.json"))
    command = [sys.executable, *files, "--json", *ignored]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert answer["agreeing_pct"] >= least, answer["gaps"]


@pytest.mark.parametrize("folder", ["graph", "hunting", "with-ecs"])
def test_every_public_sample_is_encoded(folder: str) -> None:
    records = _records(folder)
    assert records
    for record in records:
        for document in Ecs(FormatOptions()).encode(record):
            assert orjson.loads(document.body)["event"]["id"] == record.head.id
