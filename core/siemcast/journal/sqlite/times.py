"""Times as whole microseconds since the epoch, so that what is read equals what was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(time: datetime) -> int:
    """Give a time (with zone) as microseconds."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """Give microseconds as a time in UTC."""
    return _EPOCH + timedelta(microseconds=micros)
