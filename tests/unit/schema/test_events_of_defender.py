"""What holds of the event of any record: nothing is lost, the models hold, JSON says it all, and nothing raises."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.schema.access import HEAD, getter
from siemcast.schema.canonical import paths, type_of
from siemcast.schema.convert import flat
from siemcast.schema.convert import given as is_given
from siemcast.schema.events import event_of
from siemcast.schema.model import Event
from siemcast_defender.shapes import HUNTING
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS

_SAMPLES = Path(__file__).parents[4] / "shared/samples"
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_VALUES = _JSON | st.sampled_from([
    "2026-11-21T10:00:00.1234567Z", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00Z", "2026-11-21 10:00:00", "soon",
    "2026-11-21T10:00:00.123\u0663Z", "10.0.0.5", "fe80::1", "::ffff:10.0.0.5", "fe80::1%3", "007", "-0", "True",
    10**30, float("inf"), "x" * 100_000, '["T (T1059.001)"]', '{"answers":"[\\"10.0.0.9\\"]"}',
])  # fmt: skip  # a value a line would say no more
_COMPARED = {"text", "integer", "boolean"}
_ROWS = {row["category"].partition("-")[2]: row for row in Generator(9).hunting(len(COLUMNS))}
_LAB = Generator(3)
_SHAPES = tuple(load_registry().shapes.values())
_OBJECTS = [
    *_LAB.alerts(3), *_LAB.incidents(3), *_LAB.cloud.export(12), _LAB.cloud.managed_alert(), *_LAB.azure.logs(8),
    _LAB.endpoint.alert(), _LAB.endpoint.vulnerability(), _LAB.endpoint.in_file(), _LAB.endpoint.change(),
]  # fmt: skip  # one of a kind


@st.composite
def _mutated(draw: st.DrawFn) -> Record:
    """A record of any table or object, some of its columns replaced, dropped or new."""
    if draw(st.booleans()):
        envelope = _ROWS[draw(st.sampled_from(sorted(_ROWS)))]
        row = draw(_changed(envelope["properties"]))
        return _record({**envelope, "properties": row}, HUNTING)
    data = draw(st.sampled_from(_OBJECTS))
    return _record(draw(_changed(data)), _shape(data))


@st.composite
def _changed(draw: st.DrawFn, data: Mapping[str, Any]) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(data)), max_size=6))
    changes = {name: draw(_VALUES) for name in names}
    return {**data, **changes, **draw(st.dictionaries(st.text(), _VALUES, max_size=2))}


def _shape(data: Mapping[str, Any]) -> Any:
    return next((shape for shape in _SHAPES if shape.recognise(data)), HUNTING)


def _record(data: Mapping[str, Any], shape: Any) -> Record:
    return Record(json.dumps(data).encode(), shape)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _said(value: Any) -> str:
    """Give a value as text, so that those which mean the same are the same."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_said(item: Any, said: set[str]) -> bool:
    """Say whether a column's value is among what the event says: as it is, as a number, a time, or an address."""
    if _said(item) in said or str(item).lower() in said or str(item).lower().removeprefix("::ffff:") in said:
        return True
    if isinstance(item, float):
        return (str(int(item)) if item.is_integer() else orjson.dumps(item).decode()) in said
    try:
        read = datetime.fromisoformat(str(item))
    except ValueError:
        return False
    moment = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    return any(text.startswith(moment.isoformat()[:19]) for text in said)


def _losses(record: Record) -> list[str]:
    """Say what of a record its event does not say, and whether the event survives a round trip."""
    event = event_of(record)
    lost = [] if Event.model_validate(event.model_dump()) == event else ["the event, as it was dumped"]
    lost += [] if Event.model_validate_json(event.model_dump_json()) == event else ["the event, by JSON"]
    content = event.model_dump(exclude={"unmapped", "envelope", "head", "times", "anomalies"})
    said = {_said(leaf) for leaf in _leaves(content)}
    columns = record.shape.columns(record.data)
    for name, value in columns.items():
        if is_given(value) and name not in (event.unmapped or {}):
            lost += [f"{name}: {item!r}" for item in flat([value]) if not _is_said(item, said)]
        elif is_given(value) and not _alike((event.unmapped or {})[name], value):
            lost.append(f"{name}, unmapped")
    if any(value is columns for value in record.data.values()):
        around = {name: value for name, value in record.data.items() if value is not columns}
        return lost if _alike(event.envelope, around) else [*lost, "what stands around the columns"]
    told = {_said(leaf) for leaf in _leaves([columns, event.envelope])}
    texts = {_said(leaf) for leaf in _leaves(record.data) if isinstance(leaf, str | int)}
    return [*lost, *sorted(texts - told)]


def _alike(one: Any, other: Any) -> bool:
    return [*map(_said, _leaves(one))] == [*map(_said, _leaves(other))]


@settings(max_examples=400, deadline=None)
@given(_mutated())
def test_nothing_that_a_record_says_is_lost(record: Record) -> None:
    assert _losses(record) == []


def test_the_labs_hostile_records_hold() -> None:
    hostile = [*Generator(5).hostile()]
    assert hostile
    assert [loss for envelope in hostile for loss in _losses(_record(envelope, HUNTING))] == []


@pytest.mark.parametrize("folder", ["graph", "hunting", "with-ecs", "mdc"])
def test_public_samples_hold(folder: str) -> None:
    if not _SAMPLES.exists():
        pytest.skip("needs ../shared/samples beside the repository")
    lines = [line for path in sorted((_SAMPLES / folder).glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    records = [Record(line, _shape(orjson.loads(line))) for line in lines if line.strip()]
    assert records
    assert [loss for record in records for loss in _losses(record)] == []


def test_events_say_what_where_conditions_see() -> None:
    asked = {path: getter(path) for path in paths(6) if type_of(path) in _COMPARED and path not in HEAD}
    seen = 0
    for envelope in _ROWS.values():
        record = _record(envelope, HUNTING)
        content = event_of(record).model_dump(by_alias=True)
        for path, get in asked.items():
            value = get(record)
            if isinstance(value, str | int) and is_given(value):
                found = _dig(content, path.split("."))
                assert _said(value).lower() in {_said(one).lower() for one in found}, (envelope["category"], path)
                seen += 1
    assert seen > 300


def _dig(value: Any, names: list[str]) -> list[Any]:
    if isinstance(value, tuple):
        return [found for one in value for found in _dig(one, names)]
    if not names:
        return [value]
    return _dig(value.get(names[0]), names[1:]) if isinstance(value, Mapping) else []
