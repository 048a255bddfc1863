"""What travels together, over any documents and limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import BatchSettings, Partition
from siemcast.api.journal import Entry
from siemcast.engine.parcel import Load, Parcel, loaded
from siemcast.schema import Document, Head, Record
from siemcast.testing.engine import NOON, PLAIN

HEAD = Head(id="", kind="event", table="", time_ms=0)
SIZES = st.lists(st.lists(st.integers(0, 12), max_size=3), max_size=8)
"""The documents' sizes of each record of an entry."""


def load(seq: int, sizes: list[list[int]]) -> Load:
    records = [Record(b"%d.%d" % (seq, place), PLAIN) for place in range(len(sizes))]
    entry = Entry(seq, "s", Partition("p"), "plain", NOON, [record.raw for record in records])
    made = [
        (record, [Document(record.raw.ljust(size, b"_")[:size], HEAD) for size in several])
        for record, several in zip(records, sizes, strict=True)
    ]
    return loaded(entry, made, [])


def packed(loads: list[Load], limits: BatchSettings) -> list[Parcel]:
    """Pack as a lane does."""
    parcels = [Parcel(limits)]
    for each in loads:
        start = 0
        while start < len(each.documents):
            end = parcels[-1].room(each, start)
            if end == start:
                parcels.append(Parcel(limits))
                continue
            parcels[-1].add(each, start, end)
            start = end
    return parcels


def greedily(sizes: list[int], limits: BatchSettings) -> list[list[int]]:
    """Give the slow, obvious way: a document goes in as long as there is room, and alone where it is too long."""
    groups: list[list[int]] = [[]]
    for size in sizes:
        if groups[-1] and (sum(groups[-1]) + size > limits.bytes or len(groups[-1]) == limits.records):
            groups.append([])
        groups[-1].append(size)
    return groups


@given(st.lists(SIZES, max_size=4), st.integers(1, 20), st.integers(1, 6))
def test_parcels_hold_all_documents_in_order_and_as_many_as_the_limits_let_in(
    entries: list[list[list[int]]], most_bytes: int, most_records: int
) -> None:
    limits = BatchSettings(bytes=most_bytes, records=most_records)
    loads = [load(seq, sizes) for seq, sizes in enumerate(entries, 1)]
    parcels = packed(loads, limits)
    documents = [document for each in loads for document in each.documents]
    assert [document for parcel in parcels for document in parcel.documents] == documents
    assert [[len(document.body) for document in parcel.documents] for parcel in parcels] == greedily(
        [len(document.body) for document in documents], limits
    )
    assert [parcel.size for parcel in parcels] == [sum(len(d.body) for d in p.documents) for p in parcels]


@given(st.lists(SIZES, max_size=4), st.integers(1, 20), st.integers(1, 6))
def test_each_document_of_a_parcel_knows_its_record_and_its_entry(
    entries: list[list[list[int]]], most_bytes: int, most_records: int
) -> None:
    loads = [load(seq, sizes) for seq, sizes in enumerate(entries, 1)]
    parcels = packed(loads, BatchSettings(bytes=most_bytes, records=most_records))
    found = [(parcel.entry(i).seq, parcel.raws[i]) for parcel in parcels for i in range(len(parcel.documents))]
    assert found == [
        (seq, b"%d.%d" % (seq, place))
        for seq, sizes in enumerate(entries, 1)
        for place, several in enumerate(sizes)
        for _ in several
    ]
    assert all(len({entry.seq for entry in parcel.entries}) == len(parcel.entries) for parcel in parcels)
