"""Reads windows of Graph's time to their end, whatever Graph does with order, page sizes, nextLinks and timestamps.

It holds the windows still to be read, lowest first, and cuts the lowest by what a page proves: a rising page leaves
what comes after its last timestamp, a falling one what comes before its first, any other is cut in two. No end is
believed for a page's length or a missing nextLink; only an empty page, or two equal readings (see walk), are an end. It
does no I/O: `ask` gives a request, `answer` takes what it brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from siemcast.errors import Transient
from siemcast_defender.graph import stamp
from siemcast_defender.graph.page import Page
from siemcast_defender.graph.walk import Habits, Walk
from siemcast_defender.graph.window import Query, Window

Bounds = tuple[int, int | None]

_PROOF = 8
"""Steps in one direction that prove a page's order by themselves: chance brings them once in 9! pages."""


class Drain:
    """One complete reading of windows, the lowest last."""

    def __init__(self, windows: Sequence[Window], page_size: int, habits: Habits) -> None:
        self._todo = list(windows)
        self._cut = page_size
        self._habits = habits
        self._walk: Walk | None = None

    @property
    def covered(self) -> int | None:
        """Below this lastUpdateDateTime all has been read; None when all has."""
        return min((window.floor for window in self._todo), default=None)

    @property
    def todo(self) -> list[Bounds]:
        """The windows still to be read, lowest last, as a cursor keeps them."""
        whole = (window if window.shared is None else window.only(window.shared) for window in self._todo)
        return list(dict.fromkeys((window.lo, window.hi) for window in whole))

    def ask(self) -> Query | None:
        """Give the next request; None at the end."""
        if self._walk is not None:
            return self._walk.ask()
        return Query(self._todo[-1]) if self._todo else None

    def answer(self, page: Page) -> None:
        """Take the answer to the last request. Raises Transient where no way leads to the rest of a window."""
        if self._walk is not None:
            self._decide(self._walk.take(page), self._walk)
            return
        window = self._todo[-1]
        places = [place for item in page.items if (place := window.place(item)) is not None]
        if not page.items:
            self._todo.pop()
        elif self._worth_walking(window, page):
            self._walk = Walk(window, page, self._habits)
            self._decide(self._walk.verdict, self._walk)
        elif self._is_all_to_be_known(window, page):
            self._todo.pop()
        else:
            self._narrow(window, page, places)

    def refused(self) -> bool:
        """Take a 400 as the answer to an optional request; False when there is no other way."""
        if self._walk is not None:
            self._decide(self._walk.refused(), self._walk)
            return True
        return False

    def _worth_walking(self, window: Window, page: Page) -> bool:
        if window.is_point or all(item.stamp is None for item in page.items):
            return self._habits.reaches(len(page.items)) or page.link is not None
        return len(page.items) < self._cut and self._habits.reaches(len(page.items))

    def _is_all_to_be_known(self, window: Window, page: Page) -> bool:
        """Whether a short page of one moment must be believed, for `$skip` can not show what comes after it."""
        reached = self._habits.skips if window.shared is None else self._habits.reaches(len(page.items))
        return window.is_point and not reached and len(page.items) < self._cut

    def _decide(self, verdict: bool | None, walk: Walk) -> None:
        if verdict is None:
            return
        self._walk = None
        window = self._todo[-1]
        if verdict:
            self._todo.pop()
            return
        first = walk.first
        if self._is_all_to_be_known(window, first):
            self._todo.pop()
            return
        if not window.is_point and self._habits.skips:
            self._cut = min(self._cut, len(first.items))
        self._narrow(window, first, [place for item in first.items if (place := window.place(item)) is not None])

    def _narrow(self, window: Window, page: Page, places: Sequence[int]) -> None:
        if not places:
            raise _lost(window, len(page.items))
        if window.after and max(places) > window.lo:
            self._cut = min(self._cut, window.after)
        self._todo.pop()
        if min(places) == max(places):
            self._part(window, places[0], len(page.items))
            return
        match self._direction(window, places):
            case "rising":
                self._push(window.since(max(places), after=len(page.items)))
            case "falling":
                self._push(window.until(min(places)))
            case _:
                distinct = sorted(set(places))
                middle = distinct[len(distinct) // 2]
                self._push(window.since(middle), window.until(middle - 1))

    def _part(self, window: Window, moment: int, size: int) -> None:
        """Cut a window whose page is all of one moment: what is before it, the moment, what is after it."""
        if window.is_point and window.shared is not None:
            self._todo.append(window)
            raise _too_many(window.shared, size)
        if window.is_point:
            self._push(window.by_created())
            return
        order = self._habits.order.get(window.by)
        before = None if order == "rising" else window.until(moment - 1)
        after = None if order == "falling" else window.since(moment + 1)
        self._push(after, window.only(moment), before)

    def _push(self, *windows: Window | None) -> None:
        self._todo.extend(window for window in windows if window is not None)

    def _direction(self, window: Window, places: Sequence[int]) -> str | None:
        """Give the order of a page where it proves one, or agrees with what the server has proven before."""
        rises = sum(one < other for one, other in pairwise(places))
        falls = sum(one > other for one, other in pairwise(places))
        if rises and falls:
            self._habits.order.pop(window.by, None)
            return None
        if rises >= _PROOF:
            self._habits.order[window.by] = "rising"
        elif falls >= _PROOF:
            self._habits.order[window.by] = "falling"
        found = "rising" if rises else "falling"
        return found if self._habits.order.get(window.by) == found else None


def _lost(window: Window, size: int) -> Transient:
    return Transient(
        f"Graph answered {window.condition()} with {size} records of other times",
        hint="it seems to ignore $filter; nothing is skipped, and it is asked again",
    )


def _too_many(moment: int, size: int) -> Transient:
    return Transient(
        f"more than {size} records share lastUpdateDateTime {stamp.text(moment)} and createdDateTime, and Graph gives"
        " neither a nextLink nor a $skip that reaches the rest",
        hint="raise page_size, or set a filter that tells them apart; nothing is skipped",
    )
