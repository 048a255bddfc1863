"""Draws the fault, if any, that strikes a request."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from siemcast_lab.graph.quirks import Quirks


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong; status 200 damages a sound answer, any other stands in its place."""

    name: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Literal["whole", "cut", "dropped"] = "whole"
    delay: float = 0.0

    def damage(self, body: bytes) -> bytes:
        """Give a sound answer as this fault leaves it."""
        if self.name == "torn":
            return body[: len(body) * 2 // 3]
        return b'{"@odata.context":"https://graph.microsoft.com/v1.0/"}' if self.name == "valueless" else body


def fault_of(quirks: Quirks, dice: random.Random, now: datetime) -> Fault | None:
    """Draw at most one fault."""
    draw = dice.random()
    for name in (
        "throttled",
        "throttled_bare",
        "throttled_date",
        "failing",
        "torn",
        "cut",
        "dropped",
        "valueless",
        "slow",
    ):
        rate = getattr(quirks, name)
        if draw < rate:
            return _make(name, quirks, dice, now)
        draw -= rate
    return None


def _make(name: str, quirks: Quirks, dice: random.Random, now: datetime) -> Fault:
    if name in ("cut", "dropped"):
        return Fault(name, ending="cut" if name == "cut" else "dropped")
    if name == "slow":
        return Fault(name, delay=quirks.slow_seconds)
    if name == "failing":
        return Fault(name, dice.choice((500, 502, 503, 504)))
    if name in ("torn", "valueless"):
        return Fault(name)
    return Fault(name, 429, _when(name, quirks, dice, now))


def _when(name: str, quirks: Quirks, dice: random.Random, now: datetime) -> dict[str, str]:
    if name == "throttled_bare":
        return {}
    if name == "throttled":
        return {"Retry-After": str(dice.choice((0, 1, 2)))}
    return {"Retry-After": format_datetime(now + timedelta(seconds=quirks.clock_skew + 2), usegmt=True)}
