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
    of: str = ""
    """The partition (or group of them) that alone is ailing; empty where all of the part is."""


class Health:
    """Knows what ails each part; ready when nothing does."""

    def __init__(self, clock: Callable[[], datetime], listener: Listener | None = None) -> None:
        self._clock = clock
        self._listener = listener
        self._causes: dict[tuple[str, str], Cause] = {}
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
        return next((found.cause for found in self._causes.values() if found.part == part), None)

    def ill(self, part: str, cause: str, of: str = "") -> None:
        """Set a part's cause, or that of one partition of it; the time of the first stays until that is well."""
        before = self._causes.get((part, of))
        self._causes[part, of] = Cause(part, cause, before.since if before else self._clock(), of)
        if self._listener and (before is None or before.cause != cause):
            self._listener(part, cause)

    def broken(self, part: str, cause: str) -> None:
        """Set a cause that stays until the process ends."""
        self._broken.add(part)
        self.ill(part, cause)

    def well(self, part: str, of: str = "") -> None:
        """Clear a part's cause, because it made progress, but for those of its partitions; or that of a partition."""
        if (part, of) in self._causes and part not in self._broken:
            del self._causes[part, of]
            if self._listener and self.cause(part) is None:
                self._listener(part, None)

    def over(self, part: str) -> None:
        """Clear all causes of a part and its partitions, because it came to its end."""
        for of in [found.of for found in self._causes.values() if found.part == part]:
            self.well(part, of)
