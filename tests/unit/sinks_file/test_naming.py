"""Names of files."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from siemcast_sinks.file.naming import new_name, ours

NOW = datetime(2026, 11, 21, 12, 0, 0, 123_456, tzinfo=UTC)
FIRST = "soc-20261121T120000.123Z.jsonl"
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def test_file_is_named_by_sink_and_time() -> None:
    assert new_name("soc", NOW, ".jsonl", ()).name == FIRST


def test_files_begun_in_one_millisecond_have_different_names_in_order() -> None:
    second = new_name("soc", NOW, ".jsonl", {FIRST}).name
    third = new_name("soc", NOW, ".jsonl", {FIRST + ".gz", second}).name
    assert sorted({FIRST, second, third}) == [FIRST, second, third]


def test_only_the_sinks_own_files_are_taken_for_its_own() -> None:
    folder = [FIRST, FIRST + ".gz", "soc-eu-20261121T120000.123Z.jsonl", "soc-notes.jsonl", FIRST + ".part"]
    folder += ["soc-20261321T120000.123Z.jsonl", "soc-20261121T120000.123Z.log", "x" + FIRST]
    assert [named.name for named in ours("soc", ".jsonl", folder)] == [FIRST, FIRST + ".gz"]


@given(names, st.timedeltas(timedelta(0), timedelta(days=365_000)))
def test_every_sink_knows_its_files_again(sink: str, later: timedelta) -> None:
    made = new_name(sink, NOW + later, ".log", ())
    assert "/" not in made.name
    assert ours(sink, ".log", [made.name]) == [made]
