"""The command as a process: signals, pipes, and the cost of its help."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "siemcast"]


def _environment(work: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(work / "site")}


def test_sigterm_ends_a_run_gracefully_with_0(work: Path) -> None:
    config = work / "siemcast.yaml"
    config.write_text(config.read_text().replace("refuse: poison", "refuse: zzz, batch: {wait: 0s}"))
    with subprocess.Popen([*COMMAND, "run"], cwd=work, env=_environment(work), stderr=subprocess.PIPE) as process:
        out = work / "out.jsonl"
        for _ in range(3000):
            if out.exists() and len(out.read_bytes().splitlines()) == 5:
                break
            select.select([], [], [], 0.01)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert b"Traceback" not in err
    assert len(out.read_bytes().splitlines()) == 5


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
