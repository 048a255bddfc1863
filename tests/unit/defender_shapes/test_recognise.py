"""Every shape recognises its own records, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from siemcast_defender.record_kinds import ALL, CLOUD, RECORD_KINDS
from siemcast_lab.generator import Generator

SAMPLES = Path(__file__).parents[4] / "shared/samples"


def records() -> Mapping[str, Any]:
    """Give one record of each shape, and of each form that a shape has."""
    lab = Generator(11)
    flat_path = {name[:1].upper() + name[1:]: value for name, value in lab.cloud.attack_path()["attackPath"].items()}
    row = next(lab.hunting(1, ["DeviceProcessEvents"]))
    return {
        "hunting": row,
        "hunting bare": row["properties"],
        "graph.incident": next(lab.incidents(1)),
        "graph.alert": next(lab.alerts(1)),
        "endpoint.alert": lab.endpoint.alert(),
        "endpoint.vulnerability": lab.endpoint.vulnerability(),
        "endpoint.vulnerability file": lab.endpoint.in_file(),
        "endpoint.vulnerability change": lab.endpoint.change(),
        "cloud.alert": lab.cloud.alert(),
        "cloud.arm_alert": lab.cloud.managed_alert(),
        "cloud.assessment": lab.cloud.assessment(),
        "cloud.sub_assessment": lab.cloud.sub_assessment(),
        "cloud.secure_score": lab.cloud.score(),
        "cloud.secure_score_control": lab.cloud.control(),
        "cloud.compliance": lab.cloud.compliance(),
        "cloud.attack_path": lab.cloud.attack_path(),
        "cloud.attack_path flat": flat_path,
        "azure.log activity": lab.azure.activity(),
        "azure.log sign-in": lab.azure.sign_in(),
        "azure.log resource": lab.azure.resource(),
    }


RECORDS = records()


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_a_record_is_recognised_by_its_own_shape_alone(name: str) -> None:
    assert [shape.name for shape in ALL if shape.recognise(RECORDS[name])] == [name.partition(" ")[0]]


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_absent_values_never_make_two_shapes_of_one(name: str) -> None:
    data = RECORDS[name]
    for key in data:
        less = {other: value for other, value in data.items() if other != key}
        assert len([shape for shape in ALL if shape.recognise(less)]) <= 1, key
        assert len([shape for shape in ALL if shape.recognise(data | {key: None})]) <= 1, key


def test_names_in_another_case_are_the_same_names() -> None:
    for name in ("cloud.alert", "cloud.arm_alert", "cloud.assessment", "cloud.sub_assessment", "cloud.compliance"):
        upper = {key.upper(): value for key, value in RECORDS[name].items()}
        lower = {key.lower(): value for key, value in RECORDS[name].items()}
        for data in (upper, lower):
            assert [shape.name for shape in CLOUD if shape.recognise(data)] == [name]


@pytest.mark.parametrize("data", [{}, {"type": None}, {"type": ["x"]}, {"category": 5, "time": 1}, {"properties": "x"}])
def test_what_is_of_no_shape_is_left_to_the_first_of_its_kind(data: dict[str, Any]) -> None:
    assert [shape.name for shape in ALL if shape.recognise(data)] == []


def test_shapes_have_names_of_their_own_and_kinds_are_settled() -> None:
    assert len({shape.name for shape in ALL}) == len(ALL)
    assert {kind.kind for kind in RECORD_KINDS} == {
        "defender.storage", "defender.hunting", "defender.vulnerabilities",
        "mdc.export", "mdc.alerts", "azure.eventhub",
    }  # fmt: skip  # a list of words


def test_tables_that_shapes_say_they_know_have_a_mapping_of_that_name_or_family() -> None:
    for shape in ALL:
        for table in shape.tables():
            assert shape.mapping(table).layout, (shape.name, table)


def test_public_samples_are_recognised() -> None:
    if not SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    for line in (SAMPLES / "mdc/arm-alerts.jsonl").read_bytes().splitlines():
        assert [shape.name for shape in ALL if shape.recognise(json.loads(line))] == ["cloud.arm_alert"]
    schema = json.loads((SAMPLES / "mdc/SecurityAlert.schema.json").read_text())
    exported = {name: (one.get("examples") or [None])[0] for name, one in schema["properties"].items()}
    assert [shape.name for shape in ALL if shape.recognise(exported)] == ["cloud.alert"]
    recommendation = json.loads((SAMPLES / "mdc/Recommendation.schema.json").read_text().strip())
    named = recommendation["properties"]
    example = {name: (one.get("examples") or [{}])[0] for name, one in named.items()}
    assert [shape.name for shape in ALL if shape.recognise(example)] == ["cloud.assessment"]
