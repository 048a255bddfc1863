"""raw and native: Microsoft's own bytes, and the shapes of Splunk's and Elastic's own collectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from siemcast.api import Format, FormatOptions
from siemcast.schema import Document, Record
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.native.encoder import ForElastic, ForSplunk
from siemcast_sinks.formats.raw import Raw
from siemcast_sinks.formats.shared.fit import fit

INCIDENTS = [item for item in Generator(1).incidents(10) if len(item["alerts"]) > 1]


def _encode(form: Format, data: Any, shape: Any) -> Sequence[Document]:
    return form.encode(Record(data if isinstance(data, bytes) else orjson.dumps(data), shape))


def test_raw_is_the_records_own_bytes() -> None:
    raw = b'{"properties":{"b":1.0,"a":12345678901234567890123},"category":"AdvancedHunting-X"}'
    assert _encode(Raw(FormatOptions()), raw, HUNTING)[0].body == raw


def test_a_pretty_printed_record_becomes_one_line_of_the_same_values() -> None:
    raw = b'\n{\r\n "properties": {"a": 1.50, "b": "x\\ny"},\n "category": "AdvancedHunting-X"\n}\n'
    assert _encode(Raw(FormatOptions()), raw, HUNTING)[0].body == (
        b'{"properties":{"a":1.50,"b":"x\\ny"},"category":"AdvancedHunting-X"}'
    )


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (b'\xef\xbb\xbf{"a": 1}', b'{"a": 1}'),
        (b'{\n "a": "\\ud800",\r\n "b": 1e400}', b'{ "a": "\\ud800", "b": 1e400}'),
        (b'{"a": NaN, "b": [-Infinity], "c": "NaN"}', b'{"a":"NaN","b":["-Infinity"],"c":"NaN"}'),
        (b'{"a":  "Infinity"}', b'{"a":  "Infinity"}'),
    ],
)
def test_what_is_odd_in_a_record_but_can_be_read_makes_one_line_of_json(written: bytes, line: bytes) -> None:
    assert _encode(Raw(FormatOptions()), written, HUNTING)[0].body == line


@pytest.mark.parametrize("text", ['"' * 100_000, "\x01" * 50_000, "\ud800" * 10_000, "\\" * 3_000])
@pytest.mark.parametrize("limit", [1_500, 60_000])
def test_a_message_that_grows_when_it_is_wrapped_is_shortened_all_the_same(text: str, limit: int) -> None:
    raw = json.dumps({"category": "AdvancedHunting-X", "time": 1e400, "properties": {"A": "kept", "B": text}}).encode()
    for form in (ForElastic, Raw, ForSplunk):
        (document,) = _encode(form(FormatOptions(max_bytes=limit)), raw.replace(b"Infinity", b"1e400"), HUNTING)
        assert len(document.body) <= limit
        assert b"kept" in document.body
        assert json.loads(document.body)


def test_what_may_never_be_dropped_is_emptied_when_it_is_a_list() -> None:
    body = orjson.dumps({"category": [["x" * 50]] * 9, "tags": ["a"], "time": "2026-11-21"})
    assert orjson.loads(fit(body, 120)) == {
        "category": [],
        "tags": ["a"],
        "time": "2026-11-21",
        "siemcast_truncated": True,
    }


def test_raw_stays_json_when_it_is_shortened() -> None:
    row = next(Generator(1).hunting(1))
    row["properties"]["InitiatingProcessCommandLine"] = "y" * 50_000
    (document,) = _encode(Raw(FormatOptions(max_bytes=3500)), row, HUNTING)
    short = orjson.loads(document.body)
    assert len(document.body) <= 3500
    assert short["siemcast_truncated"] is True
    assert short["category"] == row["category"]
    assert short["properties"]["DeviceName"] == row["properties"]["DeviceName"]


@pytest.mark.parametrize("limit", [300, 500, 1000, 4000, 20_000])
def test_any_limit_is_kept(limit: int) -> None:
    for data in (*Generator(1).hunting(10), *Generator(1).incidents(3)):
        body = fit(orjson.dumps(data), limit)
        assert len(body) <= limit
        assert orjson.loads(body)


def test_splunk_gets_an_incident_without_alerts_and_each_alert() -> None:
    incident = INCIDENTS[0]
    first, *others = _encode(ForSplunk(FormatOptions()), incident, INCIDENT)
    assert orjson.loads(first.body) == {key: value for key, value in incident.items() if key != "alerts"}
    made = [orjson.loads(other.body) for other in others]
    assert all(one.items() >= alert.items() for one, alert in zip(made, incident["alerts"], strict=True))
    assert [other.head.id for other in others] == [alert["id"] for alert in incident["alerts"]]
    assert {other.head.kind for other in others} == {"alert"}
    assert others[0].head.version == incident["alerts"][0]["lastUpdateDateTime"]


def test_splunk_gets_rows_unchanged() -> None:
    data = next(Generator(1).hunting(1))
    assert _encode(ForSplunk(FormatOptions()), data, HUNTING)[0].body == orjson.dumps(data)


def test_elastic_gets_the_original_as_message() -> None:
    row = next(Generator(1).hunting(1))
    (document,) = _encode(ForElastic(FormatOptions()), row, HUNTING)
    wrapped = orjson.loads(document.body)
    assert orjson.loads(wrapped["message"]) == row
    assert wrapped["event"]["id"] == document.head.id
    assert wrapped["@timestamp"][:19] == row["properties"]["Timestamp"][:19]


def test_elastic_gets_one_document_an_alert_of_an_incident() -> None:
    incident = INCIDENTS[0]
    documents = _encode(ForElastic(FormatOptions()), incident, INCIDENT)
    messages = [orjson.loads(orjson.loads(document.body)["message"]) for document in documents]
    assert [message["alerts"] for message in messages] == incident["alerts"]
    assert len({document.head.key for document in documents}) == len(documents)


def test_a_shortened_message_is_json_still() -> None:
    (document,) = _encode(ForElastic(FormatOptions(max_bytes=2500)), next(Generator(1).alerts(1)), ALERT)
    assert len(document.body) <= 2500
    assert orjson.loads(orjson.loads(document.body)["message"])["siemcast_truncated"] is True
