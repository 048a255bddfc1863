"""The demo and the lab, as commands."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from siemcast.journal.lock import state_lock

SIEMCAST = (sys.executable, "-m", "siemcast")


def test_demo_shows_that_everything_arrived_and_where_to_look(tmp_path: Path) -> None:
    command = (*SIEMCAST, "demo", "--seconds", "4", "--folder", "out")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("incidents", "alerts", "telemetry", "Splunk", "Elastic", "syslog", "archive"):
        assert word in done.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names >= {"siemcast.yaml", "splunk.jsonl", "elastic.jsonl", "syslog.log", "archive", "forwarder.log"}
    first = json.loads((tmp_path / "out" / "elastic.jsonl").read_text().splitlines()[0])
    assert first["@timestamp"]


def test_demo_empties_no_folder_that_is_not_a_demos(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    command = (*SIEMCAST, "demo", "--folder", "mine")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--folder" in done.stderr
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_demo_that_is_stopped_leaves_no_forwarder_behind(tmp_path: Path, number: signal.Signals) -> None:
    async def scenario() -> None:
        command = (*SIEMCAST, "demo", "--folder", "out")
        pipe = asyncio.subprocess.PIPE
        demo = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=pipe, stderr=pipe)
        assert demo.stdout is not None
        assert demo.stderr is not None
        async with asyncio.timeout(60):
            while b"catching up" not in await demo.stdout.readline():
                pass
            lock = tmp_path / "out" / "state" / "lock"
            while not lock.exists():  # noqa: ASYNC110 - what is waited for happens in another process
                await asyncio.sleep(0.01)
            demo.send_signal(number)
            demo.send_signal(number)
            await demo.stdout.read()
            assert await demo.stderr.read() == b"interrupted\n"
            assert await demo.wait() == 1
        with state_lock(lock.parent):
            pass

    asyncio.run(scenario())


def test_lab_stays_until_told_to_end_and_its_configuration_works(tmp_path: Path) -> None:
    async def scenario() -> None:
        command = (*SIEMCAST, "lab", "--folder", "lab", "--quirk", "clamp=7")
        lab = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
        assert lab.stdout is not None
        async with asyncio.timeout(60):
            while b"Ctrl-C" not in await lab.stdout.readline():
                pass
            check = (*SIEMCAST, "check", "-c", "lab/siemcast.yaml", "--json")
            checked = await asyncio.create_subprocess_exec(*check, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL)
            assert await checked.wait() == 0
            lab.send_signal(signal.SIGTERM)
            assert await lab.wait() == 0

    asyncio.run(scenario())
