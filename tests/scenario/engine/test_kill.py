"""Killed at any instant: nothing is lost, and between source and journal nothing is doubled."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast.testing.engine import (
    NOON,
    KeepingSink,
    ListSource,
    batches,
    drain,
    plan,
    planned_sink,
    planned_source,
    record,
)

TOTAL = 3000
_FORWARDER = """
import asyncio, os, sys
from pathlib import Path
from siemcast.testing.engine import *
from tests_kill import TOTAL  # replaced below

class Out(KeepingSink):
    async def write(self, batch):
        os.write(1, b"".join(document.body + b"\\n" for document in batch.documents))
        return ()

source = ListSource(batches([record(number) for number in range(TOTAL)]))
planned = plan(Path(sys.argv[1]), [planned_source("s", source)], [planned_sink("soc", Out())])
print(drain(planned).drained, file=sys.stderr)
""".replace("from tests_kill import TOTAL  # replaced below", f"TOTAL = {TOTAL}")


@pytest.mark.parametrize("seed", range(3))
def test_every_record_arrives_and_the_journal_holds_each_once(tmp_path: Path, seed: int) -> None:
    dice, arrived = random.Random(seed), set[bytes]()
    for _ in range(5):
        command = [sys.executable, "-c", _FORWARDER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            wanted = dice.randrange(1, TOTAL // 8)
            lines = [line for line in (process.stdout.readline() for _ in range(wanted)) if line]
            process.send_signal(signal.SIGKILL)
            arrived.update(line.strip() for line in [*lines, *process.stdout] if line.endswith(b"\n"))
    last = KeepingSink()
    source = ListSource(batches([record(number) for number in range(TOTAL)]))
    assert drain(plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", last)])).drained
    assert arrived | set(last.accepted) == {record(number) for number in range(TOTAL)}
    assert journalled(tmp_path) == [record(number) for number in range(TOTAL)]


def journalled(state: Path) -> list[bytes]:
    async def read() -> list[bytes]:
        async with SPEC.open(SqliteSettings(), state, lambda: NOON) as journal:
            return [raw for entry in await journal.read(0, 1 << 30) for raw in entry.records]

    return asyncio.run(read())
