"""What goes wrong at one part costs that part alone, and nothing is lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from siemcast.api import Notice, Rejected, RetrySettings
from siemcast.api.journal import DeadLetter
from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.schema import Document, Record
from siemcast.testing.engine import (
    NOON,
    BriskClock,
    KeepingSink,
    ListSource,
    PlainFormat,
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


def letters(state: Path) -> Sequence[DeadLetter]:
    async def read() -> Sequence[DeadLetter]:
        async with SPEC.open(SqliteSettings(), state, lambda: NOON) as journal:
            return await journal.dead_letters()

    return asyncio.run(read())


def test_a_sink_that_is_down_holds_back_nobody_and_gets_everything_when_it_is_back(tmp_path: Path) -> None:
    down, up, seen = KeepingSink(), KeepingSink(), []

    async def refuse(documents: Sequence[Document]) -> Sequence[Rejected]:
        if len(up.accepted) < len(RECORDS) or len(down.calls) < 20:
            raise Transient("connection refused")
        return ()

    def observe(notice: Notice) -> None:
        seen.append((notice.event, notice.part, notice.details.get("cause")))

    down.reply = refuse
    sinks = [planned_sink("down", down), planned_sink("up", up)]
    source = planned_source("s", ListSource(batches(RECORDS)))
    outcome = drain(plan(tmp_path, [source], sinks, observers={"watcher": observe}))
    assert outcome.drained
    assert sorted(down.ids) == sorted(up.ids) == list(range(64))
    assert ("not_ready", "sinks.down", "connection refused") in seen
    assert seen[-1] == ("ready", "sinks.down", None)


def test_one_poisonous_record_is_found_by_halving_and_is_alone_in_the_dead_letters(tmp_path: Path) -> None:
    sink = KeepingSink()

    async def choke(documents: Sequence[Document]) -> Sequence[Rejected]:
        if any(document.head.id == "41" for document in documents):
            raise Permanent("HTTP 400: field [x] of type [long] cannot be parsed")
        return ()

    sink.reply = choke
    source = planned_source("s", ListSource(batches(RECORDS, size=64)))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", sink, records=64)]))
    assert outcome.drained
    assert sorted(sink.ids) == [number for number in range(64) if number != 41]
    assert len(sink.calls) == 1 + 2 * 6
    (letter,) = letters(tmp_path)
    assert (letter.sink, letter.source, letter.event_id, letter.shape) == ("soc", "s", "41", "plain")
    assert letter.record == RECORDS[41]
    assert "cannot be parsed" in letter.reason
    assert outcome.dead_letters == outcome.sinks["soc"].dead_letters == 1


def test_a_rejected_record_is_delivered_by_retry_once_it_is_accepted(tmp_path: Path) -> None:
    strict, mended = KeepingSink(), KeepingSink()

    async def reject(documents: Sequence[Document]) -> Sequence[Rejected]:
        return [Rejected(index, "no such index") for index, one in enumerate(documents) if one.head.id in {"3", "44"}]

    strict.reply = reject
    drain(plan(tmp_path, [planned_source("s", ListSource(batches(RECORDS)))], [planned_sink("soc", strict)]))
    assert {letter.event_id: letter.reason for letter in letters(tmp_path)} == {
        "3": "no such index",
        "44": "no such index",
    }

    async def retry() -> int:
        async with SPEC.open(SqliteSettings(), tmp_path, lambda: NOON) as journal:
            return await journal.retry([letter.id for letter in await journal.dead_letters()])

    assert asyncio.run(retry()) == 2
    outcome = drain(plan(tmp_path, [], [planned_sink("soc", mended), planned_sink("other", other := KeepingSink())]))
    assert outcome.drained
    assert sorted(mended.ids) == [3, 44]
    assert other.ids == []
    assert letters(tmp_path) == []


def test_retry_after_is_obeyed_by_every_request_of_the_sink(tmp_path: Path) -> None:
    clock, sink, times = BriskClock(), KeepingSink(), []

    async def throttle(documents: Sequence[Document]) -> Sequence[Rejected]:
        times.append(clock.now())
        if len(times) == 1:
            raise Transient("429", retry_after=700.0)
        return ()

    sink.reply = throttle
    source = planned_source("s", ListSource(batches(RECORDS)))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", sink)]), brisk_world(clock))
    assert outcome.drained
    assert all(time - times[0] >= timedelta(seconds=700) for time in times[1:])
    assert 700.0 in clock.slept


def test_refused_credentials_are_tried_again_slowly_and_told(tmp_path: Path) -> None:
    clock, sink, log = BriskClock(), KeepingSink(), FakeLog()

    async def refuse(documents: Sequence[Document]) -> Sequence[Rejected]:
        if len(sink.calls) < 3:
            raise AuthRefused("HTTP 403: invalid token", hint="set sinks.soc.token")
        return ()

    sink.reply = refuse
    source = planned_source("s", ListSource(batches(RECORDS, size=64)))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", sink, records=64)]), brisk_world(clock, log))
    assert outcome.drained
    assert clock.slept.count(60.0) >= 2
    told = [facts for _, event, facts in log.entries if event == "not_ready"]
    assert told == [{"part": "sinks.soc", "cause": "HTTP 403: invalid token; set sinks.soc.token"}]


def test_a_sink_with_a_bug_stops_its_own_lane_loudly(tmp_path: Path) -> None:
    broken, well, log = KeepingSink(), KeepingSink(), FakeLog()

    async def fail(documents: Sequence[Document]) -> Sequence[Rejected]:
        raise KeyError("acks")

    broken.reply = fail
    source = planned_source("s", ListSource(batches(RECORDS)))
    outcome = drain(
        plan(tmp_path, [source], [planned_sink("broken", broken, in_flight=1), planned_sink("well", well)]),
        brisk_world(log=log),
    )
    assert not outcome.drained
    assert len(broken.calls) == 8
    assert sorted(well.ids) == list(range(64))
    assert list(outcome.failures) == ["sinks.broken"]
    assert "KeyError: 'acks'" in outcome.failures["sinks.broken"]
    assert [facts["part"] for level, event, facts in log.entries if event == "part_stopped"] == ["sinks.broken"]


@pytest.mark.parametrize("ending", [SystemExit(7), asyncio.CancelledError()])
def test_a_plugin_that_would_end_the_process_or_its_own_task_ends_neither(
    tmp_path: Path, ending: BaseException
) -> None:
    broken, well, mute = KeepingSink(), KeepingSink(), ListSource(batches(RECORDS))

    async def end_it(whatever: object) -> Any:
        raise ending

    broken.reply = mute.before = end_it
    sources = [planned_source("s", ListSource(batches(RECORDS))), planned_source("mute", mute)]
    sinks = [planned_sink("broken", broken, in_flight=1), planned_sink("well", well)]
    outcome = drain(plan(tmp_path, sources, sinks))
    assert not outcome.drained
    assert sorted(well.ids) == list(range(64))
    assert list(outcome.failures) == ["sources.mute", "sinks.broken"]


def test_a_verdict_on_a_document_that_was_not_sent_is_a_bug_and_loses_nothing(tmp_path: Path) -> None:
    sink = KeepingSink()

    async def confuse(documents: Sequence[Document]) -> Sequence[Rejected]:
        return [Rejected(len(documents), "off by one")] if len(sink.calls) == 1 else ()

    sink.reply = confuse
    source = planned_source("s", ListSource(batches(RECORDS)))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", sink)])).drained
    assert set(sink.ids) == set(range(64))


def test_torn_json_is_a_dead_letter_of_its_own_and_known_by_its_bytes(tmp_path: Path) -> None:
    sink, torn = KeepingSink(), b'{"id": 7, "x'
    source = planned_source("s", ListSource(batches([*RECORDS[:5], torn, b"[]", *RECORDS[5:]])))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", sink)])).drained
    assert sorted(sink.ids) == list(range(64))
    first, second = letters(tmp_path)
    assert (first.record, first.event_id) == (torn, hashlib.sha256(torn).hexdigest())
    assert "torn JSON" in first.reason
    assert "not a JSON object" in second.reason


@pytest.mark.parametrize(
    ("error", "words"), [(TypeError("unhashable"), "TypeError: unhashable"), (SystemExit(3), "SystemExit: 3")]
)
def test_a_record_that_a_format_chokes_on_stays_alone_with_the_bug(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    class Choking(PlainFormat):
        def encode(self, record: Record) -> Sequence[Document]:
            if record.data["id"] == 5:
                raise error
            return PlainFormat.encode(self, record)

    sink = KeepingSink()
    source = planned_source("s", ListSource(batches(RECORDS)))
    assert drain(plan(tmp_path, [source], [planned_sink("soc", sink, format=Choking)])).drained
    assert len(sink.ids) == 63
    assert [letter.reason for letter in letters(tmp_path)] == [f"bug in format or transform: {words}"]


def test_a_format_that_chokes_on_everything_stops_its_lane(tmp_path: Path) -> None:
    class Broken(PlainFormat):
        def encode(self, record: Record) -> Sequence[Document]:
            raise TypeError("always")

    source = planned_source("s", ListSource(batches(RECORDS)))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", KeepingSink(), format=Broken)]))
    assert "8 records in a row" in outcome.failures["sinks.soc"]
    assert outcome.sinks["soc"].position == 0


def test_what_give_up_allows_is_dead_lettered_and_not_before(tmp_path: Path) -> None:
    sink, clock = KeepingSink(), BriskClock()

    async def refuse(documents: Sequence[Document]) -> Sequence[Rejected]:
        raise Transient("503")

    sink.reply = refuse
    source = planned_source("s", ListSource(batches(RECORDS[:5])))
    retry = RetrySettings(first=timedelta(seconds=1), max=timedelta(seconds=10), give_up=timedelta(minutes=2))
    outcome = drain(plan(tmp_path, [source], [planned_sink("soc", sink, retry=retry)]), brisk_world(clock))
    assert outcome.drained
    assert clock.now() - NOON >= timedelta(minutes=2)
    assert {letter.reason for letter in letters(tmp_path)} == {"gave up, as retry.give_up says: 503"}
