"""Measures the forwarder end to end and prints each figure beside F and its limit."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from bench.encoding import MEASURES
from bench.floor import floor
from bench.forwarder import Cost, drain, slope, stalled
from bench.unlike import unlike
from siemcast_lab.generator import Generator

_SMALL, _LARGE, _ROUNDS = 20_000, 100_000, 3
_LIMITS = {"bulk": ("ECS, gzip", 5.0), "tcp": ("CEF over TCP", 4.5)}
_MEMORY = 120.0


def main() -> int:
    """Run all cases; 0 when every figure keeps its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = [orjson.dumps(record) for record in Generator(7).hunting(_SMALL)]
        small, large = folder / "small.jsonl", folder / "large.jsonl"
        _write(small, records, 1)
        _write(large, records, _LARGE // _SMALL)
        size = sum(map(len, records)) / len(records)
        print(f"records of {size:.0f} bytes; {_SMALL} and {_LARGE} a run, {_ROUNDS} rounds, interleaved")
        well = _speed(records, small, large)
        for measure in MEASURES:
            well = measure(records) and well
        peak = stalled(large, 12)
        print(f"memory, sink stalled: {peak:.0f} MB (limit {_MEMORY:.0f})")
        _write(large, unlike(records * (_LARGE // _SMALL)), 1)
        worst = drain(large, "bulk").memory
        print(f"memory, where nothing recurs: {worst:.0f} MB (limit {_MEMORY:.0f})")
        return 0 if well and max(peak, worst) <= _MEMORY else 1


def _speed(records: Sequence[bytes], small: Path, large: Path) -> bool:
    units: list[float] = []
    costs: dict[str, tuple[list[Cost], list[Cost]]] = {mode: ([], []) for mode in _LIMITS}
    for _ in range(_ROUNDS):
        units.append(floor(records, 2))
        for mode, (few, many) in costs.items():
            few.append(drain(small, mode))
            many.append(drain(large, mode))
    unit = min(units)
    print(f"F = {unit:.2f} µs a record (orjson.loads + orjson.dumps)")
    well = True
    for mode, (few, many) in costs.items():
        title, limit = _LIMITS[mode]
        each = slope(few, many, _LARGE - _SMALL)
        memory = max(cost.memory for cost in many)
        rate = (_LARGE - _SMALL) / max(min(c.wall for c in many) - min(c.wall for c in few), 1e-9)
        well = well and each <= limit * unit and memory <= _MEMORY
        print(
            f"{title}: {each:.1f} µs of CPU a record = {each / unit:.2f} F (limit {limit} F); "
            f"{rate:.0f} records/s; peak {memory:.0f} MB (limit {_MEMORY:.0f})"
        )
    return well


def _write(path: Path, records: Iterable[bytes], times: int) -> None:
    with path.open("wb") as file:
        for _ in range(times):
            file.writelines(record + b"\n" for record in records)


if __name__ == "__main__":
    sys.exit(main())
