"""Rows of every table through the formats: documents come, and in ECS no value is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson
import pytest

from siemcast.api import Format, FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast_defender.mappings.tables import hunting_tables, tables
from siemcast_defender.shapes import HUNTING
from siemcast_lab.generator import FURTHER, Generator
from siemcast_lab.generator.columns import COLUMNS
from unit.defender_shapes.composed import TIME, envelope, plausible_row, token_row

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_FORMS = [(name, "") for name in load_registry().formats_for(None)] + [("native", "splunk"), ("native", "elastic")]
_ODD: list[Any] = [None, "", 0, [], {}, [None, {"a": [1]}], 1 << 70, "x" * 100_000, "9999-12-31T23:59:59Z", "\ud800"]
TABLES = [name for name in hunting_tables() if tables()[name].layout]


@cache
def _format(name: str, sink: str = "") -> Format:
    return load_registry().format(name, sink).open(FormatOptions())


def _encode(name: str, data: Mapping[str, Any], sink: str = "") -> bytes:
    (document,) = _format(name, sink).encode(Record(orjson.dumps(data), HUNTING))
    return document.body


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("compose", [token_row, plausible_row])
def test_no_value_of_a_row_is_lost_in_ecs(table: str, compose: Any) -> None:
    row = compose(tables()[table])
    document = orjson.loads(_encode("ecs", envelope(table, row)))
    leaves = list(_leaves(document))
    said = "\n".join(leaf.lower() for leaf in leaves if isinstance(leaf, str))
    for column, value in row.items():
        if isinstance(value, bool):
            without = {name: other for name, other in row.items() if name != column}
            assert orjson.loads(_encode("ecs", envelope(table, without))) != document, column
        elif isinstance(value, (int, float)):
            assert value in leaves or str(value) in leaves, column
        else:
            (token,) = _leaves(value)
            assert token.lower() in said, column


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("form", "sink"), _FORMS)
@pytest.mark.parametrize("compose", [token_row, plausible_row])
def test_every_format_takes_rows_of_every_table(table: str, form: str, sink: str, compose: Any) -> None:
    row = compose(tables()[table])
    body = _encode(form, envelope(table, row), sink)
    assert body
    assert b"\n" not in body
    if form in ("raw", "native"):
        said = body.decode().lower()
        assert all(value.lower() in said for value in row.values() if isinstance(value, str))


@pytest.mark.parametrize("table", sorted({**COLUMNS, **FURTHER}))
def test_no_value_of_an_invented_row_is_lost_in_ecs(table: str) -> None:
    for data in Generator(7).hunting(12, [table]):
        document = orjson.loads(_encode("ecs", data))
        said = "\n".join(str(leaf).lower() for leaf in _leaves(document))
        for column, value in data["properties"].items():
            texts = [leaf for leaf in _leaves(value) if isinstance(leaf, str) and leaf]
            assert all(_stands(text, said) for text in texts), column


def _stands(text: str, said: str) -> bool:
    """Say whether a text stands in a document: as it is, JSON by what it says, times and keys in part."""
    if text.startswith(("{", "[")) and text.lower() not in said:
        return all(_stands(str(leaf), said) for leaf in _leaves(orjson.loads(text)))
    if _TIME.match(text):
        return text[:19].lower() in said
    return (text.partition("\\")[2] if text.startswith("HKEY_") else text).lower() in said


@pytest.mark.parametrize("table", [name for name in TABLES if tables()[name].activities])
@pytest.mark.parametrize("form", ["ecs", "cef", "leef"])
def test_rows_of_every_action_are_taken(table: str, form: str) -> None:
    mapping = tables()[table]
    row = plausible_row(mapping)
    for action in mapping.activities:
        assert _encode(form, envelope(table, {**row, mapping.action: action}))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("odd", _ODD, ids=lambda odd: f"{odd!r:.16}")
def test_odd_rows_are_taken_too(table: str, odd: Any) -> None:
    row = dict.fromkeys(tables()[table].layout, odd) | {"Timestamp": TIME}
    data = json.dumps(envelope(table, row)).encode()
    for form in ("ecs", "cef", "leef"):
        (document,) = _format(form).encode(Record(data, HUNTING))
        assert document.body


_WHO = {
    "CloudAppEvents": {"ActionType": "MailItemsAccessed", "AccountDisplayName": "Ada", "AccountObjectId": "o-1"},
    "IdentityDirectoryEvents": {
        "ActionType": "Account Password changed",
        "AccountName": "Ada",
        "AccountUpn": "ada@contoso.example",
        "TargetAccountUpn": "bob@contoso.example",
    },
}


@pytest.mark.parametrize("table", sorted(_WHO))
def test_who_acted_is_told_in_the_place_of_the_one_who_acted(table: str) -> None:
    data = envelope(table, {"Timestamp": TIME, **_WHO[table]})
    assert orjson.loads(_encode("ecs", data))["user"]["name"] == "Ada"
    assert b" suser=Ada " in _encode("cef", data) + b" "
    assert b"\tusrName=Ada\t" in _encode("leef", data) + b"\t"
    assert b"userUpn=bob" not in _encode("leef", data)


def test_messages_have_their_recipients() -> None:
    to = [{"RecipientSmtpAddress": "a@x.example"}, {"RecipientSmtpAddress": "b@x.example"}]
    data = envelope("MessageEvents", {"Timestamp": TIME, "SenderEmailAddress": "c@x.example", "RecipientDetails": to})
    assert orjson.loads(_encode("ecs", data))["email"]["to"]["address"] == ["a@x.example", "b@x.example"]
    assert b" duser=a@x.example " in _encode("cef", data)
    assert b"\trecipient=a@x.example,b@x.example\t" in _encode("leef", data)


@pytest.mark.parametrize("as_text", [True, False])
def test_answers_that_a_device_got_of_dns_are_told_as_such(as_text: bool) -> None:
    results = [{"DnsQueryType": "A", "Result": "203.0.113.9"}, {"DnsQueryType": "CNAME", "Result": "a.example"}, {}]
    told = {"DnsQueryString": "www.example", "DnsQueryResult": json.dumps(results) if as_text else results}
    data = envelope("DeviceEvents", {"ActionType": "DnsQueryResponse", "AdditionalFields": json.dumps(told)})
    ecs, cim, asim = (orjson.loads(_encode(name, data)) for name in ("ecs", "cim", "asim"))
    assert ecs["dns"]["answers"] == [{"data": "203.0.113.9"}, {"data": "a.example"}]
    assert (cim["message_type"], cim["answer"]) == ("Response", ["203.0.113.9", "a.example"])
    assert (asim["EventSubType"], asim["DnsResponseName"]) == ("response", "203.0.113.9,a.example")
