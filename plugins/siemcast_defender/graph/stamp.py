"""Microsoft's timestamps as whole ticks of 100 ns: they carry seven digits, of which datetime would keep six."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

SECOND = 10_000_000
"""Ticks of one second."""
LAST = 3_155_378_975_999_999_999
"""The last tick of the year 9999."""

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):?(\d\d))?\s*", re.ASCII)
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def ticks(text: object) -> int | None:
    """Read a timestamp (any number of digits, any zone; none is taken as UTC) as ticks since the year 1; else None."""
    match = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    day, clock, fraction, sign, hours, minutes = match.groups()
    try:
        seconds = round((datetime.fromisoformat(f"{day}T{clock}+00:00") - _EPOCH).total_seconds())
    except ValueError:
        return None
    if sign is not None:
        seconds -= int(f"{sign}1") * (int(hours) * 3600 + int(minutes) * 60)
    found = seconds * SECOND + int((fraction or "0")[:7].ljust(7, "0"))
    return found if 0 <= found <= LAST else None


def text(found: int) -> str:
    """Write ticks as Graph does, with seven digits; such texts sort as the ticks do."""
    seconds, fraction = divmod(found, SECOND)
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{fraction:07d}Z".rjust(28, "0")


def of(moment: datetime) -> int:
    """Give the ticks of a datetime with a zone."""
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1) * 10


def length(duration: timedelta) -> int:
    """Give the ticks of a duration."""
    return duration // timedelta(microseconds=1) * 10
