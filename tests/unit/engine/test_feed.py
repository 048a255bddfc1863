"""How lanes are fed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from siemcast.api import Batch, Cursor, Partition
from siemcast.api.journal import Entry, Journal
from siemcast.engine.feed import Feed
from siemcast.errors import Permanent
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.testing.engine import NOON, PLAIN, record


class Counting:
    """A journal that counts how often it is read."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def read(self, after: int, max_bytes: int) -> Sequence[Entry]:
        self.reads += 1
        return await self._journal.read(after, max_bytes)


def fed(tmp_path: Path, work: Callable[[Feed, Counting], Awaitable[None]], *, lanes: int = 2) -> None:
    async def opened() -> None:
        async with SPEC.open(SqliteSettings(), tmp_path, lambda: NOON) as journal, asyncio.timeout(20):
            counting: Any = Counting(journal)
            await work(Feed(counting, {"plain": PLAIN}, last=0, lanes=lanes), counting)

    asyncio.run(opened())


async def append(journal: Counting, *records: bytes, shape: str = "plain") -> Entry:
    entry: Entry = await journal.append("s", Batch(Partition("p"), records, Cursor("1"), shape))
    return entry


def test_lanes_in_step_share_parsed_records_and_read_no_disk(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        feed.publish(await append(journal, record(1)))
        feed.publish(await append(journal, record(2)))
        first, second = await feed.next(0), await feed.next(0)
        assert first is not None
        assert first is second
        assert first.records[0].data is first.records[0].data
        assert (await feed.next(1)) is not None
        assert journal.reads == 0

    fed(tmp_path, work)


def test_a_lane_behind_reads_from_disk_and_lanes_behind_together_read_once(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        for number in range(5):
            await append(journal, record(number))
        feed.announce(5)
        steps = await asyncio.gather(*(feed.next(0) for _ in range(2)))
        assert steps[0] is steps[1]
        assert [step.seq for after in range(1, 5) if (step := await feed.next(after))] == [2, 3, 4, 5]
        assert journal.reads == 1

    fed(tmp_path, work)


def test_an_entry_that_another_process_put_in_between_is_not_passed_over(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        feed.publish(await append(journal, record(1)))
        await append(journal, record(2))  # nobody told
        feed.publish(await append(journal, record(3)))
        seqs, after = [], 0
        while after < 3:
            step = await feed.next(after)
            assert step is not None
            after = step.seq
            seqs.append(after)
        assert seqs == [1, 2, 3]

    fed(tmp_path, work)


def test_what_was_trimmed_away_is_stepped_over(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        await append(journal, record(1))
        await append(journal, record(2))
        await journal.settle("soc", 2)
        await journal.trim(["soc"], NOON.replace(year=2030))
        feed.announce(2)
        step = await feed.next(0)
        assert step is not None
        assert (step.seq, step.entry, list(step.records)) == (2, None, [])

    fed(tmp_path, work)


def test_memory_holds_a_bounded_part_of_what_nobody_takes(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        for number in range(8):
            feed.publish(await append(journal, record(number, text="x" * 700_000)))
        assert feed._cached_bytes <= 3_000_000
        step = await feed.next(0)
        assert step is not None
        assert step.records[0].data["id"] == 0
        assert journal.reads == 1

    fed(tmp_path, work)


def test_a_feed_that_ends_gives_all_that_there_is_and_one_that_stops_gives_nothing_more(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        feed.publish(await append(journal, record(1)))
        waiting = asyncio.create_task(feed.next(1))
        await asyncio.sleep(0)
        feed.end()
        assert await waiting is None
        assert await feed.next(0) is not None
        feed.stop()
        assert await feed.next(0) is None

    fed(tmp_path, work)


def test_records_whose_plugin_is_gone_say_so_and_keep_their_bytes(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        feed.publish(await append(journal, record(1), shape="acme.alert"))
        step = await feed.next(0)
        assert step is not None
        (orphan,) = step.records
        with pytest.raises(Permanent, match=r"no plugin knows the shape 'acme.alert'"):
            _ = orphan.head
        data: Mapping[str, Any] = orphan.data
        assert (orphan.raw, data["id"]) == (record(1), 1)

    fed(tmp_path, work)


def test_sources_wait_for_a_lane_that_keeps_up(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        for number in range(4):
            feed.publish(await append(journal, record(number, text="x" * 700_000)))
        waiting = asyncio.create_task(feed.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await feed.next(0)
        await waiting
        assert journal.reads == 0

    fed(tmp_path, work)


def test_sources_do_not_wait_for_long_where_nobody_takes_anything(tmp_path: Path) -> None:
    async def work(feed: Feed, journal: Counting) -> None:
        for number in range(12):
            feed.publish(await append(journal, record(number, text="x" * 700_000)))
            async with asyncio.timeout(5):
                await feed.room()
        assert feed.last == 12

    fed(tmp_path, work)
