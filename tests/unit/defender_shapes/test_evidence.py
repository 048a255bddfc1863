"""Evidence of every type that Graph knows: what each says is found again, unknown types are kept, nothing raises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.schema.mapping import Ref
from siemcast_defender.mappings import table_mapping
from siemcast_defender.mappings.evidence import evidence, types
from siemcast_defender.shapes import ALERT, INCIDENT

_PREFIX = "#microsoft.graph.security."
CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("evidence.yaml").read_text(encoding="utf-8")
)


def test_every_type_of_the_facts_has_a_case() -> None:
    assert len(CASES) == 48
    assert {kind.lower() for kind in CASES} == set(types()) - {"any"}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_what_evidence_says_is_found_again(kind: str) -> None:
    said, expected = CASES[kind]["said"], CASES[kind]["told"]
    parts = evidence([{"@odata.type": f"{_PREFIX}{kind}Evidence", "verdict": "malicious", **said}])
    assert expected.items() <= parts.items()
    assert (parts["types"], parts["count"], parts["verdict"]) == ([kind], 1, ["malicious"])


@pytest.mark.parametrize("table", ["alerts", "incidents"])
def test_every_part_has_a_canonical_path(table: str) -> None:
    column = "evidence" if table == "alerts" else "alerts"
    known = {ref.part for ref in table_mapping(table).columns if ref.column == column}
    for fields in types().values():
        assert {part for _, _, part in fields.parts} <= known
    assert {"types", "count", "file.md5", "file.sha1", "file.sha256"} <= known
    assert Ref(column, "types") in table_mapping(table).columns


def test_unknown_types_are_told_with_what_all_evidence_says() -> None:
    parts = evidence([{"@odata.type": f"{_PREFIX}neverSeenEvidence", "roles": ["attacker"], "x": 1}])
    assert parts == {"types": ["neverSeen"], "count": 1, "roles": [["attacker"]]}


def test_names_and_folders_stay_together() -> None:
    details = [
        {"fileName": "lone.exe"},
        {"fileName": "a.exe", "filePath": "C:\\a"},
        {"fileName": "b.exe", "filePath": "C:\\b"},
    ]
    parts = evidence([{"@odata.type": f"{_PREFIX}fileEvidence", "fileDetails": one} for one in details])
    assert list(zip(parts["file.name"], parts["file.folder"], strict=False)) == [("a.exe", "C:\\a"), ("b.exe", "C:\\b")]
    assert parts["file.name"][2] == "lone.exe"


@pytest.mark.parametrize("kind", sorted(CASES))
@pytest.mark.parametrize("odd", [None, "", 0, True, [], {}, [None, 1, "x"], {"ipAddress": 5}, "\ud800", 1 << 70])
def test_odd_values_never_raise(kind: str, odd: Any) -> None:
    said = dict.fromkeys(CASES[kind]["said"], odd)
    parts = evidence([{"@odata.type": f"{_PREFIX}{kind}Evidence", **said}])
    assert parts["types"] == [kind]


def test_evidence_within_evidence_has_an_end() -> None:
    pod: dict[str, Any] = {"name": "end"}
    for _ in range(500):
        pod = {"name": "p", "containers": [{"name": "c", "pod": pod}]}
    parts = evidence([{"@odata.type": f"{_PREFIX}kubernetesPodEvidence", **pod}])
    assert 1 <= len(parts["container.pod"]) < 10


_FORMS = [(name, "") for name in load_registry().formats_for(None)] + [("native", "splunk"), ("native", "elastic")]


@pytest.mark.parametrize("kind", sorted(CASES))
@pytest.mark.parametrize(("form", "sink"), _FORMS)
def test_alerts_and_incidents_with_evidence_of_every_type_are_encoded(kind: str, form: str, sink: str) -> None:
    encoder = load_registry().format(form, sink).open(FormatOptions())
    one = {
        "@odata.type": f"{_PREFIX}{kind}Evidence",
        "verdict": "malicious",
        "roles": ["attacker"],
        **CASES[kind]["said"],
    }
    stamps = {"createdDateTime": "2026-11-21T10:00:00Z", "lastUpdateDateTime": "2026-11-21T10:00:00.1234567Z"}
    alert = {"id": "a1", "title": "T", "severity": "high", "serviceSource": "x", "evidence": [one], **stamps}
    incident = {"id": "7", "displayName": "I", "incidentWebUrl": "https://i.example", "alerts": [alert], **stamps}
    for shape, data in ((ALERT, alert), (INCIDENT, incident)):
        documents = encoder.encode(Record(orjson.dumps(data), shape))
        assert all(document.body for document in documents)
        if form == "ecs":
            whole = documents[0].body.decode().lower()
            assert all(leaf.lower() in whole for leaf in _texts(one) if leaf), kind


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield orjson.dumps(value).decode()[1:-1]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)
