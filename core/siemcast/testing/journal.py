"""The contract of journals as a suite: inherit it as a `Test...` class and point `spec` at your journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from siemcast.api import Batch, Cursor, Partition
from siemcast.api.journal import DeadLetter, Journal, JournalSpec

T = TypeVar("T")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def batch(*records: bytes, cursor: str = "1", partition: str = "p") -> Batch:
    """Make a batch of a shape that no test looks into."""
    return Batch(Partition(partition), records, Cursor(cursor), "test")


def letter(record: bytes = b"{}", *, sink: str = "soc", source: str = "incidents", event_id: str = "e") -> DeadLetter:
    """Make a dead letter."""
    return DeadLetter(
        sink=sink, source=source, time=NOON, event_id=event_id, reason="too long", shape="test", record=record
    )


class JournalContract:
    """What every journal must hold, across being closed and opened again."""

    spec: ClassVar[JournalSpec[Any]]
    settings: ClassVar[dict[str, Any]] = {}

    def use(self, folder: Path, work: Callable[[Journal], Awaitable[T]], *, at: datetime = NOON, **settings: Any) -> T:
        """Open the journal of a folder, work with it, close it."""

        async def opened() -> T:
            model = self.spec.settings(**{"kind": self.spec.kind, **self.settings, **settings})
            async with self.spec.open(model, folder, lambda: at) as journal:
                return await work(journal)

        return asyncio.run(opened())

    def fill(self, folder: Path, *batches: Batch, **settings: Any) -> None:
        """Append batches of one source."""

        async def work(journal: Journal) -> None:
            for one in batches:
                await journal.append("incidents", one)

        self.use(folder, work, **settings)

    def test_an_appended_batch_is_read_as_it_was_given(self, tmp_path: Path) -> None:
        records = (b'{"a":1}', b"", b"\x00\xff torn", "\N{PILE OF POO}".encode(), b"x" * 300_000)
        given = self.use(tmp_path, lambda journal: journal.append("incidents", batch(*records)))
        (found,) = self.use(tmp_path, lambda journal: journal.read(0, 1))
        assert given is not None
        assert list(found.records) == list(records)
        assert (found.seq, found.source, found.partition, found.shape, found.time, found.sink) == (
            given.seq,
            "incidents",
            "p",
            "test",
            NOON,
            None,
        )

    def test_the_cursor_is_stored_with_its_batch_and_by_partition(self, tmp_path: Path) -> None:
        self.fill(tmp_path, batch(b"1", cursor="a"), batch(b"2", cursor="b"), batch(b"3", cursor="c", partition="q"))
        assert self.use(tmp_path, lambda journal: journal.cursors("incidents")) == {"p": "b", "q": "c"}
        assert self.use(tmp_path, lambda journal: journal.cursors("other")) == {}

    def test_a_batch_without_records_moves_the_cursor_alone(self, tmp_path: Path) -> None:
        assert self.use(tmp_path, lambda journal: journal.append("incidents", batch(cursor="9"))) is None
        assert self.use(tmp_path, lambda journal: journal.cursors("incidents")) == {"p": "9"}
        assert self.use(tmp_path, lambda journal: journal.read(0, 1)) == []

    def test_entries_come_in_order_and_no_more_than_asked_but_always_one(self, tmp_path: Path) -> None:
        self.fill(tmp_path, *(batch(b"x" * 1000) for _ in range(10)))

        async def work(journal: Journal) -> None:
            everything = await journal.read(0, 1_000_000)
            seqs = [entry.seq for entry in everything]
            assert seqs == sorted(set(seqs))
            assert len(seqs) == 10
            assert [entry.seq for entry in await journal.read(seqs[3], 3000)] == seqs[4:7]
            assert [entry.seq for entry in await journal.read(seqs[3], 1)] == seqs[4:5]
            assert list(await journal.read(seqs[-1], 1)) == []

        self.use(tmp_path, work)

    def test_appends_at_the_same_time_are_all_kept(self, tmp_path: Path) -> None:
        async def work(journal: Journal) -> None:
            given = await asyncio.gather(*(journal.append(f"s{number}", batch(b"%d" % number)) for number in range(50)))
            kept = {entry.seq: (entry.source, *entry.records) for entry in await journal.read(0, 1_000_000)}
            assert kept == {entry.seq: (entry.source, *entry.records) for entry in given if entry}
            assert len(kept) == 50

        self.use(tmp_path, work)

    def test_a_seq_is_never_used_twice(self, tmp_path: Path) -> None:
        async def work(journal: Journal) -> int:
            entry = await journal.append("incidents", batch(b"1"))
            assert entry is not None
            await journal.settle("soc", entry.seq)
            await journal.trim(["soc"], NOON + timedelta(days=365))
            return entry.seq

        first = self.use(tmp_path, work)
        assert self.use(tmp_path, lambda journal: journal.usage()).batches == 0
        assert self.use(tmp_path, work) > first

    def test_a_lane_moves_forward_only(self, tmp_path: Path) -> None:
        async def work(journal: Journal) -> None:
            await journal.settle("soc", 7)
            await journal.settle("soc", 3)
            await journal.settle("archive", 0)

        self.use(tmp_path, work)
        assert self.use(tmp_path, lambda journal: journal.lanes()) == {"soc": 7, "archive": 0}

    def test_dead_letters_are_kept_with_the_lane_and_found_by_sink_and_id(self, tmp_path: Path) -> None:
        kept = [letter(b"1"), letter(b"\x00", sink="archive"), letter(b"3", event_id="f")]
        self.use(tmp_path, lambda journal: journal.settle("soc", 7, kept))

        async def work(journal: Journal) -> None:
            found = await journal.dead_letters()
            assert [one.record for one in found] == [b"1", b"\x00", b"3"]
            assert (found[2].event_id, found[2].reason, found[2].time, found[2].shape) == (
                "f",
                "too long",
                NOON,
                "test",
            )
            assert [one.record for one in await journal.dead_letters(sink="archive")] == [b"\x00"]
            assert [one.record for one in await journal.dead_letters(ids=[found[0].id, found[2].id])] == [b"1", b"3"]
            assert list(await journal.dead_letters(ids=[])) == []

        self.use(tmp_path, work)

    def test_retried_dead_letters_become_batches_for_their_sink_alone(self, tmp_path: Path) -> None:
        self.use(
            tmp_path,
            lambda journal: journal.settle("soc", 0, [letter(b"1"), letter(b"2", sink="archive"), letter(b"3")]),
        )

        async def work(journal: Journal) -> None:
            ids = [one.id for one in await journal.dead_letters()]
            assert await journal.retry([*ids, 999_999]) == 3
            assert list(await journal.dead_letters()) == []
            entries = await journal.read(0, 1_000_000)
            assert {(entry.sink, tuple(entry.records)) for entry in entries} == {
                ("soc", (b"1", b"3")),
                ("archive", (b"2",)),
            }
            assert {entry.source for entry in entries} == {"incidents"}
            assert await journal.cursors("incidents") == {}

        self.use(tmp_path, work)

    def test_dropped_dead_letters_are_gone(self, tmp_path: Path) -> None:
        self.use(tmp_path, lambda journal: journal.settle("soc", 0, [letter(b"1"), letter(b"2")]))

        async def work(journal: Journal) -> Sequence[DeadLetter]:
            found = await journal.dead_letters()
            assert await journal.drop([found[0].id, 999_999]) == 1
            return await journal.dead_letters()

        assert [one.record for one in self.use(tmp_path, work)] == [b"2"]

    def test_trimming_by_age_spares_what_is_young_or_unsettled_at_any_configured_sink(self, tmp_path: Path) -> None:
        self.fill(tmp_path, batch(b"1"), batch(b"2"), batch(b"3"), at=NOON)
        self.fill(tmp_path, batch(b"4"), at=NOON + timedelta(hours=2))

        async def work(journal: Journal) -> list[list[bytes]]:
            seqs = [entry.seq for entry in await journal.read(0, 1_000_000)]
            await journal.settle("soc", seqs[3])
            await journal.settle("slow", seqs[0])
            left = []
            for sinks in (["soc", "slow", "never-ran"], ["soc", "slow"], ["soc"]):
                await journal.trim(sinks, NOON + timedelta(hours=2))
                left.append([record for entry in await journal.read(0, 1_000_000) for record in entry.records])
            return left

        assert self.use(tmp_path, work, keep="1h") == [
            [b"1", b"2", b"3", b"4"],
            [b"2", b"3", b"4"],
            [b"4"],
        ]

    def test_trimming_by_size_deletes_the_oldest_settled_batches_only(self, tmp_path: Path) -> None:
        noise = [bytes((number * 7919 + place * place) % 251 for place in range(5000)) for number in range(20)]
        self.fill(tmp_path, *(batch(record) for record in noise))
        stored = self.use(tmp_path, lambda journal: journal.usage()).bytes

        async def work(journal: Journal) -> list[bytes]:
            seqs = [entry.seq for entry in await journal.read(0, 1_000_000)]
            await journal.settle("soc", seqs[5])
            await journal.trim(["soc"], NOON)
            return [record for entry in await journal.read(0, 1_000_000) for record in entry.records]

        assert self.use(tmp_path, work, max_bytes=stored // 2) == noise[6:]
        assert self.use(tmp_path, work, max_bytes=stored * 2) == noise[6:]

    def test_usage_counts_what_is_stored(self, tmp_path: Path) -> None:
        empty = self.use(tmp_path, lambda journal: journal.usage())
        assert (empty.bytes, empty.batches, empty.first, empty.last) == (0, 0, 0, 0)
        self.fill(tmp_path, batch(b"1"), batch(b"2"))
        used = self.use(tmp_path, lambda journal: journal.usage())
        assert used.bytes > 0
        assert (used.batches, used.last - used.first, used.dead_letters) == (2, 1, {})
        self.use(tmp_path, lambda journal: journal.settle("soc", 0, [letter(), letter()]))
        assert self.use(tmp_path, lambda journal: journal.usage()).dead_letters == {"soc": 2}

    def test_a_write_of_another_process_is_noticed_once(self, tmp_path: Path) -> None:
        async def work(journal: Journal) -> None:
            await journal.append("incidents", batch(b"1"))
            assert not await journal.changed()
            model = self.spec.settings(**{"kind": self.spec.kind, **self.settings})
            async with self.spec.open(model, tmp_path, lambda: NOON) as other:
                await other.append("incidents", batch(b"2"))
            assert await journal.changed()
            assert not await journal.changed()
            assert len(await journal.read(0, 1_000_000)) == 2

        self.use(tmp_path, work)
