"""The SQLite journal: the contract, and what is particular to a file."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from siemcast.api.journal import Journal
from siemcast.errors import ConfigError, Transient
from siemcast.journal.lock import state_lock
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.journal.sqlite.tables import connect
from siemcast.testing.journal import NOON, JournalContract, batch


class TestSqlite(JournalContract):
    spec = SPEC


def use(folder: Path, work: Callable[[Journal], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with SPEC.open(SqliteSettings(), folder, lambda: NOON) as journal:
            await work(journal)

    asyncio.run(opened())


def test_folder_and_files_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "state"

    async def work(journal: Journal) -> None:
        await journal.append("incidents", batch(b"secret"))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    use(folder, work)


def test_every_commit_is_synced_to_the_disk(tmp_path: Path) -> None:
    from siemcast.journal.sqlite.tables import connect  # noqa: PLC0415 - looks inside, in this test only

    connection = connect(tmp_path)
    try:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    finally:
        connection.close()


def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"somebody's notes " * 1000)

    async def work(journal: Journal) -> None:
        raise AssertionError("opened")

    with pytest.raises(ConfigError, match="is not a journal"):
        use(tmp_path, work)
    assert path.read_bytes() == b"somebody's notes " * 1000


def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    async def work(journal: Journal) -> None:
        raise AssertionError("opened")

    with pytest.raises(ConfigError, match="newer siemcast"):
        use(tmp_path, work)


def test_a_folder_that_cannot_be_made_is_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    async def work(journal: Journal) -> None:
        raise AssertionError("opened")

    with pytest.raises(ConfigError, match="cannot write"):
        use(tmp_path / "file" / "state", work)


def test_a_torn_batch_is_told_what_is_left_of_it_is_given_and_those_around_it_are_read(tmp_path: Path) -> None:
    async def fill(journal: Journal) -> None:
        for number in range(3):
            await journal.append("incidents", batch(b"%d" % number * 1000))

    use(tmp_path, fill)
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("UPDATE batches SET frame = substr(frame, 1, length(frame) - 3) WHERE seq = 2")
    connection.close()

    async def work(journal: Journal) -> None:
        before, torn, after = await journal.read(0, 1_000_000)
        assert [before.damage, after.damage, list(after.records)] == ["", "", [b"2" * 1000]]
        assert "batch 2 of the journal came back torn from the disk" in torn.damage
        assert (list(torn.records), len(torn.torn)) == ([b"1" * 1000], 1)

    use(tmp_path, work)


def test_a_journal_that_somebody_moves_away_takes_nothing_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "journal.sqlite", tmp_path / "elsewhere"

    async def work(journal: Journal) -> None:
        await journal.append("incidents", batch(b"1"))
        path.rename(away)
        for _ in range(2):
            with pytest.raises(Transient, match="somebody moved or removed it"):
                await journal.append("incidents", batch(b"2"))
            path.write_bytes(b"")
        away.rename(path)
        await journal.append("incidents", batch(b"3"))

    async def look(journal: Journal) -> None:
        assert [list(entry.records) for entry in await journal.read(0, 1_000_000)] == [[b"1"], [b"3"]]

    use(tmp_path, work)
    use(tmp_path, look)


def test_a_full_disk_is_told_loses_nothing_and_passes(tmp_path: Path) -> None:
    async def work(journal: Journal) -> None:
        limit = journal._thread.read  # type: ignore[attr-defined]
        await limit(lambda connection: connection.execute("PRAGMA max_page_count = 12").fetchall())

        async def fill() -> None:
            for number in range(100):
                await journal.append("incidents", batch(os.urandom(20_000), cursor=str(number)))

        with pytest.raises(Transient, match=r"full.*free space"):
            await fill()
        kept = await journal.read(0, 10_000_000)
        assert await journal.cursors("incidents") == {"p": str(len(kept) - 1)}
        await limit(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())
        assert await journal.append("incidents", batch(b"again")) is not None

    use(tmp_path, work)


def test_an_append_cancelled_while_it_waits_is_whole_or_absent(tmp_path: Path) -> None:
    async def work(journal: Journal) -> None:
        tasks = [
            asyncio.create_task(journal.append(f"s{number}", batch(b"x" * 50_000, cursor="1"))) for number in range(20)
        ]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        kept = {entry.source for entry in await journal.read(0, 100_000_000)}
        with_cursor = {f"s{number}" for number in range(20) if await journal.cursors(f"s{number}")}
        assert kept == with_cursor

    use(tmp_path, work)


def test_an_append_that_cannot_be_stored_does_not_fail_those_beside_it(tmp_path: Path) -> None:
    async def work(journal: Journal) -> None:
        appends = [journal.append(f"s{number}", batch(b"x" * 50_000)) for number in range(9)]
        wrong: Any = batch(b"fine", "text, not bytes")  # type: ignore[arg-type]  # a plugin's bug
        results = await asyncio.gather(*appends[:5], journal.append("bug", wrong), *appends[5:], return_exceptions=True)
        assert [type(result).__name__ for result in results].count("Entry") == 9
        assert {entry.source for entry in await journal.read(0, 1 << 30)} == {f"s{number}" for number in range(9)}
        assert await journal.cursors("bug") == {}

    use(tmp_path, work)


_WRITER = """
import asyncio, sys
from pathlib import Path
from typing import Any
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.testing.journal import NOON, batch

async def main():
    async with SPEC.open(SqliteSettings(), Path(sys.argv[1]), lambda: NOON) as journal:
        start = int((await journal.cursors("s")).get("p", "0"))
        for number in range(start + 1, 1_000_000):
            await journal.append("s", batch(str(number).encode() * 500, cursor=str(number)))
            print(number, flush=True)

asyncio.run(main())
"""


def test_kill_9_at_any_moment_keeps_batch_and_cursor_together(tmp_path: Path) -> None:
    promised = 0
    for until in (1, 3, 10, 40):
        with subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(until):
                promised = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)

    async def work(journal: Journal) -> None:
        numbers = [int(entry.records[0][: len(entry.records[0]) // 500]) for entry in await journal.read(0, 1 << 30)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= promised
        assert await journal.cursors("s") == {"p": str(len(numbers))}

    use(tmp_path, work)


def test_a_second_forwarder_on_the_same_state_is_refused_by_the_pid_of_the_first(tmp_path: Path) -> None:
    with state_lock(tmp_path), pytest.raises(ConfigError, match=rf"pid {os.getpid()}\)"), state_lock(tmp_path):
        raise AssertionError("two at once")
    with state_lock(tmp_path):
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def test_many_that_open_a_new_journal_at_once_all_open_it(tmp_path: Path) -> None:
    def opened(folder: Path) -> None:
        connect(folder).close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(30):
            assert [*pool.map(opened, [tmp_path / str(number)] * 4)] == [None] * 4
