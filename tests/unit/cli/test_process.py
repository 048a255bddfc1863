"""The command as a process: signals, pipes, and the cost of its help."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from siemcast.cli.signals import stop_on_signals

COMMAND = [sys.executable, "-m", "siemcast"]


def _environment(work: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(work / "site"), os.environ.get("PYTHONPATH", "")])}


def _wait_for(condition: Callable[[], bool]) -> None:
    """Wait for another process to come so far, for half a minute at most; what follows judges."""
    for _ in range(3000):
        if condition():
            return
        select.select([], [], [], 0.01)


def test_sigterm_ends_a_run_gracefully_with_0(work: Path) -> None:
    config = work / "siemcast.yaml"
    config.write_text(config.read_text().replace("refuse: poison", "refuse: zzz, batch: {wait: 0s}"))
    with subprocess.Popen([*COMMAND, "run"], cwd=work, env=_environment(work), stderr=subprocess.PIPE) as process:
        out = work / "out.jsonl"
        _wait_for(lambda: out.exists() and len(out.read_bytes().splitlines()) == 5)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert b"Traceback" not in err
    assert len(out.read_bytes().splitlines()) == 5


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_more_signals_in_the_same_moment_keep_a_stop_graceful(work: Path, first: signal.Signals) -> None:
    config, hanging, plugin = work / "siemcast.yaml", work / "hanging", work / "site" / "siemcast_own_plugin.py"
    config.write_text(config.read_text().replace("refuse: poison", f"down: {hanging}, batch: {{wait: 0s}}"))
    hang = "while self.settings.down.exists():\n                await __import__('asyncio').sleep(0.01)"
    plugin.write_text(plugin.read_text().replace('raise Transient("the ledger is closed")', hang))
    with subprocess.Popen([*COMMAND, "run"], cwd=work, env=_environment(work), stderr=subprocess.PIPE) as process:
        _wait_for(hanging.exists)
        for number in (first, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGINT):
            process.send_signal(number)
        hanging.unlink()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert b"Traceback" not in err
    assert len((work / "out.jsonl").read_bytes().splitlines()) == 5


def test_a_forwarder_under_nohup_outlives_its_terminal() -> None:
    def hang_up() -> list[object]:
        async def scenario() -> list[object]:
            stop = asyncio.Event()
            with stop_on_signals(stop):
                handler = signal.getsignal(signal.SIGHUP)
                os.kill(os.getpid(), signal.SIGHUP)
                await asyncio.sleep(0)
                return [handler, stop.is_set()]

        return asyncio.run(scenario())

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert hang_up() == [signal.SIG_IGN, False]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_ctrl_c_that_comes_clearly_after_the_first_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siemcast.cli.signals._PATIENCE", 0.0)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}

    async def scenario() -> None:
        stop = asyncio.Event()
        with stop_on_signals(stop):
            os.kill(os.getpid(), signal.SIGINT)
            await stop.wait()
            for _ in range(10):
                await asyncio.sleep(0)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL

    try:
        asyncio.run(scenario())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_drain_that_is_stopped_before_all_is_settled_ends_with_1(work: Path, number: signal.Signals) -> None:
    config, asked = work / "siemcast.yaml", work / "asked"
    config.write_text(config.read_text().replace("refuse: poison", f"down: {asked}, batch: {{wait: 0s}}"))
    arguments = [*COMMAND, "run", "--until-drained"]
    with subprocess.Popen(arguments, cwd=work, env=_environment(work), stderr=subprocess.PIPE) as process:
        _wait_for(asked.exists)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1, err
    assert b"not everything is settled; what is in the journal is delivered by the next run" in err
    assert b"Traceback" not in err


def test_a_closed_pipe_is_no_traceback(work: Path) -> None:
    records = b'{"id": 1, "text": "' + b"x" * 1000 + b'"}\n'
    with subprocess.Popen(
        [*COMMAND, "encode", "--from", "own.lines", "--as", "raw"],
        cwd=work, env=_environment(work), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(records * 200, timeout=60)
    assert process.returncode == 1
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err


@pytest.mark.parametrize(("closed", "stream"), [("<&-", "standard input"), (">&-", "standard output")])
@pytest.mark.parametrize("command", [["encode", "--as", "raw"], ["preview"]])
def test_a_closed_stream_is_told_in_a_line(work: Path, command: list[str], closed: str, stream: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, *command, "--from", "own.lines"],
        cwd=work, env=_environment(work), input=b'{"id": 1}\n', capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(f"{stream} is closed; ".encode())
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", [["validate"], ["mappings"], ["encode", "--from", "own.lines", "--as", "raw"]])
def test_a_full_disk_is_told_in_a_line(work: Path, command: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *command], cwd=work, env=_environment(work), input=b'{"id": 1}\n', stdout=full,
            stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"reading or writing: No space left on device\n")


def test_the_help_imports_none_of_the_plugins_without_commands(work: Path) -> None:
    code = (
        "import sys; from siemcast.cli.main import call; call(['--help']);"
        "print(sorted(m for m in sys.modules if m in ('httpx', 'yaml', 'sqlite3', 'siemcast_defender.streaming')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=work, env=_environment(work), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "greet" in done.stdout
