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
from siemcast_sinks.formats.ecs.encoder import Ecs

_SAMPLES = Path(__file__).parents[4] / "shared/samples"
_ENRICHED = ("source.geo", "destination.geo", "host.geo", "source.as", "destination.as")
"""What comes of Elastic's enrichment, not of the record."""
_BARE_IDS = ("process.entity_id", "process.parent.entity_id")
"""A bare process id as entity id names no one process."""


def _records(folder: str) -> list[Record]:
    if not _SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for path in sorted((_SAMPLES / folder).glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    return [Record(line, _shape(orjson.loads(line))) for line in lines if line.strip() and b'"value":[]' not in line]


def _shape(data: dict[str, Any]) -> Any:
    return next(shape for shape in (HUNTING, INCIDENT, ALERT) if shape.recognise(data))


@pytest.mark.parametrize(("name", "least"), [("device", 98.0), ("alert", 94.0)])
def test_most_fields_agree_with_elastics_own(name: str, least: float, tmp_path: Path) -> None:
    answer = _score(name, tmp_path, _ENRICHED + _BARE_IDS)
    assert answer["agreeing_pct"] >= least, answer["gaps"]


@pytest.mark.parametrize("name", ["device", "alert"])
def test_every_disagreement_has_its_reason_in_the_decision(name: str, tmp_path: Path) -> None:
    decision = next((Path(__file__).parents[3] / "docs/adr").glob("*-where-ecs-differs-from-elastics-package.md"))
    told = decision.read_text("utf-8")
    answer = _score(name, tmp_path, _ENRICHED)
    assert answer["gaps"]
    assert [gap for gap in answer["gaps"] if f"`{gap['path']}`" not in told] == []


def _score(name: str, folder: Path, ignored: tuple[str, ...]) -> dict[str, Any]:
    given = _SAMPLES / "with-ecs"
    if not given.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for line in (given / f"{name}.jsonl").read_bytes().splitlines() if line]
    records = [Record(line, _shape(orjson.loads(line))) for line in lines]
    produced = folder / "produced.jsonl"
    produced.write_bytes(
        b"\n".join(document.body for record in records for document in Ecs(FormatOptions()).encode(record))
    )
    options = [part for path in ignored for part in ("--ignore", path)]
    paths = (str(given / "score_ecs.py"), str(produced), str(given / f"{name}.expected.json"))
    command = [sys.executable, *paths, "--json", *options]
    answer: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return answer


@pytest.mark.parametrize("folder", ["graph", "hunting", "with-ecs"])
def test_every_public_sample_is_encoded(folder: str) -> None:
    records = _records(folder)
    assert records
    for record in records:
        for document in Ecs(FormatOptions()).encode(record):
            assert orjson.loads(document.body)["event"]["id"] == record.head.id
