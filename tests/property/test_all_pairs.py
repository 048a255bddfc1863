"""Compiled equals slow over every table and every format that compiles: rows as sent, odd ones, and mixtures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile_records import BUILT, NUMBERS, TEXTS, TIMES, bases
from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record, RecordShape
from siemcast.schema.compiler import Compiler
from siemcast.schema.convert import given as is_given
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.mapping import TableMapping
from siemcast.schema.record import KnowsTables
from siemcast_defender.mappings.tables import hunting_tables
from siemcast_defender.shapes.hunting import Hunting
from siemcast_sinks.formats.asim import encoder as asim
from siemcast_sinks.formats.cef import encoder as cef
from siemcast_sinks.formats.cim import encoder as cim
from siemcast_sinks.formats.ecs import encoder as ecs
from siemcast_sinks.formats.leef import encoder as leef
from siemcast_sinks.formats.ocsf import Ocsf
from unit.defender_shapes.composed import envelope, plausible_row, token_row

Columns = dict[str, Any]
ODD: Sequence[Any] = (*TEXTS, *TIMES, *NUMBERS, *BUILT, None, True, False)
VALUES = st.sampled_from(ODD) | st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False)


@cache
def shapes() -> Mapping[str, RecordShape]:
    return load_registry().shapes


def pairs() -> list[tuple[str, str]]:
    """Name every shape with every table that it knows."""
    return [
        (name, table) for name, shape in shapes().items() if isinstance(shape, KnowsTables) for table in shape.tables()
    ]


@cache
def told() -> Mapping[tuple[str, str], Sequence[Columns]]:
    """Give the columns of what the lab invents, by shape and table: some tables have no layout to compose rows of."""
    found: dict[tuple[str, str], list[Columns]] = {}
    for data in bases()["replay.file"]:
        name = next((name for name, shape in shapes().items() if shape.recognise(data)), "hunting")
        record = Record(orjson.dumps(data), shapes()[name])
        found.setdefault((name, record.head.table), []).append(dict(record.shape.columns(record.data)))
    return found


@cache
def composed(shape: str, table: str) -> Sequence[Columns]:
    """Give rows of a table, of each activity that its actions tell of."""
    mapping = shapes()[shape].mapping(table)
    rows = [compose(mapping) for compose in (token_row, plausible_row) if mapping.layout]
    rows += told().get((shape, table), ())[:3]
    actions = {activity: action for action, activity in mapping.activities.items()}
    return [row | {mapping.action: action} for row in rows[:1] for action in actions.values()] + rows


def odd(row: Columns, step: int) -> Iterator[Columns]:
    """Give a row with oddities in a third of its columns, and with the same one, or nothing, in all of them."""
    yield dict.fromkeys(row)
    for shift, value in [*enumerate(ODD)][step % 5 :: step]:
        yield {
            column: ODD[(place + shift) % len(ODD)] if (place * 7 + shift) % 3 == 0 else sound
            for place, (column, sound) in enumerate(row.items())
        }
        yield dict.fromkeys(row, value)


def anew(made: Compiler) -> Compiler:
    """Give a compiler that has made nothing yet."""
    return Compiler(made._form, made._body, made._rest, made._reserved)


def compilers(table: TableMapping, row: Columns) -> Mapping[str, tuple[Compiler, TableMapping]]:
    """Give every format's compiler of such rows, and the mapping that it follows."""
    known = Ocsf(FormatOptions())._of(table, table.activity_of(row))
    found = {"leef": leef.compiler(), "ecs": ecs.rows(), "ecs objects": ecs.objects()}
    found |= {"cim": cim.models().of(table, row)[0].compiler, "asim": asim.models().of(table, row)[0].compiler}
    return {name: (anew(made), table) for name, made in found.items()} | {
        "ocsf": (anew(known.compiler), known.evidence.table)
    }


def read_back(row: Columns) -> Columns:
    """Give a row as it comes out of a record's bytes: no half surrogate pairs in it, no infinity."""
    return dict(Record(json.dumps(row).encode(), shapes()["azure.other"]).data)


def test_every_table_has_rows() -> None:
    assert [pair for pair in pairs() if not composed(*pair)] == []
    assert len(pairs()) > 90


@pytest.mark.parametrize(("shape", "table"), pairs())
def test_compiled_columns_equal_the_slow_way(shape: str, table: str) -> None:
    mapping = shapes()[shape].mapping(table)
    for number, row in enumerate(composed(shape, table)):
        made = compilers(mapping, row)
        for columns in map(read_back, (row, row, *odd(row, 12 if number else 4))):
            for name, (compiler, of) in made.items():
                assert compiler.encode(of, columns) == compiler.slowly(of, columns), f"{name}: {columns!r:.3000}"


