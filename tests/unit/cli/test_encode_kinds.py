"""`siemcast encode` answers for every source kind that is settled, in every format, also where no reader exists."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from siemcast.cli.encode import encode_stream
from siemcast.errors import ConfigError
from siemcast.registry import Registry, load_registry
from siemcast_lab.cef import parse_cef
from siemcast_lab.generator import Generator
from siemcast_lab.leef import parse_leef

SAMPLES = Path(__file__).parents[4] / "shared/samples"
LAB = Generator(21)
KINDS: dict[str, list[dict[str, Any]]] = {
    "defender.incidents": list(LAB.incidents(1)),
    "defender.alerts": [*LAB.alerts(1), LAB.endpoint.alert()],
    "defender.streaming": list(LAB.hunting(3)),
    "defender.storage": list(LAB.hunting(2)),
    "defender.hunting": [row["properties"] for row in LAB.hunting(2)],
    "defender.vulnerabilities": [LAB.endpoint.vulnerability(), LAB.endpoint.in_file(), LAB.endpoint.change()],
    "mdc.export": list(LAB.cloud.export(7)),
    "mdc.alerts": [LAB.cloud.managed_alert()],
    "azure.eventhub": [*LAB.azure.logs(5), *LAB.hunting(1), LAB.cloud.alert()],
    "replay.file": [*LAB.cloud.export(7), *LAB.azure.logs(5), LAB.endpoint.alert(), LAB.endpoint.vulnerability()],
}
NO_READER = ("defender.storage", "defender.hunting", "mdc.export", "mdc.alerts", "azure.eventhub")
STRICT: dict[str, Callable[[bytes], Any]] = {"cef": parse_cef, "leef": parse_leef}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def encoded(kind: str, name: str, records: list[dict[str, Any]], sink: str | None = None) -> list[bytes]:
    lines = b"\n".join(json.dumps(record).encode() for record in records)
    target = io.BytesIO()
    assert encode_stream(kind, name, sink, io.BytesIO(lines), target) == 0
    return target.getvalue().splitlines()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_format_gives_sound_documents_of_every_kind(kind: str, registry: Registry) -> None:
    for spec in registry.formats.all():
        documents = encoded(kind, spec.name, KINDS[kind], spec.sink)
        assert len(documents) >= len(KINDS[kind]), spec.name
        for document in documents:
            if spec.text == "json":
                assert isinstance(json.loads(document), dict), spec.name
            else:
                STRICT.get(spec.name, bytes.decode)(document)


def test_all_kinds_that_are_settled_are_tried(registry: Registry) -> None:
    assert set(KINDS) <= set(registry.kinds_of_record)


@pytest.mark.parametrize("kind", ["mdc.export", "azure.eventhub"])
def test_a_record_that_nobody_recognises_passes_through(kind: str) -> None:
    odd = {"what": "nobody knows", "n": [1, {"deep": "value-4711"}]}
    assert json.loads(encoded(kind, "raw", [odd])[0]) == odd
    for name in ("ecs", "cef", "leef"):
        (document,) = encoded(kind, name, [odd])
        assert b"value-4711" in document
        assert b"nobody knows" in document


@pytest.mark.parametrize("kind", NO_READER)
def test_no_source_is_pretended(kind: str, registry: Registry) -> None:
    if kind in registry.sources.names():
        pytest.skip(f"{kind} has a reader by now")
    with pytest.raises(ConfigError, match="its records are known, but no plugin here reads them"):
        registry.source(kind)


def test_run_refuses_such_a_kind_with_the_line_and_touches_nothing(tmp_path: Path, registry: Registry) -> None:
    from siemcast.cli.plan import load_configuration  # noqa: PLC0415 - only this test loads a configuration

    kind = next((kind for kind in NO_READER if kind not in registry.sources.names()), None)
    if kind is None:
        pytest.skip("every kind has a reader by now")
    file = tmp_path / "siemcast.yaml"
    file.write_text(
        f"state: {tmp_path}/state\nhttp: null\nsources:\n  cloud: {{kind: {kind}}}\n"
        "sinks:\n  out: {kind: stdout}\nroutes:\n  - {from: [cloud], to: [out]}\n"
    )
    with pytest.raises(ConfigError, match=r":4: sources\.cloud.*no source kind"):
        load_configuration(str(file))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["siemcast.yaml"]


def test_public_samples_are_encoded_in_every_format(registry: Registry) -> None:
    if not SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    records = [json.loads(line) for line in (SAMPLES / "mdc/arm-alerts.jsonl").read_text().splitlines()]
    for kind in ("mdc.alerts", "mdc.export", "replay.file"):
        for spec in registry.formats.all():
            documents = encoded(kind, spec.name, records, spec.sink)
            assert len(documents) == len(records)
            for document, record in zip(documents, records, strict=True):
                assert record["properties"]["systemAlertId"].encode() in document
