"""The heads of Graph incidents and alerts, and how they are told apart."""

from __future__ import annotations

from typing import Any

import orjson

from siemcast.schema import Head, Record, RecordShape, Severity
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator


def _head(data: dict[str, Any], shape: RecordShape) -> Head:
    return Record(orjson.dumps(data), shape).head


def test_an_incident_says_what_it_is() -> None:
    data = next(Generator(1).incidents(1)) | {"severity": "High", "status": "InProgress"}
    head = _head(data, INCIDENT)
    assert (head.id, head.kind, head.table, head.title) == (data["id"], "incident", "incidents", data["displayName"])
    assert (head.version, head.severity, head.status) == (data["lastUpdateDateTime"], Severity.HIGH, "inProgress")
    assert head.hostname == data["alerts"][0]["evidence"][0]["deviceDnsName"]
    assert head.tenant == data["tenantId"]
    assert head.key == f"{head.id}:{head.version}"


def test_an_alert_says_what_it_is() -> None:
    data = next(Generator(1).alerts(1))
    head = _head(data, ALERT)
    assert (head.id, head.kind, head.table, head.title) == (data["id"], "alert", "alerts", data["title"])
    assert head.hostname == data["evidence"][0]["deviceDnsName"]


def test_versions_differ_and_sort_by_time() -> None:
    lab = Generator(2)
    data = next(lab.incidents(1))
    heads = [_head(one, INCIDENT) for one in (data, *lab.updates(data, 5))]
    assert [head.version for head in heads] == sorted({head.version for head in heads})
    assert len({head.key for head in heads}) == 6
    assert {head.id for head in heads} == {data["id"]}


def test_odd_objects_have_heads_too() -> None:
    for data in (
        {},
        {"id": None, "alerts": "x"},
        {"id": 5, "severity": [], "evidence": [1, None]},
        {"title": {"a": 1}},
    ):
        for shape in (INCIDENT, ALERT):
            head = _head(data, shape)
            assert head.id
            assert head.anomalies == ("time_missing",)


def test_an_object_without_an_id_has_a_stable_one() -> None:
    assert _head({"title": "a"}, ALERT).id == _head({"title": "a"}, ALERT).id
    assert _head({"title": "a"}, ALERT).id != _head({"title": "b"}, ALERT).id


def test_each_shape_recognises_its_own_alone() -> None:
    lab = Generator(4)
    samples: list[tuple[RecordShape, dict[str, Any]]] = [
        (HUNTING, next(lab.hunting(1))),
        (INCIDENT, next(lab.incidents(1))),
        (ALERT, next(lab.alerts(1))),
    ]
    shapes: list[RecordShape] = [HUNTING, INCIDENT, ALERT]
    for own, data in samples:
        assert [shape.name for shape in shapes if shape.recognise(data)] == [own.name]
