"""A window of Graph's time that is still to be read, and the request that reads it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from siemcast_defender.graph import stamp
from siemcast_defender.graph.page import Item

Field = Literal["lastUpdateDateTime", "createdDateTime"]


@dataclass(frozen=True, slots=True)
class Window:
    """All records whose `by` lies from `lo` to `hi`, both included, in ticks."""

    lo: int
    hi: int | None = None
    """None leaves the end open."""
    by: Field = "lastUpdateDateTime"
    shared: int | None = None
    """The one lastUpdateDateTime of all its records, where it cuts them by createdDateTime."""
    after: int = field(default=0, compare=False)
    """Length of the page that it goes on from: should it hold more, that page was cut there."""

    @property
    def is_point(self) -> bool:
        """Whether only one moment is left in it."""
        return self.lo == self.hi

    @property
    def floor(self) -> int:
        """The lastUpdateDateTime below which it holds nothing."""
        return self.lo if self.shared is None else self.shared

    def place(self, item: Item) -> int | None:
        """Give where an item lies in it; None for one that has no place there."""
        found = item.stamp if self.by == "lastUpdateDateTime" else item.created
        if found is None or found < self.lo or (self.hi is not None and found > self.hi):
            return None
        return found if self.shared is None or item.stamp == self.shared else None

    def since(self, lo: int, after: int = 0) -> Window | None:
        """Keep what is not before `lo`; None when that is nothing."""
        if lo > (stamp.LAST if self.hi is None else self.hi):
            return None
        return replace(self, lo=max(lo, self.lo), after=after)

    def until(self, hi: int) -> Window | None:
        """Keep what is not after `hi`; None when that is nothing."""
        return None if hi < self.lo else replace(self, hi=hi if self.hi is None else min(hi, self.hi), after=0)

    def only(self, moment: int) -> Window:
        """Keep one moment."""
        return replace(self, lo=moment, hi=moment, after=0)

    def by_created(self) -> Window:
        """Cut the one moment of this window by createdDateTime instead."""
        return Window(lo=0, by="createdDateTime", shared=self.lo)

    def condition(self) -> str:
        """Write it as OData; only `ge`, `le` and `and`, which every service that speaks OData has."""
        parts = []
        if self.shared is not None:
            moment = stamp.text(self.shared)
            parts += [f"lastUpdateDateTime ge {moment}", f"lastUpdateDateTime le {moment}"]
        if self.lo > 0:
            parts.append(f"{self.by} ge {stamp.text(self.lo)}")
        if self.hi is not None:
            parts.append(f"{self.by} le {stamp.text(self.hi)}")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Query:
    """One request for a page of a window: its first one, or a later one by `$skip` or nextLink."""

    window: Window
    skip: int = 0
    link: str | None = None

    @property
    def is_optional(self) -> bool:
        """Whether Graph may refuse it (400) and reading goes on in another way."""
        return self.skip > 0 or self.link is not None or self.window.shared is not None
