"""Reads and writes the times of Microsoft's records: ISO 8601 with up to nine fraction digits, to UTC milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the last moment that four digits of year can say
_FIRST_MS = -62_135_596_800_000  # 0001-01-01T00:00:00.000Z
_FRACTION = re.compile(r"[.,](\d+)")
_SHORTEST = len("2026-11-21T12:00:00")
_TO_MILLI = len("2026-11-21T12:00:00.123")
_read = datetime.fromisoformat

FUTURE = timedelta(days=1)
"""A time is in the future when it is further ahead of now than clocks and zones explain."""
ANCIENT = timedelta(days=3650)
"""A time is ancient when no Defender product existed to see it."""
_FUTURE_MS = int(FUTURE.total_seconds() * 1000)
_ANCIENT_MS = int(ANCIENT.total_seconds() * 1000)


class Moment(NamedTuple):
    """A time that was read: milliseconds since the epoch (UTC), and whether its text named a zone."""

    ms: int
    zoned: bool


def moment(text: object) -> Moment | None:
    """Read `2026-01-01T00:00:00.1234567Z`, an offset, a space for the `T`, or no zone (UTC then); None for others.

    A date alone is no time: Microsoft sends none, and half a day of error would go unseen.
    """
    if not isinstance(text, str) or len(text) < _SHORTEST or text[7] != "-":  # a week date has its dash elsewhere
        return None
    try:
        read = _read(text)
    except ValueError:
        return None
    zoned = read.tzinfo is not None
    return Moment(_ms(read if zoned else read.replace(tzinfo=UTC)), zoned)


def _ms(when: datetime) -> int:
    """Give milliseconds since the epoch. Raises TypeError for a time without zone."""
    since = when - _EPOCH
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def instant(text: object) -> datetime | None:
    """Read a time to the microsecond, UTC; None when it is no time, or when UTC has no year for it."""
    if moment(text) is None:
        return None
    try:
        read = datetime.fromisoformat(str(text))
        return read.astimezone(UTC) if read.tzinfo is not None else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def instant_of(ms: int) -> datetime | None:
    """Give milliseconds since the epoch as a time, UTC; None beyond the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=ms) if _FIRST_MS <= ms <= _LAST_MS else None


def epoch_ms(text: object) -> int | None:
    """Read a time as milliseconds since the epoch, UTC, fractions of a millisecond cut; None when it is no time."""
    read = moment(text)
    return None if read is None else read.ms


def iso(ms: int) -> str:
    """Write milliseconds as `2026-01-01T00:00:00.123Z`; years beyond 1 to 9999 become the nearest that can be said."""
    second, milli = divmod(min(max(ms, _FIRST_MS), _LAST_MS), 1000)
    return f"{_second(second)}.{milli:03}Z"


@lru_cache(maxsize=4096)  # telemetry comes in bursts
def _second(since: int) -> str:
    return (_EPOCH + timedelta(seconds=since)).isoformat()[:-6]


def iso_ms(text: Any) -> str | None:
    """Rewrite any time that `moment` reads to UTC with three fraction digits; None for none, or one beyond all years.

    (By its zone, a time of year 1 may be of the year before, which nobody can write.)
    """
    try:
        if text[19] == "." and text[10] == "T" and text[7] == "-" and text[-1] == "Z" and len(text) > _TO_MILLI:
            _read(text)  # is it one? Nearly all are.
            return f"{text[:_TO_MILLI]}Z"
    except (LookupError, TypeError, ValueError):
        pass  # it is spelt otherwise, or none
    read = moment(text)
    return iso(read.ms) if read is not None and _FIRST_MS <= read.ms <= _LAST_MS else None


def utc(text: object) -> str:
    """Rewrite a time to UTC with all the fraction digits that it has, three at least; what is no time stays as text."""
    read = moment(text)
    if read is None or not _FIRST_MS <= read.ms <= _LAST_MS:
        return "" if text is None else str(text)
    fraction = _FRACTION.search(str(text))
    return iso(read.ms)[:20] + (fraction.group(1) if fraction else "").ljust(3, "0") + "Z"


def checked(given: Any, now_ms: float) -> tuple[int | None, tuple[str, ...]]:
    """Read a time, and name what is odd about it seen from now: `epoch_ms` and `anomalies` in one."""
    try:
        ms = _ms(_read(given))
        if -_ANCIENT_MS <= ms - now_ms <= _FUTURE_MS and given[7] == "-" and len(given) >= _SHORTEST:
            return ms, ()
    except (TypeError, ValueError):
        pass  # it is another time, or none
    read = moment(given)
    return (None if read is None else read.ms), anomalies(read, given, now_ms)


def anomalies(read: Moment | None, given: object, now_ms: float) -> tuple[str, ...]:
    """Name what is odd about a time, seen from now: the words of `Head.anomalies`; empty for a sound one."""
    if read is None:
        return ("time_missing",) if given is None or given == "" else ("time_invalid",)
    if read.zoned and -_ANCIENT_MS <= read.ms - now_ms <= _FUTURE_MS:
        return ()
    odd = [] if read.zoned else ["time_without_zone"]
    if read.ms - now_ms > _FUTURE_MS:
        odd.append("time_future")
    elif now_ms - read.ms > _ANCIENT_MS:
        odd.append("time_ancient")
    return tuple(odd)
