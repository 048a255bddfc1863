"""Runs the real command on a file of records into a null receiver, and reads its CPU time and memory off the system."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of the forwarder used."""

    cpu: float
    """Seconds, user and system, of all threads."""
    wall: float
    """Seconds."""
    memory: float
    """Peak resident megabytes (10^6 bytes)."""


@contextmanager
def receiver(mode: str) -> Iterator[int]:
    """Run a null receiver in its own process and give its port."""
    process = subprocess.Popen([sys.executable, "-m", "bench.null", mode], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def sinks(mode: str, port: int) -> str:
    """Give the sink's settings for a case."""
    if mode == "tcp":
        return f"{{kind: syslog, host: 127.0.0.1, port: {port}, transport: tcp, format: cef}}"
    return f"{{kind: elastic, url: 'http://127.0.0.1:{port}', api_key: bench, format: ecs}}"


def configuration(folder: Path, records: Path, sink: str) -> Path:
    """Write a configuration with everything on: validation, metrics, a journal with full synchronisation."""
    path = folder / "siemcast.yaml"
    path.write_text(
        f"state: {folder}/state\nhttp: 127.0.0.1:0\nlog: {{level: warning}}\n"
        f"sources: {{records: {{kind: replay.file, path: '{records}', kind_of_record: defender.streaming}}}}\n"
        f"sinks: {{target: {sink}}}\nroutes: [{{from: [records], to: [target]}}]\n"
    )
    return path


def drain(records: Path, mode: str) -> Cost:
    """Forward all records and give the cost of the whole process, its start included."""
    with tempfile.TemporaryDirectory() as folder, receiver(mode) as port:
        config = configuration(Path(folder), records, sinks(mode, port))
        warm(records)
        start = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "siemcast", "run", "-c", str(config), "--until-drained"])
        usage, status, memory = _ended(process.pid)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the forwarder ended with {process.returncode}")
        return Cost(usage.ru_utime + usage.ru_stime, wall, memory)


def warm(path: Path) -> None:
    """Read a file once, so that no run pays for the disk that its input happens to lie on."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def _ended(pid: int) -> tuple[resource.struct_rusage, int, float]:
    """Wait for a process, watching its peak memory: what the system accounts for it counts ours before its start in."""
    memory = 0.0
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return usage, status, memory
        with contextlib.suppress(OSError, StopIteration):
            memory = max(memory, _peak(pid))
        time.sleep(0.01)


def stalled(records: Path, seconds: float) -> float:
    """Give the peak resident megabytes of a forwarder whose sink takes nothing for so long."""
    with tempfile.TemporaryDirectory() as folder, receiver("stall") as port:
        config = configuration(Path(folder), records, sinks("bulk", port))
        process = subprocess.Popen([sys.executable, "-m", "siemcast", "run", "-c", str(config)])
        try:
            time.sleep(seconds)
            return _peak(process.pid)
        finally:
            process.kill()
            process.wait()


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:"))


def slope(small: Sequence[Cost], large: Sequence[Cost], difference: int) -> float:
    """Give CPU microseconds a record without what the start costs: from runs of two sizes."""
    least = min(cost.cpu for cost in large) - min(cost.cpu for cost in small)
    return least / difference * 1e6
