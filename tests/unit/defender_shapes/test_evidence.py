"""Evidence of every type that Graph knows: what each says is found again, unknown types are kept, nothing raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from siemcast.schema.mapping import Ref
from siemcast_defender.mappings import table_mapping
from siemcast_defender.mappings.evidence import evidence, types

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
        assert {part for _, part in fields.parts} <= known
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
