"""Reads a window that order can not cut any further, by nextLink or `$skip`, until two readings agree.

A record that changes meanwhile leaves the window and moves all later ones up by one place, so that one reading may step
over a record and never know. Nothing enters a past window but what is committed late, which the overlap finds. So two
readings of the same records prove that nothing moved between them, and that the first one saw the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from siemcast_defender.graph.page import Page
from siemcast_defender.graph.window import Field, Query, Window

MOST_SKIPPED = 500
"""Graph's security lists answer 400 to a larger `$skip` (constraints page of the security API)."""
_MOST_STRIKES = 3
_MOST_ROUNDS = 6

Key = tuple[str, str]


@dataclass(slots=True)
class Habits:
    """What a server has shown of its ways, learned while a source is open."""

    order: dict[Field, Literal["rising", "falling"]] = field(default_factory=dict)
    most_skipped: int = MOST_SKIPPED
    """Largest `$skip` that is not known to be refused; 0 where it does not work at all."""
    strikes: int = 0
    """How often in a row `$skip` brought what had been there before it."""

    @property
    def skips(self) -> bool:
        """Whether `$skip` works here, as far as is known."""
        return self.reaches(1)

    def reaches(self, count: int) -> bool:
        """Whether a `$skip` of so many works here, as far as is known."""
        return count <= self.most_skipped and self.strikes < _MOST_STRIKES


class Walk:
    """One window being read to its end, twice."""

    def __init__(self, window: Window, first: Page, habits: Habits) -> None:
        self.first = first
        self._window = window
        self._habits = habits
        self._rounds = 0
        self._links = True
        self._link: str | None = None
        self._exhaustive = window.is_point or all(item.stamp is None for item in first.items)
        self._found: set[Key] = set()
        self._earlier: set[Key] | None = None
        self.verdict = self.take(first)

    def ask(self) -> Query:
        """Give the next request."""
        return Query(self._window, skip=0 if self._link else len(self._found), link=self._link)

    def take(self, page: Page) -> bool | None:
        """Take its answer; True: read whole, False: can not be, None: go on."""
        linked, self._link = self._link is not None, page.link if self._links else None
        new = {item.key for item in page.items} - self._found
        if page.items and not new:
            return self._nothing_new(linked)
        self._found |= new
        if self._earlier is not None:
            return self._compare(page, self._earlier)
        if not page.items:
            self._end(linked)
            return None
        if len(self._found) > len(page.items) and not self._exhaustive:
            return False  # there is more of it; cutting the window is cheaper and surer
        if self._link is None and not self._habits.reaches(len(self._found)):
            if not linked or len(page.items) >= len(self.first.items):
                return False
            self._read_again()  # beyond the reach of $skip, the end of the links has to do
        return None

    def refused(self) -> bool | None:
        """Take a 400 for an answer."""
        if self._link is not None:
            self._links, self._link = False, None
            return None if self._habits.reaches(len(self._found)) else False
        self._habits.most_skipped = len(self._found) - 1
        return False

    def _end(self, linked: bool) -> None:
        if linked and self._habits.reaches(len(self._found)):
            self._links = False  # the end of links proves nothing where $skip can be asked
            return
        self._habits.strikes = 0
        self._read_again()

    def _nothing_new(self, linked: bool) -> bool | None:
        if linked:  # a nextLink that leads round in circles
            self._links, self._link = False, None
            return None if self._habits.reaches(len(self._found)) else False
        self._habits.strikes += 1
        return self._start_over() if self._habits.skips else False

    def _compare(self, page: Page, earlier: set[Key]) -> bool | None:
        if self._found == earlier:
            return True
        return None if page.items and len(self._found) < len(earlier) else self._start_over()

    def _read_again(self) -> None:
        self._earlier, self._found = self._found, set()
        self._link = None

    def _start_over(self) -> bool | None:
        self._rounds += 1
        self._found, self._earlier = set(), None
        self._link = None
        return False if self._rounds >= _MOST_ROUNDS else None
