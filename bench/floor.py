"""F, the unit of all figures: orjson.loads and orjson.dumps of the same records, CPU microseconds a record."""

from __future__ import annotations

import time
from collections.abc import Sequence

import orjson


def floor(records: Sequence[bytes], rounds: int = 5) -> float:
    """Measure F: the least of several rounds, since noise only ever adds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for record in records:
            orjson.dumps(orjson.loads(record))
        times.append(time.process_time() - start)
    return min(times) / len(records) * 1e6
