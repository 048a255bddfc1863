"""What all shapes share: text from any value, a stable id from bytes, a head's time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

from siemcast.schema.times import checked, epoch_ms

Clock = Callable[[], float]
"""Seconds since the epoch; only the anomalies `time_future` and `time_ancient` depend on it."""

WALL: Clock = time.time


def text(value: object) -> str:
    """Give a value as text: text as it is, nothing as empty, all else as JSON."""
    if value.__class__ is str:
        return value
    return "" if value is None else json.dumps(value, default=str)


def digest(data: bytes, seed: int = 0) -> str:
    """Give a stable id of 32 hex digits: XXH3 of 128 bits (docs/adr/0008-ids-by-xxh3.md)."""
    return xxh3_128_hexdigest(data, seed)


@lru_cache(maxsize=1024)
def seed_of(table: str) -> int:
    """Give the seed of a table's rows: equal bytes are two things in two tables."""
    return xxh3_64_intdigest(table.encode("utf-8", "replace"))


def canonical(data: object) -> bytes:
    """Give bytes that are the same for equal JSON, where the original bytes can not be cut out."""
    return json.dumps(data, sort_keys=True, default=str).encode("utf-8", "replace")


def timed(given: object, instead: object, clock: Clock) -> tuple[int, tuple[str, ...]]:
    """Read a record's time (or the one that stands in for it, else 0), and name what is odd about it."""
    ms, odd = checked(given, clock() * 1000)
    if ms is None:
        ms = epoch_ms(instead)
    return ms or 0, odd


def listed(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Give the objects of a list-valued field; whatever else stands there or among them is passed over."""
    value = data.get(key)
    if isinstance(value, Mapping):  # archives hold incidents split to one alert each, as an object
        return [value]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
