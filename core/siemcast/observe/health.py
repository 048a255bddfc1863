"""The register of causes: which part makes no progress, why, and since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

Listener = Callable[[str, str | None], None]
"""Told a part and its new cause; None when it is well again."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why one part makes no progress."""

    part: str
    """`sources.NAME`, `sinks.NAME`, `journal` or `engine`."""
    cause: str
    since: datetime


class Health:
    """Knows what ails each part; ready when nothing does."""

    def __init__(self, clock: Callable[[], datetime], listener: Listener | None = None) -> None:
        self._clock = clock
        self._listener = listener
        self._causes: dict[str, Cause] = {}
        self._broken: set[str] = set()

    @property
    def ready(self) -> bool:
        """Whether every part makes the progress that it should."""
        return not self._causes

    @property
    def causes(self) -> Sequence[Cause]:
        """What ails, the longest first."""
        return sorted(self._causes.values(), key=lambda cause: cause.since)

    def cause(self, part: str) -> str | None:
        """Give what ails a part."""
        found = self._causes.get(part)
        return found.cause if found else None

    def ill(self, part: str, cause: str) -> None:
        """Set a part's cause; the time of the first stays until the part is well."""
        before = self._causes.get(part)
        self._causes[part] = Cause(part, cause, before.since if before else self._clock())
        if self._listener and (before is None or before.cause != cause):
            self._listener(part, cause)

    def broken(self, part: str, cause: str) -> None:
        """Set a cause that stays until the process ends."""
        self._broken.add(part)
        self.ill(part, cause)

    def well(self, part: str) -> None:
        """Clear a part's cause, because it made progress."""
        if part in self._causes and part not in self._broken:
            del self._causes[part]
            if self._listener:
                self._listener(part, None)
