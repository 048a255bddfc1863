"""Durations and sizes as users write them: `30s`, `5m`, `7d`; `1MB`, `512KiB`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def parse_duration(value: Any) -> Any:
    """Read `90s`, `1h30m`, or a number of seconds; anything else is a ValueError that shows an example."""
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return timedelta(seconds=value)
        if isinstance(value, str) and (parts := _DURATION.findall(value)) and "".join(n + u for n, u in parts) == value:
            return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))
    except OverflowError:
        raise ValueError("longer than any duration can be; write for example 30s, 5m, 12h or 7d") from None
    raise ValueError("not a duration; write for example 30s, 5m, 12h or 7d")


def parse_size(value: Any) -> Any:
    """Read `1MB` (10^6), `512KiB` (2^10), or a number of bytes; anything else is a ValueError that shows an example."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        number, unit = match.group(1), match.group(2).lower()
        base = 1024 if "i" in unit else 1000
        if len(number) < 20:  # beyond that it is no size, and may not even be a finite number
            return int(float(number) * base ** _POWERS[unit.rstrip("b").rstrip("i")])
    raise ValueError("not a size; write for example 512KiB, 1MB or 10GB")


def write_duration(value: timedelta) -> str:
    """Write a duration as users do, in the largest unit that leaves a whole number."""
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(value.total_seconds(), _SECONDS[unit])
        if rest == 0 and count:
            return f"{int(count)}{unit}"
    return f"{value.total_seconds() * 1000:g}ms" if value else "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "examples": ["30s", "5m", "7d"], "title": "duration"}),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["1MB", "512KiB"], "title": "size"}),
]
