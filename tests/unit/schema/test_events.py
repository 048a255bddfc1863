"""The canonical event of a record: what stands where, and what of odd values becomes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from subprocess import run
from typing import Any

import orjson
import pytest

from siemcast.schema import Head, Record, Severity, facts
from siemcast.schema.canonical import TYPES
from siemcast.schema.events import event_of
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.model import Event
from siemcast.schema.times import epoch_ms

_MAPPING = TableMapping(
    table="Things",
    activity=Activity("process_activity", "launch"),
    columns={
        Ref("When"): "time",
        Ref("Written"): "metadata.logged_time",
        Ref("Host"): "device.hostname",
        Ref("Address"): "device.ip",
        Ref("Addresses"): "device.ip_list",
        Ref("Group"): "device.groups.name",
        Ref("GroupId"): "device.groups.uid",
        Ref("Pid"): "process.pid",
        Ref("Score"): "vulnerabilities.cve.cvss.base_score",
        Ref("Signed"): "process.file.signature.is_signed",
        Ref("V4"): "email.sender_ip",
        Ref("V6"): "email.sender_ip",
        Ref("From"): "email.from",
        Ref("Subjects"): "email.files.hashes.md5",
        Ref("Tactic"): "attacks.tactic.name",
        Ref("Techniques", "ids"): "attacks.technique.uid",
        Ref("Techniques", "names"): "attacks.technique.name",
        Ref("Oddly"): "unmapped",
    },
    expanders={"Techniques": lambda value: value if isinstance(value, Mapping) else {}},
)


class _Shape:
    name = "test"

    def recognise(self, data: Mapping[str, Any]) -> bool:
        return bool(data)

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        row: Mapping[str, Any] = data.get("row", data)
        return row

    def mapping(self, table: str) -> TableMapping:
        return _MAPPING

    def head(self, record: Record) -> Head:
        when = epoch_ms(self.columns(record.data).get("When"))
        return Head(
            id="1", version="2026-01-01T00:00:00.000Z", kind="event", table="Things", time_ms=when or 0,
            severity=Severity.HIGH, hostname="primary", anomalies=() if when else ("time_missing",),
        )  # fmt: skip  # a line each would say no more


def _event(row: Mapping[str, Any], **options: Any) -> Event:
    return event_of(Record(orjson.dumps(row), _Shape()), **options)


def _said(event: Event) -> Any:
    whole = event.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in whole.items() if name not in {"head", "times", "time"}}


def test_values_stand_where_their_paths_lead() -> None:
    event = _event({"Host": "a", "Pid": "42", "Signed": "True", "From": "x@y.example", "Address": "::ffff:10.0.0.1"})
    assert _said(event) == {
        "device": {"hostname": "a", "ip": "10.0.0.1"},
        "process": {"pid": 42, "file": {"signature": {"is_signed": True}}},
        "email": {"from": "x@y.example"},
        "anomalies": {"time": ["time_missing"]},
    }
    assert event.email is not None
    assert event.email.from_ == "x@y.example"


def test_the_head_says_what_ocsf_calls_it_and_how_grave_it_is() -> None:
    head = _event({}).head
    assert (head.class_name, head.activity, head.severity) == ("process_activity", "launch", Severity.HIGH)
    assert head.key == "1:2026-01-01T00:00:00.000Z"
    assert _said(_event({}))["device"] == {"hostname": "primary"}


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"Pid": "four"}, "process"),
        ({"Pid": 2**63}, "process"),
        ({"Pid": True}, "process"),
        ({"Signed": "perhaps"}, "process"),
        ({"Score": "high"}, "vulnerabilities"),
        ({"Score": True}, "vulnerabilities"),
        ({"Score": "nan"}, "vulnerabilities"),
        ({"Address": "10.0.0.256"}, "device.ip"),
        ({"Host": {"name": "a"}}, "device.hostname"),
        ({"From": {"a": [1]}}, "email"),
        ({"When": "soon"}, "time"),
        ({"Written": "9999-12-31T23:59:59-01:00"}, "metadata"),
        ({"Oddly": {"a": 1}}, "nowhere"),
        ({"New": [None, {"a": 1.5}]}, "nowhere"),
    ],
)
def test_what_does_not_fit_stays_under_its_column(row: dict[str, Any], where: str) -> None:
    event = _event(row)
    assert event.unmapped == row
    assert where not in _said(event)


def test_what_fits_only_in_part_stands_in_both_places() -> None:
    event = _event({"Pid": "007", "From": ["a@x.example", "b@x.example"], "V4": "10.0.0.1", "V6": "fe80::1"})
    assert event.unmapped == {"Pid": "007", "From": ["a@x.example", "b@x.example"], "V6": "fe80::1"}
    assert _said(event)["process"] == {"pid": 7}
    assert _said(event)["email"] == {"from": "a@x.example", "sender_ip": "10.0.0.1"}


@pytest.mark.parametrize("score", [7.5, 7, "7.5"])
def test_numbers_are_numbers(score: object) -> None:
    event = _event({"Score": score})
    assert _said(event)["vulnerabilities"] == [{"cve": {"cvss": [{"base_score": float(str(score))}]}}]
    assert event.unmapped is None


def test_every_type_of_the_vocabulary_is_converted() -> None:
    assert set(facts._CONVERT) == TYPES


def test_the_same_value_twice_is_said_once() -> None:
    assert _event({"V4": "10.0.0.1", "V6": "::ffff:10.0.0.1"}).unmapped is None


def test_paths_of_equally_many_values_share_their_objects() -> None:
    techniques = {"ids": ["T1", "T2"], "names": ["One", "Two"]}
    event = _event({"Techniques": techniques, "Tactic": "Execution", "Group": "g", "GroupId": "7"})
    assert _said(event)["attacks"] == [
        {"tactic": {"name": "Execution"}},
        {"technique": {"uid": "T1", "name": "One"}},
        {"technique": {"uid": "T2", "name": "Two"}},
    ]
    assert _said(event)["device"]["groups"] == [{"name": "g", "uid": "7"}]
    assert event.unmapped == {"Techniques": techniques}  # of a column taken apart, some part may have no path


def test_what_holds_several_keeps_all_that_fit() -> None:
    event = _event({"Addresses": ["10.0.0.1", "none", "10.0.0.1", "fe80::1"], "Subjects": ["a", "b"]})
    assert _said(event)["device"]["ip_list"] == ["10.0.0.1", "fe80::1"]
    assert _said(event)["email"] == {"files": [{"hashes": {"md5": "a"}}, {"hashes": {"md5": "b"}}]}
    assert event.unmapped == {"Addresses": ["10.0.0.1", "none", "10.0.0.1", "fe80::1"]}


def test_times_are_utc_and_what_is_odd_about_them_is_named() -> None:
    row = {"When": "2026-11-21T12:00:00.1234567+02:00", "Written": "2026-11-21 12:00:00"}
    received = datetime(2026, 11, 21, 13, tzinfo=UTC)
    event = _event(row, received=received)
    assert event.time == event.times.event == datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
    assert event.times.service == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert event.times.received == received
    assert event.anomalies == {"metadata.logged_time": ("time_without_zone",)}
    assert _event({**row, "Written": "2030-01-01T00:00:00Z"}, received=received).anomalies == {
        "metadata.logged_time": ("time_future",)
    }
    assert _event({"When": "soon"}).anomalies == {"time": ("time_missing",)}  # the head's word, not ours


def test_what_stands_around_the_columns_is_kept() -> None:
    event = _event({"time": "2026-11-21T12:00:00Z", "more": [1], "row": {"Host": "a"}})
    assert event.envelope == {"time": "2026-11-21T12:00:00Z", "more": [1]}
    assert event.times.service == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_json_can_say_every_event() -> None:
    raw = b'{"Endless": Infinity, "Vast": %d, "Lone": "\\ud800", "From": "\\udc00x"}' % 10**40
    event = event_of(Record(raw, _Shape()))
    assert event.unmapped == {"Endless": "Infinity", "Vast": str(10**40), "Lone": "?"}
    assert Event.model_validate_json(event.model_dump_json()) == event


def test_what_lies_too_deep_is_kept_as_text() -> None:
    event = event_of(Record(b'{"Deep": %b, "Pid": 1}' % (b"[" * 300 + b'"end"' + b"]" * 300), _Shape()))
    assert "end" in str(event.unmapped)
    assert Event.model_validate_json(event.model_dump_json()) == event


def test_the_schema_is_imported_without_pydantic() -> None:
    asked = "import sys, siemcast.schema, siemcast.schema.events; sys.exit('pydantic' in sys.modules)"
    assert run([sys.executable, "-c", asked], check=False).returncode == 0
