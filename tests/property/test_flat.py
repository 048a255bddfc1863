"""What holds of `cim` and `asim` over all records: nothing raises, nothing is lost, nothing but their words is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Document, Record
from siemcast_defender.mappings.tables import hunting_tables, tables
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.asim import encoder as asim
from siemcast_sinks.formats.cim import encoder as cim
from siemcast_sinks.formats.flat.parts import parts
from unit.defender_shapes.composed import envelope, plausible_row
from unit.formats.flat_checks import lost, offences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip  # alternatives
ODD = st.sampled_from([
    "2026-11-21T10:00:00.1234567Z", "9999-12-31T23:59:59Z", "2026-11-21 10:00:00", "10.0.0.5", "fe80::1",
    "::ffff:10.0.0.5", "\\\\server\\share\\a.txt", "/etc/passwd", "C:\\a", "https://a.example/b", "HKLM\\SYSTEM",
    "a@b.example", "S-1-5-18", "d5f4b3b2-e4b0-4ce6-8741-c7a87ce42c82", "host.contoso.example", "high", "LogonFailed",
    "TcpV6",
    '{"query":"a.example","answers":"[\\"10.0.0.9\\"]","rcode_name":"NXDOMAIN","AA":"true"}',
    '["T (T1059.001)"]', "[{}]", "0", "-1", "true", "\ud800", "a\x00b", "x" * 70_000, "é" * 40_000,
])  # fmt: skip  # a list of oddities
VALUES = JSON | ODD
NAMES = st.text(max_size=50) | st.sampled_from(
    ["action", "tag", "_time", "source", "vendor_tag", "Envelope", "EventVersion", "AdditionalFields", "Dvc", "Title"]
)  # fmt: skip  # names that are taken
TABLES = sorted(name for name in hunting_tables() if tables()[name].layout)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row of any table and any action, some of its columns replaced, dropped or new."""
    name = draw(st.sampled_from(TABLES))
    table = tables()[name]
    columns = plausible_row(table)
    if table.activities:
        columns[table.action] = draw(st.sampled_from(sorted(table.activities)))
    for column in draw(st.lists(st.sampled_from(sorted(columns)), max_size=6)):
        columns[column] = draw(VALUES)
    for column in draw(st.lists(st.sampled_from(sorted(columns)), max_size=2)):
        columns.pop(column, None)
    columns |= draw(st.dictionaries(NAMES, VALUES, max_size=2))
    return envelope(name, columns)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """A Graph incident or alert, some of its fields and evidence replaced."""
    lab = Generator(draw(st.integers(0, 5)))
    data = next(lab.incidents(1)) if draw(st.booleans()) else next(lab.alerts(1))
    for name in draw(st.lists(st.sampled_from(sorted(data)), max_size=5)):
        data[name] = draw(VALUES)
    evidence = data.get("evidence")
    if isinstance(evidence, list) and evidence:
        found = draw(st.sampled_from(evidence))
        if isinstance(found, dict) and found:
            found[draw(st.sampled_from(sorted(found)))] = draw(VALUES)
    return data


def _record(data: Mapping[str, Any]) -> Record:
    shape = HUNTING if "properties" in data else INCIDENT if "alerts" in data else ALERT
    return Record(json.dumps(data).encode(), shape)


def _line(document: Document) -> dict[str, Any]:
    assert b"\n" not in document.body
    read = orjson.loads(document.body)
    assert isinstance(read, dict)
    return read


@settings(max_examples=300, deadline=None)
@given(rows() | objects())
def test_cim_says_nothing_that_its_dataset_does_not_take_and_loses_nothing(data: dict[str, Any]) -> None:
    for part in parts(_record(data)):
        for _ in range(2):  # by interpretation, then compiled
            event = cim.event(part)
            assert offences(event, cim.models().models[event["cim_dataset"]].schema) == []
            told = {name: value for name, value in part.columns.items() if name not in part.left}
            assert lost(told, event) == []


@settings(max_examples=300, deadline=None)
@given(rows() | objects())
def test_asim_says_nothing_that_its_schema_does_not_take_and_loses_nothing(data: dict[str, Any]) -> None:
    for part in parts(_record(data)):
        for _ in range(2):
            row = asim.row(part)
            schema = asim.models().models[row["EventSchema"]].schema
            assert set(row) <= set(schema.types)
            assert offences(row, schema) == []
            told = {name: value for name, value in part.columns.items() if name not in part.left}
            assert lost(told, row) == []


@settings(max_examples=200, deadline=None)
@given(rows() | objects(), st.none() | st.integers(1500, 9000))
def test_every_document_is_one_object_a_line_within_its_limits(data: dict[str, Any], limit: int | None) -> None:
    options = FormatOptions(max_bytes=limit)
    events, written = cim.Cim(options).encode(_record(data)), asim.Asim(options).encode(_record(data))
    assert len(events) == len(written)
    for document in (*events, *written):
        assert limit is None or len(document.body) <= limit
        _line(document)
    for document in written:
        for value in _line(document).values():
            size = len(orjson.dumps(value) if isinstance(value, dict) else str(value).encode())
            assert size <= asim.LONGEST_VALUE


@settings(max_examples=150, deadline=None)
@given(rows())
def test_compiled_rows_equal_the_slow_way(data: dict[str, Any]) -> None:
    (part,) = parts(_record(data))
    for models in (cim.models(), asim.models()):
        model, _ = models.of(part.table, part.columns)
        model.compiler.encode(part.table, part.columns)
        assert model.compiler.encode(part.table, part.columns) == model.compiler.slowly(part.table, part.columns)
