"""What a run did, for those who end it with an exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siemcast.engine.lane import LaneCount
from siemcast.engine.reader import SourceCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The account of one run."""

    drained: bool
    """Whether every source gave all that there is, and every lane settled all of it."""
    sources: Mapping[str, SourceCount]
    sinks: Mapping[str, LaneCount]
    dead_letters: int
    """Kept in the journal at the end, of this run and of earlier ones."""

    @property
    def failures(self) -> Mapping[str, str]:
        """By `sources.NAME` or `sinks.NAME`, why a part stopped by a plugin's bug."""
        parts = {
            **{f"sources.{name}": count.failure for name, count in self.sources.items()},
            **{f"sinks.{name}": count.failure for name, count in self.sinks.items()},
        }
        return {part: failure for part, failure in parts.items() if failure}
