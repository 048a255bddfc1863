"""What holds of Defender for Cloud's, Defender for Endpoint's and Azure's records, however they are bent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Record, RecordShape
from siemcast.schema.times import epoch_ms
from siemcast_defender.record_kinds import ALL
from siemcast_defender.shapes.azure import OTHER_CLOUD
from siemcast_lab.cef import parse_cef
from siemcast_lab.generator import Generator
from siemcast_lab.leef import parse_leef
from siemcast_sinks.formats.cef.encoder import Cef
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.leef.encoder import Leef
from siemcast_sinks.formats.native.encoder import ForElastic, ForSplunk
from siemcast_sinks.formats.raw import Raw

LAB = Generator(31)
RECORDS = {
    "cloud.alert": LAB.cloud.alert(),
    "cloud.arm_alert": LAB.cloud.managed_alert(),
    "cloud.assessment": LAB.cloud.assessment(),
    "cloud.sub_assessment": LAB.cloud.sub_assessment(),
    "cloud.secure_score": LAB.cloud.score(),
    "cloud.secure_score_control": LAB.cloud.control(),
    "cloud.compliance": LAB.cloud.compliance(),
    "cloud.attack_path": LAB.cloud.attack_path(),
    "cloud.other": {"type": "Microsoft.Security/new", "properties": {"a": 1}, "time": "2026-01-01T00:00:00Z"},
    "endpoint.alert": LAB.endpoint.alert(),
    "endpoint.vulnerability": LAB.endpoint.change(),
    "azure.log": LAB.azure.sign_in(),
    "azure.other": {"what": 5},
}
SHAPES: dict[str, RecordShape] = {shape.name: shape for shape in ALL}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ODD = st.sampled_from(
    [
        "\ud800 lone", "x" * 100_000, 2**63, "9999-12-31T23:59:59.9999999Z", "2026-01-01 00:00:00",
        "/subscriptions/a/resourceGroups/b/providers/c/d/e/providers/f", "arn:aws:s3:::b", [{"$ref": "1"}],
        [{"$id": "1", "Type": "host", "Host": {"$ref": "1"}}], "CVE-2026-10001", {"$type": 1, "Type": 2, "type": 3},
        {"Action": "Delete"}, {"3.0": {"Base": "high"}}, [[[[[[[[[[1]]]]]]]]]], {"İ": 1, "i̇": 2},
    ]
)  # fmt: skip  # a list of values
VALUES = JSON | ODD


@st.composite
def bent(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Give a record of a shape with values replaced, dropped and new, on any level."""
    data: dict[str, Any] = json.loads(json.dumps(RECORDS[name]))
    for _ in range(draw(st.integers(0, 5))):
        holder = draw(st.sampled_from(list(_holders(data))))
        key = draw(st.sampled_from(sorted(holder)) | st.text()) if holder else draw(st.text())
        if draw(st.booleans()):
            holder[key] = json.loads(json.dumps(draw(VALUES)))  # a copy, for it may be bent in turn
        else:
            holder.pop(key, None)
    return data


def _holders(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _holders(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _holders(inner)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value not in (None, ""):
        yield value


def _said(value: Any) -> str:
    """Give a leaf as ECS must hold it: lone surrogates replaced, whole numbers beyond 64 bits as text."""
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "replace").decode())
    huge = isinstance(value, int) and not -(2**63) <= value < 2**64
    return json.dumps(str(value) if huge else value)


def _with_t(value: Any) -> Any:
    """Give a time as Elasticsearch reads it."""
    return value.replace(" ", "T", 1) if isinstance(value, str) else value


@pytest.mark.parametrize("name", sorted(RECORDS))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_bent_records_are_encoded_and_ecs_loses_nothing(name: str, data: st.DataObject) -> None:
    bent_one = data.draw(bent(name))
    record = Record(json.dumps(bent_one).encode(), SHAPES[name])
    head = record.head
    assert head.id
    assert head.product
    for one in (Ecs, Raw, ForSplunk, ForElastic):
        (document,) = one(FormatOptions()).encode(record)
        read = json.loads(document.body)
        assert isinstance(read, dict)
        if one is Ecs:
            kept = {json.dumps(leaf) for leaf in _leaves(read)}
            assert [leaf for leaf in _leaves(bent_one) if not kept & {_said(leaf), _said(_with_t(leaf))}] == []
    (line,) = Cef(FormatOptions()).encode(record)
    parse_cef(line.body)
    (line,) = Leef(FormatOptions()).encode(record)
    parse_leef(line.body)


@pytest.mark.parametrize("name", sorted(RECORDS))
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_columns_hold_every_value_and_heads_are_the_same_whenever_read(name: str, data: st.DataObject) -> None:
    bent_one = data.draw(bent(name))
    shape = SHAPES[name]
    columns = shape.columns(bent_one)
    assert len(list(_leaves(dict(columns)))) == len(list(_leaves(bent_one)))
    raw = json.dumps(bent_one).encode()
    first, again = Record(raw, shape).head, Record(raw, shape).head
    assert (first.id, first.version, first.time_ms) == (again.id, again.version, again.time_ms)
    spaced = json.dumps(bent_one, indent=1).encode()
    assert Record(spaced, shape).head.id == first.id


@given(data=st.sampled_from(sorted(RECORDS)).flatmap(bent))
@settings(max_examples=150, deadline=None)
def test_no_bent_record_is_of_two_shapes_of_one_service(data: dict[str, Any]) -> None:
    cloud = [shape.name for shape in ALL if shape.name.startswith("cloud.") and shape.recognise(data)]
    assert len(cloud) <= 1
    assert not OTHER_CLOUD.recognise(data)


@given(st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00.1234567Z"]), st.sampled_from(["New", "Resolved"]))
def test_an_alert_is_one_thing_in_all_its_versions(time: str, status: str) -> None:
    data = RECORDS["cloud.alert"] | {"ProcessingEndTime": time, "Status": status}
    head = Record(json.dumps(data).encode(), SHAPES["cloud.alert"]).head
    assert head.id == RECORDS["cloud.alert"]["SystemAlertId"]
    assert epoch_ms(head.version) == epoch_ms(time)
