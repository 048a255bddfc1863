"""Encodes records in this process, and through `siemcast encode`; both as ratios to F.

In this process as the engine does it: a batch at a time, the records of each table together.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import orjson

from bench.floor import floor
from bench.unlike import unlike
from siemcast.api import Format, FormatOptions
from siemcast.engine.order import by_kin, order_for
from siemcast.registry import load_registry
from siemcast.schema import Document, Record
from siemcast_defender.shapes import HUNTING

_ROUNDS = 5
_BATCH = 760
"""Records in two megabytes, which is what `replay.file` gives the journal at once."""
_NATIVE = ("native", "splunk")
_INSIDE: Mapping[str, tuple[Sequence[tuple[str, str | None]], float]] = {
    "ecs": ((("ecs", None),), 1.5),
    "cef": ((("cef", None),), 1.75),
    "native for Splunk": ((_NATIVE,), 0.6),
    "ecs, cef and native from one parse": ((("ecs", None), ("cef", None), _NATIVE), 2.4),
}
_COMMAND = {"ecs": 2.0, "cef": 2.2, "native": 1.2}
_OTHERS = ("ocsf", "cim", "asim", "leef")


_write_into = msgspec.json.Encoder().encode_into


class _Bare:
    """Reads rows into types and writes the same columns again: what no mapping of rows can be cheaper than."""

    def __init__(self) -> None:
        self._buffer = bytearray(8192)

    def encode(self, record: Record) -> Sequence[Document]:
        """Write a row's columns as they are, leaving out what is nothing as documents do; and read its head."""
        _write_into(None if record.row is None else record.row.columns, self._buffer)
        return (Document(bytes(self._buffer), record.head),)


class _Case(NamedTuple):
    """Records, the formats that they are encoded in, and the limit of what that may cost, in F; 0 for none."""

    records: Sequence[bytes]
    formats: Sequence[Format | _Bare]
    limit: float = 0.0


def inside(records: Sequence[bytes]) -> bool:
    """Measure formats in this process, a record at a time; print each beside its limit and say whether all keep it."""
    cases = _cases(records)
    units: dict[int, list[float]] = {}
    costs: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(_ROUNDS):
        for stream in {id(case.records): case.records for case in cases.values()}.values():
            units.setdefault(id(stream), []).append(floor(stream, 1))
        for name, case in cases.items():
            costs[name].append(_cost(case))
    well = True
    for name, case in cases.items():
        well = _told(name, min(costs[name]), min(units[id(case.records)]), case.limit) and well
    return well


def _cases(records: Sequence[bytes]) -> Mapping[str, _Case]:
    registry = load_registry()

    def opened(form: str, sink: str | None = None) -> Format:
        return registry.format(form, sink).open(FormatOptions(sink=sink))

    cases = {
        name: _Case(records, [opened(form, sink) for form, sink in formats], limit)
        for name, (formats, limit) in _INSIDE.items()
    }
    drifted, others = [_drifted(record) for record in records], list(unlike(records))
    cases["ecs, a column that nobody knows"] = _Case(drifted, cases["ecs"].formats, 3.0)
    cases |= {name: _Case(records, [opened(name)]) for name in _OTHERS}
    cases["rows read and written, nothing mapped"] = _Case(records, [_Bare()])
    return cases | {f"{name}, where nothing recurs": _Case(others, [opened(name)]) for name in ("ecs", "cef")}


def commands(records: Sequence[bytes]) -> bool:
    """Measure `siemcast encode` from standard input to output: the slope of two sizes, its start apart."""
    unit = floor(records, _ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.jsonl", Path(folder) / "large.jsonl"
        lines = b"".join(record + b"\n" for record in records)
        small.write_bytes(lines)
        large.write_bytes(lines * 4)
        well = True
        for name, limit in _COMMAND.items():
            few, many = (min(_run(name, path) for _ in range(3)) for path in (small, large))
            each = (many - few) / (3 * len(records)) * 1e6
            start = few - each * len(records) / 1e6
            well = _told(f"siemcast encode --as {name}", each, unit, limit, f"; starts in {start:.2f} s") and well
    help_ = min(_cpu([sys.executable, "-m", "siemcast", "--help"], None) for _ in range(3))
    print(f"siemcast --help: {help_:.2f} s of CPU (limit 0.35 s)")
    return well and help_ <= 0.35


def _drifted(record: bytes) -> bytes:
    data = orjson.loads(record)
    data["properties"]["NewAtMicrosoft"] = "new"
    return orjson.dumps(data)


def _cost(case: _Case) -> float:
    records, formats = case.records, case.formats
    order = order_for(formats[0]) if len(formats) == 1 else by_kin
    start = time.process_time()
    for first in range(0, len(records), _BATCH):
        batch = [Record(raw, HUNTING) for raw in records[first : first + _BATCH]]
        for place in order(batch):
            record = batch[place]
            for form in formats:
                form.encode(record)
            record.forget()  # as the last lane does that takes it
    return (time.process_time() - start) / len(records) * 1e6


def _told(name: str, each: float, unit: float, limit: float, more: str = "") -> bool:
    within = f" (limit {limit} F)" if limit else ""
    print(f"{name}: {each:.1f} µs of CPU a record = {each / unit:.2f} F{within}{more}")
    return not limit or each <= limit * unit


def _run(name: str, path: Path) -> float:
    sink = ["--for", "splunk"] if name == "native" else []
    command = [sys.executable, "-m", "siemcast", "encode", "--from", "defender.streaming", "--as", name, *sink]
    return _cpu(command, path)


def _cpu(command: Sequence[str], path: Path | None) -> float:
    with (path or Path(os.devnull)).open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


Measure = Callable[[Sequence[bytes]], bool]
MEASURES: Sequence[Measure] = (inside, commands)
"""All that this module measures, in order."""
