"""A batch that the disk gives back torn costs what was torn, and nobody behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scenario.front_door import records
from scenario.front_door.stage import Stage, numbers, open_stage, play

BATCHES, EACH = 5, 200
COUNT = BATCHES * EACH


def tear(stage: Stage, how: Callable[[bytes], bytes]) -> None:
    with closing(sqlite3.connect(stage.state / "journal.sqlite")) as connection, connection:
        (frame,) = connection.execute("SELECT frame FROM batches WHERE seq = 3").fetchone()
        connection.execute("UPDATE batches SET frame = ? WHERE seq = 3", (how(frame),))


async def journalled(stage: Stage) -> None:
    """Journal batches while their sink can not be used."""
    folder = stage.world.folder / "in"
    folder.mkdir()
    for number in range(BATCHES):
        rows = [records.row(number * EACH + place) for place in range(EACH)]
        (folder / f"{number}.jsonl").write_bytes(records.lines(rows))
    (stage.world.folder / "archive").write_text("in the way")
    stage.configure({"replay": {"kind": "replay.file", "path": str(folder)}}, {"archive": {}})
    async with stage.running() as forwarder:
        await forwarder.unready("sinks.archive")
        while len(await stage.entries()) < BATCHES:
            pass
        assert await forwarder.stop() == 0
    (stage.world.folder / "archive").unlink()


@pytest.mark.parametrize(
    ("how", "delivered", "letters"),
    [
        (lambda frame: frame[:-3], COUNT, 1),
        (lambda frame: frame[:-4] + bytes(4), COUNT - EACH, EACH + 1),
        (lambda frame: bytes(len(frame)), COUNT - EACH, 1),
    ],
    ids=["cut short", "changed", "zeros"],
)
def test_a_torn_batch_is_set_aside_and_told_and_all_else_arrives(
    tmp_path: Path, how: Callable[[bytes], bytes], delivered: int, letters: int
) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            await journalled(stage)
            tear(stage, how)
            forwarder = await stage.drained()
            told = await forwarder.logged("journal_torn", part="sinks.archive", level="error")
            assert "batch 3" in told["cause"]
            assert len(numbers(stage.archived())) == delivered
            listed = (await stage.call("dead-letters", "list", "--json")).answer
            assert len(listed) == letters
            assert all("look at the disk's health" in letter["reason"] for letter in listed)
            await stage.call("dead-letters", "retry")
            assert len(numbers(stage.archived())) == delivered + letters - 1

    play(scenario())
