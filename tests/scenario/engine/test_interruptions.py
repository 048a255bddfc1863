"""Sources that fail, journals that are full, stops, and other processes: whatever interrupts, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from siemcast.api import Batch, Cursor, Notice, Partition, Rejected
from siemcast.engine.plan import PlannedJournal
from siemcast.engine.run import run
from siemcast.errors import AuthRefused, ConfigError, Permanent, Transient
from siemcast.journal.lock import state_lock
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.schema import Document
from siemcast.testing.engine import (
    NOON,
    KeepingSink,
    ListSource,
    apart,
    batches,
    brisk_world,
    drain,
    plan,
    planned_sink,
    planned_source,
    record,
)
from siemcast.testing.fakes import FakeLog

RECORDS = [record(number) for number in range(64)]


@pytest.mark.parametrize("error", [Transient("reset"), AuthRefused("401"), Permanent("gone"), KeyError("bug")])
def test_a_source_that_fails_is_read_again_from_what_the_journal_holds(tmp_path: Path, error: Exception) -> None:
    source, sink = ListSource(batches(RECORDS)), KeepingSink()

    async def fail_twice_at_each_third(batch: Batch) -> None:
        if int(batch.cursor) % 30 == 0 and source.reads < int(batch.cursor) // 15:
            raise error

    source.before = fail_twice_at_each_third
    outcome = drain(plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", sink)]))
    assert outcome.drained
    assert source.reads > 2
    assert outcome.sources["s"].records == 64
    assert sorted(sink.ids) == list(range(64))


def test_a_source_with_a_bug_stops_alone_and_what_it_gave_is_delivered(tmp_path: Path) -> None:
    source, other, sink = ListSource(batches(RECORDS)), ListSource(batches(RECORDS)), KeepingSink()

    async def fail(batch: Batch) -> None:
        if batch.cursor == "30":
            raise ZeroDivisionError("page size")

    source.before = fail
    sources = [planned_source("s", source), planned_source("other", other)]
    outcome = drain(plan(tmp_path, sources, [planned_sink("soc", sink)]))
    assert not outcome.drained
    assert list(outcome.failures) == ["sources.s"]
    assert sorted(sink.ids) == sorted([*range(20), *range(64)])


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"records": ["text"]}, "records are bytes, not str"),
        ({"cursor": {"at": 1}}, "a batch's partition, cursor and shape are str, not dict"),
        ({"partition": 0}, "a batch's partition, cursor and shape are str, not int"),
    ],
)
def test_a_batch_that_the_journal_could_not_keep_is_a_bug_of_its_source(
    tmp_path: Path, odd: dict[str, Any], words: str
) -> None:
    class Odd(ListSource):
        async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
            yield replace(batches(RECORDS)[0], **odd)

    other, sink, log = ListSource(batches(RECORDS)), KeepingSink(), FakeLog()
    sources = [planned_source("s", Odd()), planned_source("other", other)]
    outcome = drain(plan(tmp_path, sources, [planned_sink("soc", sink)]), brisk_world(log=log))
    assert list(outcome.failures) == ["sources.s"]
    assert words in outcome.failures["sources.s"]
    assert {facts["part"] for _, event, facts in log.entries if event == "plugin_bug"} == {"sources.s"}
    assert sorted(sink.ids) == list(range(64))


def test_a_full_journal_makes_sources_wait_and_drops_nothing(tmp_path: Path) -> None:
    source, sink, log = ListSource(apart(batches(RECORDS, size=4))), KeepingSink(), FakeLog()

    async def closed_until_full(documents: Sequence[Document]) -> Sequence[Rejected]:
        if not any(event == "not_ready" and facts["part"] == "journal" for _, event, facts in log.entries):
            raise Transient("closed")
        return ()

    sink.reply = closed_until_full
    small = PlannedJournal(spec=SPEC, settings=SqliteSettings(max_bytes=400))
    planned = plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", sink)], journal=small)
    outcome = drain(planned, brisk_world(log=log))
    assert outcome.drained
    assert sorted(sink.ids) == list(range(64))
    assert ("info", "ready", {"part": "journal"}) in log.entries


def test_a_stop_ends_the_run_at_once_while_a_sink_is_down_and_keeps_the_rest_for_the_next(tmp_path: Path) -> None:
    sink, later, stop = KeepingSink(), KeepingSink(), asyncio.Event()

    async def down_after_two(documents: Sequence[Document]) -> Sequence[Rejected]:
        if len(sink.calls) > 2:
            stop.set()
            raise Transient("down", retry_after=10_000_000.0)
        return ()

    sink.reply = down_after_two
    source = planned_source("s", ListSource(apart(batches(RECORDS))))
    planned = plan(tmp_path, [source], [planned_sink("soc", sink, ordered=True)])
    assert not drain(planned, stop=stop).drained
    assert sink.ids == list(range(20))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", later, ordered=True)])).drained
    assert later.ids == list(range(20, 64))


def test_a_stop_lets_requests_under_way_finish(tmp_path: Path) -> None:
    sink, stop, source = KeepingSink(), asyncio.Event(), ListSource(apart(batches(RECORDS)), stay=True)

    async def slow(documents: Sequence[Document]) -> Sequence[Rejected]:
        stop.set()
        for _ in range(100):
            await asyncio.sleep(0)
        return ()

    sink.reply = slow
    planned = plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", sink)])

    async def stopped() -> int:
        async with asyncio.timeout(30):
            return (await run(planned, world=brisk_world(), stop=stop)).sinks["soc"].position

    position = asyncio.run(stopped())
    assert len(sink.ids) == 10 * position > 0


def test_dead_letters_retried_by_another_process_are_taken_up_by_the_running_one(tmp_path: Path) -> None:
    sink, stop = KeepingSink(), asyncio.Event()
    rejected: list[bytes] = []

    async def reject_once(documents: Sequence[Document]) -> Sequence[Rejected]:
        if not rejected:
            rejected.append(documents[0].body)
            return [Rejected(0, "not yet")]
        if rejected[0] in [document.body for document in documents]:
            stop.set()
        return ()

    async def both() -> None:
        sink.reply = reject_once
        source = planned_source("s", ListSource(batches(RECORDS), stay=True))
        running = asyncio.create_task(
            run(plan(tmp_path, [source], [planned_sink("soc", sink)]), world=brisk_world(), stop=stop)
        )
        async with asyncio.timeout(30), SPEC.open(SqliteSettings(), tmp_path, lambda: NOON) as journal:
            while not (found := await journal.dead_letters()):  # noqa: ASYNC110 - another process has no event to give
                await asyncio.sleep(0.005)
            await journal.retry([letter.id for letter in found])
            await running

    asyncio.run(both())
    assert sorted(sink.ids) == list(range(64))


def test_a_state_folder_in_use_is_refused_before_anything_else(tmp_path: Path) -> None:
    with state_lock(tmp_path), pytest.raises(ConfigError, match="in use by another siemcast"):
        drain(plan(tmp_path, [], [planned_sink("soc", KeepingSink())]))
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize("error", [RuntimeError("observer"), SystemExit(3)])
def test_an_observer_that_fails_disturbs_nothing(tmp_path: Path, error: BaseException) -> None:
    sink, log = KeepingSink(), FakeLog()

    def observe(notice: Notice) -> None:
        raise error

    source = planned_source("s", ListSource(batches([b"torn", *RECORDS])))
    assert drain(
        plan(tmp_path, [source], [planned_sink("soc", sink)], observers={"bad": observe}), brisk_world(log=log)
    ).drained
    assert [facts["plugin"] for _, event, facts in log.entries if event == "observer_failed"] == ["bad"]
