"""`siemcast encode --from KIND --as FORMAT` as a user runs it: every kind, every format, all of ../shared/samples."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from siemcast.api import FormatSpec
from siemcast.registry import load_registry
from siemcast_lab.cef import parse_cef
from siemcast_lab.leef import parse_leef

SAMPLES = Path(__file__).parents[4] / "shared/samples"
FILES = sorted(path for path in SAMPLES.glob("*/*") if path.suffix == ".jsonl" or path.name.endswith("-page.json"))
LINES = {"cef": parse_cef, "leef": parse_leef}

pytestmark = pytest.mark.skipif(not FILES, reason="needs ../shared/samples beside the repository")


def records(path: Path) -> int:
    """Count the records of a file: lines, or what a page of Graph's holds."""
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return sum(len(line["value"]) if isinstance(line.get("value"), list) else 1 for line in lines)


def encode(kind: str, spec: FormatSpec, path: Path) -> Sequence[bytes]:
    """Run the command with a file as its standard input; nothing may be refused."""
    sink = ["--for", spec.sink] if spec.sink else []
    command = [sys.executable, "-m", "siemcast", "encode", "--from", kind, "--as", spec.name, *sink]
    with path.open("rb") as source:
        done = subprocess.run(command, stdin=source, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()[-2000:]
    assert done.stdout.endswith(b"\n")
    return done.stdout.removesuffix(b"\n").split(b"\n")


@pytest.mark.parametrize("spec", load_registry().formats.all(), ids=lambda spec: f"{spec.name}-{spec.sink or 'any'}")
@pytest.mark.parametrize("kind", load_registry().kinds_of_record)
def test_every_sample_becomes_a_document_a_line(kind: str, spec: FormatSpec, tmp_path: Path) -> None:
    whole = tmp_path / "all.jsonl"
    whole.write_bytes(b"\n".join(path.read_bytes().strip() for path in FILES) + b"\n")
    documents = encode(kind, spec, whole)
    assert len(documents) >= sum(map(records, FILES))
    for document in documents:
        if spec.text == "line":
            LINES[spec.name](document)
        else:
            assert isinstance(orjson.loads(document), dict)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_samples_is_read_by_itself(path: Path) -> None:
    documents = encode("replay.file", load_registry().format("raw"), path)
    assert len(documents) == records(path)
