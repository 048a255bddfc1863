"""How records share requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from siemcast.api import BatchSettings, Rejected
from siemcast.engine.plan import PlannedSink, Route
from siemcast.schema import Document, Record
from siemcast.testing.engine import (
    PLAIN,
    KeepingSink,
    ListSource,
    PlainFormat,
    apart,
    batches,
    drain,
    plan,
    planned_sink,
    planned_source,
    record,
)


def limited(sink: PlannedSink, records: int, size: int) -> PlannedSink:
    limits = BatchSettings(records=records, bytes=size, wait=sink.settings.batch.wait)
    return replace(sink, settings=sink.settings.model_copy(update={"batch": limits}))


def test_a_request_keeps_to_its_limits_and_a_longer_document_travels_alone(tmp_path: Path) -> None:
    sizes: list[list[int]] = []

    async def measure(documents: Sequence[Document]) -> Sequence[Rejected]:
        sizes.append([len(document.body) for document in documents])
        return ()

    sink = KeepingSink(measure)
    records = [record(number, text="x" * (5000 if number % 7 == 3 else 90)) for number in range(40)]
    source = planned_source("s", ListSource(batches(records, size=40)))
    assert drain(plan(tmp_path, [source], [limited(planned_sink("soc", sink), 8, 1000)])).drained
    assert sorted(sink.ids) == list(range(40))
    assert all(len(call) == 1 or (sum(call) <= 1000 and len(call) <= 8) for call in sizes)
    assert any(len(call) > 5 for call in sizes)
    assert [call for call in sizes if sum(call) > 1000] == [[5000 + len(record(3, text=""))]] + [
        [5000 + len(record(number, text=""))] for number in (10, 17, 24, 31, 38)
    ]


def test_small_batches_share_requests(tmp_path: Path) -> None:
    sink = KeepingSink()
    records = [record(number) for number in range(60)]
    source = planned_source("s", ListSource(apart(batches(records, size=2))))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", sink, records=60)])).drained
    assert len(sink.calls) < 15
    assert sorted(sink.ids) == list(range(60))


@pytest.mark.parametrize(("ordered", "most"), [(False, 3), (True, 1)])
def test_as_many_requests_are_under_way_as_the_sink_allows(tmp_path: Path, ordered: bool, most: int) -> None:
    under_way, seen = 0, []

    async def overlap(documents: Sequence[Document]) -> Sequence[Rejected]:
        nonlocal under_way
        under_way += 1
        seen.append(under_way)
        for _ in range(50):
            await asyncio.sleep(0)
        under_way -= 1
        return ()

    sink = KeepingSink(overlap)
    source = planned_source("s", ListSource(batches([record(number) for number in range(100)], size=100)))
    drain(plan(tmp_path, [source], [planned_sink("soc", sink, in_flight=3, ordered=ordered)]))
    assert max(seen) == most


def test_a_record_may_become_several_documents_and_is_one_dead_letter(tmp_path: Path) -> None:
    class Twice(PlainFormat):
        def encode(self, record: Record) -> Sequence[Document]:
            return tuple(PlainFormat.encode(self, record)) * 2

    async def reject_five(documents: Sequence[Document]) -> Sequence[Rejected]:
        return [Rejected(index, "five") for index, document in enumerate(documents) if document.head.id == "5"]

    sink = KeepingSink(reject_five)
    source = planned_source("s", ListSource(batches([record(number) for number in range(20)])))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", sink, format=Twice)]))
    assert sorted(sink.ids) == sorted(number for number in range(20) if number != 5 for _ in range(2))
    assert outcome.dead_letters == 1


def test_transforms_drop_change_and_split_records(tmp_path: Path) -> None:
    def split(one: Record) -> Iterable[Record]:
        number = one.data["id"]
        return [Record(record(number * 10 + part), PLAIN) for part in range(number % 3)]

    sink = KeepingSink()
    routes = [Route(sources=["s"], sinks=["soc"], transforms=[split])]
    source = planned_source("s", ListSource(batches([record(number) for number in range(9)])))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", sink)], routes)).drained
    assert sorted(sink.ids) == [10, 20, 21, 40, 50, 51, 70, 80, 81]
