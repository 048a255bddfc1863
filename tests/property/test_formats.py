"""What holds of formats over all records: compiled equals slow, lines parse, limits are kept, nothing raises."""

from __future__ import annotations

from typing import Any
from unicodedata import category

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh3_128_hexdigest

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast.schema.compiler import Compiler
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.cef import parse_cef
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_lab.leef import parse_leef
from siemcast_sinks.formats.cef import encoder as cef
from siemcast_sinks.formats.ecs import encoder as ecs
from siemcast_sinks.formats.leef import encoder as leef
from siemcast_sinks.formats.shared.fit import fit

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TIMES = st.sampled_from(["2026-11-21T10:00:00.1234567Z", "9999-12-31T23:59:59Z", "2026-11-21 10:00:00", "soon"])
ADDRESSES = st.sampled_from(["10.0.0.5", "fe80::1", "::ffff:10.0.0.5", "fe80::1%3"])
PARTS = st.sampled_from(
    ['{"direction":"In","query":"a.example","answers":"[\\"10.0.0.9\\"]"}', '["T (T1059.001)"]', "{", "[{}]"]
)
VALUES = JSON | TIMES | ADDRESSES | PARTS
ROWS = {row["category"].partition("-")[2]: row for row in Generator(9).hunting(len(COLUMNS))}


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """A hunting record of any table, some of its columns replaced, dropped or new."""
    envelope = ROWS[draw(st.sampled_from(sorted(ROWS)))]
    columns = dict(envelope["properties"])
    for name in draw(st.lists(st.sampled_from(sorted(columns)), max_size=6)):
        columns[name] = draw(VALUES)
    for name in draw(st.lists(st.sampled_from(sorted(columns)), max_size=2)):
        columns.pop(name, None)
    columns |= draw(st.dictionaries(st.text(), VALUES, max_size=2))
    return {**envelope, "properties": columns}


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """A Graph incident or alert, some of its fields and evidence replaced."""
    lab = Generator(draw(st.integers(0, 5)))
    data = next(lab.incidents(1)) if draw(st.booleans()) else next(lab.alerts(1))
    for name in draw(st.lists(st.sampled_from(sorted(data)), max_size=5)):
        data[name] = draw(VALUES)
    evidence = data.get("evidence")
    if isinstance(evidence, list) and evidence:
        one = draw(st.sampled_from(evidence))
        if isinstance(one, dict) and one:
            one[draw(st.sampled_from(sorted(one)))] = draw(VALUES)
    return data


def _twice(compiler: Compiler, record: Record) -> tuple[Any, Any]:
    """Give what the compiled way makes (on its second sight of a layout), and the slow way."""
    columns = record.shape.columns(record.data)
    table = record.shape.mapping(record.head.table)
    compiler.encode(table, columns)
    return compiler.encode(table, columns), compiler.slowly(table, columns)


@settings(max_examples=300, deadline=None)
@given(envelopes())
def test_compiled_rows_equal_the_slow_way(envelope: dict[str, Any]) -> None:
    record = Record(orjson.dumps(envelope), HUNTING)
    compiled, slow = _twice(leef.compiler.__wrapped__(), record)  # a new one, so that every layout is compiled
    assert compiled == slow


@settings(max_examples=100, deadline=None)
@given(objects())
def test_compiled_objects_equal_the_slow_way(data: dict[str, Any]) -> None:
    record = Record(orjson.dumps(data), INCIDENT if "alerts" in data else ALERT)
    for fresh in (ecs.objects, leef.compiler):
        compiled, slow = _twice(fresh.__wrapped__(), record)
        assert compiled == slow


@settings(max_examples=300, deadline=None)
@given(st.lists(envelopes(), min_size=1, max_size=5))
def test_cef_lines_of_typed_rows_equal_the_slow_way(rows: list[dict[str, Any]]) -> None:
    shape, made = Hunting(), cef.Cef(FormatOptions(), cef.pairs.__wrapped__())  # new ones, that have learnt nothing yet
    for row in [*rows, *rows, *rows, *reversed(rows)]:
        record = Record(orjson.dumps(row), shape)
        line = None if record.row is None else made._quick_line(record.row, record.head)
        assert line is None or line == made._slow_line(record)


def _said(text: str) -> str:
    """Give what a receiver of CEF reads back: no control characters, one sort of space, none at the ends."""
    kept = (char for char in text if category(char) != "Cc" or char in "\t\n\r")
    return "".join(" " if char in "\t\u2028\u2029" else char for char in kept).strip(" ")


@settings(max_examples=200, deadline=None)
@given(envelopes() | objects(), st.none() | st.integers(900, 5000))
def test_every_record_becomes_sound_documents_within_the_limit(data: dict[str, Any], limit: int | None) -> None:
    shape = HUNTING if "properties" in data else INCIDENT if "alerts" in data else ALERT
    record = Record(orjson.dumps(data), shape)
    options = FormatOptions(max_bytes=limit)
    (line,) = cef.Cef(options).encode(record)
    (document,) = ecs.Ecs(options).encode(record)
    assert limit is None or max(len(line.body), len(document.body)) <= limit
    ident = record.head.id
    said = (
        _said(ident) if len(ident) <= 40 else xxh3_128_hexdigest(ident.encode("utf-8", "replace"))
    )  # a long one stands in flexString1
    assert parse_cef(line.body).extension.get("externalId", "") == said
    assert orjson.loads(document.body)["event"]["kind"] in ("event", "alert")


@given(st.dictionaries(st.text(), JSON, max_size=8), st.integers(60, 400))
def test_a_shortened_object_is_json_within_the_limit(data: dict[str, Any], limit: int) -> None:
    body = fit(orjson.dumps(data), limit)
    assert len(body) <= limit
    assert isinstance(orjson.loads(body), dict)


@settings(max_examples=200, deadline=None)
@given(envelopes() | objects(), st.none() | st.integers(900, 5000))
def test_every_leef_line_is_taken_by_a_strict_parser(data: dict[str, Any], limit: int | None) -> None:
    shape = HUNTING if "properties" in data else INCIDENT if "alerts" in data else ALERT
    record = Record(orjson.dumps(data), shape)
    (line,) = leef.Leef(FormatOptions(max_bytes=limit)).encode(record)
    assert limit is None or len(line.body) <= limit
    attributes = parse_leef(line.body).attributes
    assert attributes["devTime"] == str(record.head.time_ms)
    told = record.head.id[:1023].strip(" ")
    if told.isprintable() and told:
        assert attributes["externalId"] == told
