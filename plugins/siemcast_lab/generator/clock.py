"""Microsoft's clock in the generator: moves on by itself, and writes seven fraction digits."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

START = datetime(2025, 3, 3, 8, tzinfo=UTC)
"""A Monday that is past wherever this runs, so that nothing is taken for a time in the future."""


class Clock:
    """Gives times in order, a few milliseconds apart."""

    def __init__(self, dice: random.Random, start: datetime = START) -> None:
        self._dice = dice
        self._now = start

    def next(self, step: float = 0.05) -> str:
        """Move on by up to twice `step` seconds, and give the time."""
        self._now += timedelta(seconds=self._dice.random() * 2 * step)
        return self.write(self._now)

    def before(self) -> str:
        """Give a time up to a day ago, for what began earlier."""
        return self.write(self._now - timedelta(seconds=self._dice.randrange(1, 86_400)))

    def later(self, seconds: float) -> str:
        """Give a time soon after, without moving on."""
        return self.write(self._now + timedelta(seconds=seconds))

    def write(self, moment: datetime) -> str:
        """Write a time as Microsoft does."""
        return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{self._dice.randrange(10)}Z"
