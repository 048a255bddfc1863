"""ECS documents keep to ECS's field types and allowed values, by a checker that knows nothing of the encoder."""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast.testing.hostile import HOSTILE_VALUES
from siemcast_defender.record_kinds import ALL
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats.ecs.encoder import Ecs

_SHARED = Path(__file__).parents[4] / "shared"
_FOLDER = files("siemcast_sinks.formats.ecs")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_VENDORS = frozenset({"m365_defender", "microsoft_defender_cloud", "microsoft_defender_endpoint", "azure"})
_SEVERITIES = frozenset({21, 47, 73, 99})
_LONG = range(-(2**63), 2**63)

Table = Mapping[str, Any]
TABLE: Table = yaml.safe_load((_FOLDER / "types.yaml").read_text("utf-8"))


def _types() -> dict[str, str]:
    return {
        field.strip('"'): kind
        for section in ("fields", "own")
        for kind, names in TABLE[section].items()
        for field in names.split()
    }


TYPES = _types()


def _address(value: object) -> bool:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return False
    return isinstance(value, str) and "%" not in value


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


HELD: Mapping[str, Callable[[Any], bool]] = {
    "keyword": _text,
    "constant_keyword": _text,
    "wildcard": _text,
    "match_only_text": _text,
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool) and value in _LONG,
    "float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None,
    "ip": _address,
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value of a document with its path; those of lists one by one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def faults(document: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a document by ECS."""
    ours = {name: value for name, value in document.items() if name not in _VENDORS}
    found = [
        f"{path}: no {TYPES.get(path, 'field of ECS')}: {value!r:.60}"
        for path, value in leaves(ours)
        if not HELD.get(TYPES.get(path, ""), lambda value: False)(value)
    ]
    values: dict[str, set[Any]] = {}
    for path, value in leaves(ours):
        values.setdefault(path, set()).add(value)
    found += [
        f"{path} is missing" for path in ("@timestamp", "ecs.version", "event.id", "event.kind") if path not in values
    ]
    types_allowed = _types_of(values.get("event.category") or TABLE["category"])
    allowed: Mapping[str, Any] = {
        "event.kind": TABLE["kind"].split(),
        "event.outcome": TABLE["outcome"].split(),
        "event.category": TABLE["category"],
        "event.type": types_allowed,
        "event.severity": _SEVERITIES,
        "network.direction": TABLE["direction"].split(),
        "host.os.type": TABLE["os"].split(),
    }
    for path, words in allowed.items():
        found += [f"{path} may not be {value!r}" for value in values.get(path, ()) if value not in words]
    event = document.get("event", {})
    found += [f"version {version!r}" for version in values.get("ecs.version", ()) if version != TABLE["version"]]
    found += [f"{name} is no list" for name in ("category", "type") if not isinstance(event.get(name, []), list)]
    return found


def _types_of(categories: Iterable[str]) -> set[str]:
    return {kind for category in categories for kind in str(TABLE["category"].get(category, "")).split()}


def _documents(data: Mapping[str, Any], shape: Any) -> list[dict[str, Any]]:
    record = Record(json.dumps(data).encode(), shape)
    return [orjson.loads(document.body) for document in Ecs(FormatOptions()).encode(record)]


def _faults_of(data: Mapping[str, Any], shape: Any) -> list[str]:
    """Say what is wrong with the documents of a record; to have none is wrong too."""
    documents = _documents(data, shape)
    return [fault for document in documents for fault in faults(document)] if documents else ["no document"]


def test_the_checker_finds_what_is_wrong() -> None:
    good = {
        "@timestamp": "2026-11-21T10:00:00.000Z",
        "ecs": {"version": "9.4.0"},
        "event": {"id": "1", "kind": "event", "category": ["process"], "type": ["start"]},
        "process": {"pid": 4, "args": ["a"]},
        "source": {"ip": "10.0.0.5"},
        "m365_defender": {"event": {"anything": None}},
    }
    assert faults(good) == []
    for path, value in (
        ("process.pid", "4"),
        ("process.pid", True),
        ("process.pid", 2**63),
        ("process.args", [{"a": 1}]),
        ("process.nothing", "x"),
        ("source.ip", "fe80::1%3"),
        ("event.type", ["creation"]),
        ("event.type", "start"),
        ("event.kind", "incident"),
        ("event.severity", 3),
        ("@timestamp", "2026-11-21"),
        ("host.name", ""),
        ("network.direction", "In"),
        ("event.id", None),
    ):
        bad: dict[str, Any] = json.loads(json.dumps(good))
        *groups, name = path.split(".")
        inner = bad
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[name] = value
        assert faults(bad), path


def test_our_table_agrees_with_the_official_one() -> None:
    official = _SHARED / "ecs/fields.json"
    if not official.exists():
        pytest.skip("needs ../shared/ecs beside the repository")
    schema = orjson.loads(official.read_bytes())
    types = {field: kind for kind, names in schema["fields"].items() for field in str(names).split()}
    for kind, names in TABLE["fields"].items():
        assert {field: types.get(field) for field in names.replace('"', "").split()} == dict.fromkeys(
            names.replace('"', "").split(), kind
        )
    assert not set(types) & {field for names in TABLE["own"].values() for field in names.split()}
    assert {name: words.split() for name, words in TABLE["category"].items()} == schema["category"]
    assert (TABLE["kind"].split(), TABLE["outcome"].split()) == (schema["kind"], schema["outcome"])


def test_every_field_of_the_mapping_is_in_the_table_with_a_type_that_fits() -> None:
    dictionary = yaml.safe_load((_FOLDER / "ecs.yaml").read_text("utf-8"))["dictionary"]
    texts = {"keyword", "wildcard", "match_only_text"}
    fits = {"integer": {"long"}, "number": {"float"}, "boolean": {"boolean"}, "time": {"date"}, "ip": {"ip"},
            "ips": {"ip"}, "text": texts, "texts": texts, "objects": {"object"}}  # fmt: skip  # a table
    wrong = {
        field: TYPES.get(field.strip('"'))
        for kind, names in dictionary.items()
        for field in names.split()
        if TYPES.get(field.strip('"')) not in fits[kind]
    }
    assert wrong == {}


def test_categories_and_types_that_activities_say_go_together() -> None:
    activities = yaml.safe_load((_FOLDER / "ecs.yaml").read_text("utf-8"))["activities"]
    for name, own in activities.items():
        words = {**activities[name.partition("/")[0]], **own}
        allowed = _types_of(words.get("event.category") or TABLE["category"])
        assert set(words.get("event.type", ())) <= allowed, name
        assert words["event.kind"] in TABLE["kind"].split(), name


def _others(lab: Generator) -> list[dict[str, Any]]:
    """Give records of Defender for Cloud, of the endpoint's API and of Azure Monitor."""
    endpoint = [lab.endpoint.alert(), lab.endpoint.vulnerability(), lab.endpoint.in_file(), lab.endpoint.change()]
    return [*lab.cloud.export(14), lab.cloud.managed_alert(), *lab.azure.logs(10), *endpoint]


def _shape_of(data: Mapping[str, Any]) -> Any:
    return next(shape for shape in ALL if shape.recognise(data))


def test_documents_of_other_products_are_sound() -> None:
    for data in _others(Generator(5)):
        assert _faults_of(data, _shape_of(data)) == []


def test_documents_of_every_table_and_object_are_sound() -> None:
    lab = Generator(5)
    for row in lab.hunting(3 * len(COLUMNS)):
        assert _faults_of(row, HUNTING) == []
    for incident in lab.incidents(5):
        assert _faults_of(incident, INCIDENT) == []
    for alert in lab.alerts(10):
        assert _faults_of(alert, ALERT) == []


@pytest.mark.parametrize("folder", ["graph", "hunting", "mdc", "with-ecs"])
def test_documents_of_public_records_are_sound(folder: str) -> None:
    where = _SHARED / "samples" / folder
    if not where.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for path in sorted(where.glob("*.jsonl")) for line in path.read_bytes().splitlines() if line.strip()]
    assert lines
    for line in lines:
        data = orjson.loads(line)
        if "value" not in data:  # an empty answer of Graph, kept among the records
            assert _faults_of(data, _shape_of(data)) == []


