"""The head of a hunting row: the same id for the same row however often it is delivered, and never an error."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.errors import Permanent
from siemcast.schema import Head, Record, Severity
from siemcast_defender.shapes import HUNTING
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator

NOW = 1_795_000_000.0


def _head(envelope: Any) -> Head:
    raw = envelope if isinstance(envelope, bytes) else orjson.dumps(envelope)
    return Record(raw, Hunting(lambda: NOW)).head


def _envelope() -> dict[str, Any]:
    return next(Generator(3).hunting(1, ["DeviceProcessEvents"]))


def test_a_row_says_what_it_is() -> None:
    head = _head(
        {
            "time": "2026-11-18T00:00:09Z",
            "tenantId": "t1",
            "category": "advancedhunting-alertinfo",
            "properties": {
                "Timestamp": "2026-11-18T00:00:00.1234567Z",
                "Severity": "high",
                "Title": "T",
                "DeviceName": "d",
            },
        }
    )
    assert (head.kind, head.table, head.tenant, head.title, head.hostname) == ("event", "AlertInfo", "t1", "T", "d")
    assert (head.time_ms, head.severity, head.version, head.anomalies) == (1794960000123, Severity.HIGH, "", ())


def test_a_redelivery_has_the_same_id_and_another_row_another() -> None:
    first = _envelope()
    again = {**first, "time": "2026-11-21T00:00:00Z", "_TimeReceivedBySvc": "later"}
    other = {**first, "properties": {**first["properties"], "ReportId": 1}}
    elsewhere = {**first, "category": "AdvancedHunting-DeviceEvents"}
    ids = [_head(one).id for one in (first, again, other, elsewhere)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert len(ids[0]) == 32


def test_the_head_is_the_same_whether_the_record_was_parsed_before() -> None:
    raw = orjson.dumps(_envelope())
    parsed = Record(raw, HUNTING)
    assert parsed.data
    assert parsed.head == Record(raw, HUNTING).head


def test_a_missing_time_is_taken_from_the_envelope_and_named() -> None:
    head = _head({"time": "2026-11-18T00:00:09Z", "category": "AdvancedHunting-X", "properties": {"ActionType": "A"}})
    assert (head.time_ms, head.anomalies, head.table) == (1794960009000, ("time_missing",), "X")
    nowhere = _head({"category": "AdvancedHunting-X", "properties": {}})
    assert (nowhere.time_ms, nowhere.anomalies) == (0, ("time_missing",))


def test_a_bare_row_has_no_table() -> None:
    row = {"Timestamp": "2026-11-18T00:00:00Z", "DeviceId": "d", "ActionType": "A"}
    head = _head(row)
    assert (head.table, head.title, head.time_ms) == ("", "A", 1794960000000)
    assert HUNTING.recognise(row)
    assert not HUNTING.recognise({"id": "1"})


def test_hostile_rows_have_heads_too() -> None:
    for envelope in Generator(5).hostile():
        head = _head(envelope)
        assert head.id
        assert isinstance(head.hostname, str)
        assert isinstance(head.tenant, str)


def test_lone_surrogates_do_not_cost_the_id() -> None:
    raw = b'{"time":"%s","category":"AdvancedHunting-X","properties":{"DeviceName":"a\\ud800b"}}'
    first, again = _head(raw % b"1"), _head(raw % b"2")
    assert first.id == again.id
    assert first.hostname == "a?b"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"properties":{"a":"\xff"}}', b'{"a":1}}'])
def test_torn_rows_are_permanent(raw: bytes) -> None:
    with pytest.raises(Permanent):
        _head(raw)
