"""OCSF's facts and mapping against the official schema, and public samples through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import ocsf_records
import ocsf_validator
from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_sinks.formats.ocsf import Ocsf, mapping
from siemcast_sinks.formats.ocsf.facts import classes, common, enums, objects, version
from siemcast_sinks.formats.ocsf.mapping import activity_ids, evidence_mapping, file
from siemcast_sinks.formats.ocsf.settle import kind_of

_SAMPLES = Path(__file__).parents[4] / "shared/samples"


@pytest.fixture
def schema() -> Any:
    if not ocsf_validator.SCHEMA.exists():
        pytest.skip("needs the OCSF schema in ../shared/ocsf beside the repository")
    return ocsf_validator.schema()


def _named(group: Any, name: str) -> Any:
    return next(one for full, one in group.items() if full.rpartition("/")[2] == name)


def test_classes_are_the_schemas(schema: Any) -> None:
    assert version() == schema["version"]
    for name, one in classes().items():
        official = _named(schema["classes"], name)
        attributes = official["attributes"]
        captions = {int(number): enum["caption"] for number, enum in attributes["activity_id"]["enum"].items()}
        assert (one.uid, one.caption) == (official["uid"], official["caption"])
        assert {0: "Unknown", 99: "Other", **one.activities} == captions
        assert one.own | common() | set(one.brought) <= set(attributes)
        for attribute in one.own | common():
            assert attributes[attribute]["profile"] in (None, *_own_of(attribute)), (name, attribute)
        for attribute, profile in one.brought.items():
            assert attributes[attribute]["profile"] == profile, (name, attribute)
        required = {key for key, about in attributes.items() if about["requirement"] == "required"}
        assert {key for key in required if attributes[key]["profile"] is None} <= set(one.needs) | common() | one.own
        constraints = official["constraints"] or {}
        assert one.one_of <= set(constraints.get("at_least_one", ())), name
        assert set(one.just_one) == set(constraints.get("just_one", ())), name
        assert bool(one.one_of) == ("at_least_one" in constraints), name


def _own_of(attribute: str) -> tuple[str, ...]:
    return ("host",) if attribute in ("actor", "device") else ("cloud",) if attribute == "api" else ()


def test_objects_require_what_the_schemas_do(schema: Any) -> None:
    for name, one in objects().items():
        official = _named(schema["objects"], name)
        attributes = official["attributes"]
        required = {key for key, about in attributes.items() if about["requirement"] == "required"}
        assert set(one.needs) == {key for key in required if not attributes[key]["profile"]}, name
        constraints = official["constraints"] or {}
        assert one.one_of == set(constraints.get("at_least_one", ())) | set(constraints.get("just_one", ())), name


def test_enumerations_are_the_schemas(schema: Any) -> None:
    for name, enum in enums().items():
        owner, _, attribute = enum.at.partition(".")
        groups = {**schema["classes"], **schema["objects"]}
        official = _named(groups, owner)["attributes"][attribute]["enum"]
        captions = {int(number): about["caption"] for number, about in official.items()}
        assert {number: caption for number, caption in enum.captions.items() if number in captions} == captions, name
        assert set(enum.captions) - set(captions) <= {0, 99}, name
        assert set(enum.ids.values()) <= set(enum.captions), name


def test_every_field_of_the_mapping_is_in_the_schema(schema: Any) -> None:
    fields = [
        (_named(schema["classes"], of), target.field)
        for of, targets in mapping().targets.items()
        for target in targets
        if target.field[0] != "_"
    ]
    assert len(fields) > 100
    assert [fault for of, field in fields for fault in _faults(schema, of, field)] == []


def _faults(schema: Any, of: Any, field: str) -> Iterator[str]:
    """Say where a field leaves the official schema: a name that is not there, another object, a list or none."""
    *groups, last = field.split(".")
    for name in (*groups, last):
        about = of["attributes"].get(name)
        if about is None:
            yield f"{of['name']} has no {name} ({field})"
            return
        if name != last and about["type"] in schema["objects"]:
            of = schema["objects"][about["type"]]
            if kind_of(name) != of["name"] and kind_of(name) in objects():
                yield f"{name} is a {of['name']} ({field})"
            if about["is_array"] != (name in str(file()["listed"]).split()):
                yield f"{name} is a list, or is none ({field})"


def test_activities_have_ids_of_their_class() -> None:
    for name, of in classes().items():
        assert set(activity_ids(name).values()) <= {*of.activities, 0, 99}, name


@pytest.mark.parametrize("folder", ["graph", "hunting", "mdc", "with-ecs"])
def test_every_public_sample_is_a_valid_event_that_loses_nothing(folder: str, schema: Any) -> None:
    if not _SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for path in sorted((_SAMPLES / folder).glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    told = [line for line in lines if line.strip() and b'"value":[]' not in line]
    assert told
    encoder = Ocsf(FormatOptions())
    for line in told:
        record = Record(line, ocsf_records.shape_of(orjson.loads(line)))
        (document,) = encoder.encode(record)
        event = orjson.loads(document.body)
        assert ocsf_validator.errors(event) == [], line[:200]
        assert ocsf_records.lost(record.shape.columns(record.data), event) == [], line[:200]


_TEMPLATES = {
    "hw_info": "device_hw_info", "endpoint": "network_endpoint", "connection_info": "network_connection_info",
    "query": "dns_query", "resource": "resource_details", "signature": "digital_signature", "process_only": "process",
}  # fmt: skip  # those that are not named as OCSF names the object


def test_every_attribute_that_the_mapping_names_has_a_canonical_path_somewhere() -> None:
    fields = {target.field for targets in mapping().targets.values() for target in targets}
    fields |= {target.field for target in evidence_mapping().targets[""]}
    told = {(kind_of(group.rpartition(".")[2]), rest) for field in fields for group, rest in _cuts(field)}
    unused = []
    for template, section in file().section("objects").items():
        kind = _TEMPLATES.get(template, template)
        named = [*str(section.get("same") or "").split(), *(key for key in section if key not in ("same", "is"))]
        unused += [f"{template}.{name}" for name in named if not _is_told(told, kind, name)]
    assert unused == []


def _cuts(field: str) -> list[tuple[str, str]]:
    names = field.split(".")
    return [(".".join(names[:at]), ".".join(names[at:])) for at in range(1, len(names))]


def _is_told(told: set[tuple[str, str]], kind: str, name: str) -> bool:
    return any(of == kind and (rest == name or rest.startswith(f"{name}.")) for of, rest in told)