_ROWS = {row["category"]: row for row in Generator(9).hunting(len(COLUMNS))}
_OBJECTS = {"alert": (next(Generator(9).alerts(1)), ALERT), "incident": (next(Generator(9).incidents(1)), INCIDENT)}


_OTHERS = _others(Generator(9))


@settings(max_examples=150)
@given(st.data())
def test_documents_of_hostile_records_of_other_products_are_sound(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(_OTHERS) - 1))
    changed = json.loads(json.dumps(_OTHERS[number]))
    inner = changed["properties"] if isinstance(changed.get("properties"), dict) else changed
    for owner in (changed, inner):
        for name in data.draw(st.lists(st.sampled_from(sorted(owner)), max_size=4)):
            owner[name] = data.draw(st.sampled_from(HOSTILE_VALUES))
    assert _faults_of(changed, _shape_of(_OTHERS[number])) == []


@settings(max_examples=150)
@given(st.data())
def test_documents_of_hostile_rows_are_sound(data: st.DataObject) -> None:
    row = _ROWS[data.draw(st.sampled_from(sorted(_ROWS)))]
    columns = dict(row["properties"])
    for name in data.draw(st.lists(st.sampled_from(sorted(columns)), max_size=8)):
        columns[name] = data.draw(st.sampled_from(HOSTILE_VALUES))
    assert _faults_of({**row, "properties": columns}, HUNTING) == []


@settings(max_examples=100)
@given(st.data())
def test_documents_of_hostile_objects_are_sound(data: st.DataObject) -> None:
    whole, shape = _OBJECTS[data.draw(st.sampled_from(sorted(_OBJECTS)))]
    changed = json.loads(json.dumps(whole))
    for name in data.draw(st.lists(st.sampled_from(sorted(changed)), max_size=6)):
        changed[name] = data.draw(st.sampled_from(HOSTILE_VALUES))
    owner = (
        changed
        if shape is ALERT
        else next(iter(changed["alerts"] or [{}]), {})
        if isinstance(changed.get("alerts"), list)
        else {}
    )
    evidence = owner.get("evidence") if isinstance(owner, dict) else None
    for one in evidence if isinstance(evidence, list) else ():
        for name in (
            data.draw(st.lists(st.sampled_from(sorted(one)), max_size=2)) if isinstance(one, dict) and one else ()
        ):
            one[name] = data.draw(st.sampled_from(HOSTILE_VALUES))
    assert _faults_of(changed, shape) == []
