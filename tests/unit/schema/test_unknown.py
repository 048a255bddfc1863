"""What no mapping knows is remembered once, within bounds, and told to each who asks once."""

from __future__ import annotations

from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.unknown import MOST_NAMES, MOST_OF_A_TABLE, News, Unknown, Watch, printable

BASE = Activity("base_event")
TABLE = TableMapping(
    table="Things",
    activity=BASE,
    columns={Ref("DeviceName"): "device.hostname"},
    classes={"process_activity": {Ref("FileName"): "process.name"}},
    layout=("Timestamp", "ReportId"),
)


def test_a_column_is_unknown_that_is_neither_listed_nor_mapped() -> None:
    unknown = Unknown()
    watch = Watch(unknown)
    unknown.seen(TABLE, ["Timestamp", "DeviceName", "FileName", "ReportId", "@odata.type", "Things@odata.context"])
    assert watch.news() == []
    unknown.seen(TABLE, ["Timestamp", "NewOne", "NewTwo"])
    unknown.seen(TABLE, ["NewTwo", "NewOne"])
    assert watch.news() == [News("Things", ("NewOne", "NewTwo"), is_new=True, is_known=True)]
    assert watch.news() == []
    unknown.seen(TABLE, ["NewTwo", "NewThree"])
    assert watch.news() == [News("Things", ("NewThree",), is_new=False, is_known=True)]


def test_of_a_table_that_does_not_list_its_columns_none_is_unknown() -> None:
    unknown = Unknown()
    unknown.seen(TableMapping(table="Objects", activity=BASE), ["anything"])
    assert unknown.found() == {}


def test_an_unknown_table_is_told_with_its_columns_whoever_saw_it_first() -> None:
    unknown = Unknown()
    watch = Watch(unknown)
    unknown.seen_table("Next")
    unknown.seen_table("")
    unknown.seen(TableMapping(table="Next", activity=BASE, known=False), ["A", "B"])
    assert watch.news() == [News("Next", ("A", "B"), is_new=True, is_known=False)]


def test_who_begins_to_watch_hears_what_comes_later() -> None:
    unknown = Unknown()
    unknown.seen_table("Before", ["A"])
    watch = Watch(unknown)
    unknown.seen_table("Before", ["A", "B"])
    unknown.seen_table("After")
    assert watch.news() == [News("Before", ("B",), False, False), News("After", (), True, False)]


def test_memory_is_bounded_whatever_a_stream_names() -> None:
    unknown = Unknown()
    for number in range(300):
        unknown.seen(TABLE, [f"Column{number}"])
    assert len(unknown.found()["Things"][1]) == MOST_OF_A_TABLE
    for number in range(MOST_NAMES + 10):
        unknown.seen_table(f"Table{number}", ["x" * 10_000])
    assert unknown.is_full
    names = [name for table, (_, columns) in unknown.found().items() for name in (table, *columns)]
    assert len(names) == MOST_NAMES
    assert max(map(len, names)) < 200


@given(st.text(max_size=300))
def test_names_are_shown_without_what_a_terminal_obeys(name: str) -> None:
    assert printable(name).isprintable()


def test_many_threads_may_see_the_same() -> None:
    unknown = Unknown()
    threads = [Thread(target=unknown.seen_table, args=("T", [f"C{n}" for n in range(100)])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unknown.found() == {"T": (False, tuple(f"C{n}" for n in range(100)))}
