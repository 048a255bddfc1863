"""Rows of every table through the formats: documents come, and in ECS no value is lost."""

from __future__ import annotations

import json
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
from unit.defender_shapes.composed import TIME, envelope, plausible_row, token_row

_FORMS = [("raw", ""), ("native", "splunk"), ("native", "elastic"), ("cef", ""), ("leef", "")]
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
