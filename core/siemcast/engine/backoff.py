"""Decides how long to wait after an error: pure, so that the whole policy is read and tested in one place."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from siemcast.api import RetrySettings
from siemcast.errors import SiemcastError, Transient

SLOW = timedelta(seconds=60)
"""Longest wait while credentials or settings are refused: a mended token is noticed within a minute."""
BUGS = 8
"""How often one call may fail by a plugin's bug before its lane stops."""
_MOST_DOUBLINGS = 32


@dataclass(slots=True)
class Attempts:
    """What went wrong with one call so far."""

    failures: int = 0
    bugs: int = 0
    since: float | None = None
    """When the first of these failures was, in seconds elapsed."""

    def reset(self) -> None:
        """Forget, because there was progress."""
        self.failures = self.bugs = 0
        self.since = None

    def add(self, error: Exception, now: float) -> None:
        """Count one more failure."""
        self.failures += 1
        self.bugs = self.bugs + 1 if is_bug(error) else 0
        self.since = now if self.since is None else self.since

    def over(self, limit: timedelta | None, now: float) -> bool:
        """Say whether trying has lasted `limit`."""
        return limit is not None and self.since is not None and now - self.since >= limit.total_seconds()


def is_bug(error: Exception) -> bool:
    """Say whether this is no error of the contract's, hence a bug of the plugin's."""
    return not isinstance(error, SiemcastError)


def pause(error: Exception, attempts: Attempts, settings: RetrySettings, dice: random.Random) -> float:
    """Give the seconds to wait: what the other side asked for, else exponential with full jitter; slowly if refused."""
    if isinstance(error, Transient) and error.retry_after is not None:
        return max(0.0, error.retry_after)
    if isinstance(error, SiemcastError) and not isinstance(error, Transient):
        return min(settings.max, SLOW).total_seconds()
    doublings = min(attempts.failures - 1, _MOST_DOUBLINGS)
    ceiling = min(settings.max.total_seconds(), settings.first.total_seconds() * 2.0**doublings)
    return dice.uniform(0, ceiling)