@pytest.mark.parametrize(("shape", "table"), pairs())
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_compiled_columns_of_any_values_equal_the_slow_way(shape: str, table: str, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(composed(shape, table)))
    made = compilers(shapes()[shape].mapping(table), row)
    for _ in range(4):
        columns = read_back(row | data.draw(st.dictionaries(st.sampled_from(sorted(row)), VALUES, max_size=8)))
        for name, (compiler, of) in made.items():
            assert compiler.encode(of, columns) == compiler.slowly(of, columns), name


def typed(rows: Sequence[Columns], table: str, compare: Callable[[Record], bool]) -> int:
    """Send rows of a table through a reader that has learnt nothing yet; give how many were compared."""
    shape = Hunting(watched=2)
    stream = [json.dumps(envelope(table, row)).encode() for row in rows]
    records = [Record(raw, shape) for raw in (*stream, *stream, *reversed(stream))]
    return sum(compare(record) for record in records if record.row is not None)


def same_document() -> Callable[[Record], bool]:
    documents = ecs.documents.__wrapped__()

    def compare(record: Record) -> bool:
        assert record.row is not None
        form = record.row.form
        slow = ecs.row_document(record.data, record.shape.columns(record.data), form.table, record.head, form)
        assert orjson.loads(documents.encode(record.row, record.head)) == orjson.loads(dumps_sorted(slow))
        return True

    return compare


def same_line() -> Callable[[Record], bool]:
    made = cef.Cef(FormatOptions(), cef.pairs.__wrapped__())

    def compare(record: Record) -> bool:
        assert record.row is not None
        line = made._quick_line(record.row, record.head)
        if line is None:
            return False
        assert line == made._slow_line(record)
        return True

    return compare


def same_attributes() -> Callable[[Record], bool]:
    rows, compiler = leef.rows.__wrapped__(), leef.compiler.__wrapped__()

    def compare(record: Record) -> bool:
        assert record.row is not None
        form = record.row.form
        columns, layout = record.shape.columns(record.data), tuple(form.kinds)
        assert rows.encode(record.row) == compiler.slowly(form.table, columns, layout)
        return True

    return compare


def same_fields() -> Callable[[Record], bool]:
    models = [flat.models() for flat in (cim, asim)]

    def compare(record: Record) -> bool:
        row = record.row
        assert row is not None
        columns, table, layout = record.shape.columns(record.data), row.form.table, tuple(row.form.kinds)
        for each in models:
            model, said = each.of_row(row)
            assert (model, said) == each.of(table, columns)
            fields, rest = model.rows.encode(row)
            slow, left = model.untold(*model.compiler.slowly(table, columns, layout), table, said)
            assert fields == slow
            assert list(rest.items()) == [(name, left[name]) for name in sorted(left) if is_given(left[name])]
        return True

    return compare


def same_event() -> Callable[[Record], bool]:
    encoder = Ocsf(FormatOptions())

    def compare(record: Record) -> bool:
        assert record.row is not None
        event = encoder.event_of_row(record.row, record.head)
        assert orjson.loads(dumps_sorted(event)) == orjson.loads(dumps_sorted(encoder.event_of(record)))
        return True

    return compare


@pytest.mark.parametrize("table", hunting_tables())
@pytest.mark.parametrize("comparison", [same_document, same_line, same_attributes, same_fields, same_event])
def test_typed_rows_equal_the_slow_way(table: str, comparison: Callable[[], Callable[[Record], bool]]) -> None:
    for row in composed("hunting", table):
        assert typed([row, row, *odd(row, 13)], table, comparison())


@pytest.mark.parametrize("table", hunting_tables())
@pytest.mark.parametrize("comparison", [same_document, same_line, same_attributes, same_fields, same_event])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_typed_rows_of_any_values_equal_the_slow_way(
    table: str, comparison: Callable[[], Callable[[Record], bool]], data: st.DataObject
) -> None:
    rows = composed("hunting", table)
    row, sound = (
        data.draw(st.sampled_from(rows)),
        rows[-1],
    )  # a sound one too: unreadable times keep CEF on the slow way
    changes = data.draw(st.lists(st.dictionaries(st.sampled_from(sorted(row)), VALUES, max_size=6), max_size=4))
    stream = [*[sound] * 4, row, row, *(row | change for change in changes)]  # which comes again, and ends, reversed
    assert typed(stream, table, comparison())  # the sound row at least, when what the others teach is learnt
