"""Polls one list of Graph into batches: each record version once, whatever is killed, late, repeated or refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.errors import DeliveryError, Permanent, Transient
from siemcast_defender.graph import stamp
from siemcast_defender.graph.client import Graph
from siemcast_defender.graph.cursor import Progress, load
from siemcast_defender.graph.drain import Drain
from siemcast_defender.graph.page import Item, Page
from siemcast_defender.graph.updates import Mode, is_wanted
from siemcast_defender.graph.walk import Habits
from siemcast_defender.graph.window import Query, Window

_SKEW = 300 * stamp.SECOND
"""A record dated further ahead than this is wrong about its time, and does not wait for it to settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one list is polled; all times in ticks."""

    partition: Partition
    shape: str
    since: int
    overlap: int
    settle: int = 0
    updates: Mode = "every_change"


class Reader(Protocol):
    """Gets the pages of a list, and makes its records whole."""

    async def page(self, query: Query) -> Page: ...

    async def whole(self, item: Item) -> Item:
        """Give the same item with the bytes that are to be delivered."""
        ...

    async def singles(self, ids: Sequence[str]) -> Sequence[Item]:
        """Fetch records by their ids, as far as Graph has them and the user wants them."""
        ...


class Plain:
    """Reads a list whose records are whole as they stand in a page."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def page(self, query: Query) -> Page:
        return await self._graph.patiently(lambda: self._graph.page(query))

    async def whole(self, item: Item) -> Item:
        return item

    async def singles(self, ids: Sequence[str]) -> Sequence[Item]:
        return ()


@dataclass(slots=True)
class _Pass:
    """One reading of all that there is since the cursor less the overlap."""

    progress: Progress
    drain: Drain
    clock: int
    """The earlier of the server's and our own clock when it began: the cursor never goes ahead of it."""
    newest: int
    """The newest lastUpdateDateTime that it came upon."""


class Poll:
    """One partition: its progress, and the pass under way."""

    def __init__(self, context: Context, graph: Graph, reader: Reader, plan: Plan) -> None:
        self._context = context
        self._graph = graph
        self._reader = reader
        self._plan = plan
        self._habits = Habits()
        self._progress: Progress | None = None
        self._horizon: int | None = None
        self.is_drained = False
        """Whether the last pass brought nothing that is older than this reading, and held nothing back."""
        self.holds = False
        """Whether the last pass came upon records that have yet to settle."""

    @property
    def partition(self) -> Partition:
        """The partition that it reads."""
        return self._plan.partition

    def resume(self, cursor: Cursor | None) -> None:
        """Go on from a stored cursor, in the middle of a pass where it stands there; without one, anew."""
        self._horizon = None
        self._progress = load(cursor) if cursor is not None else None

    async def passing(self) -> AsyncGenerator[Batch, None]:
        """Read all that there is since the cursor less the overlap; the last batch is empty and says "alive"."""
        now = await self._begin()
        while (query := now.drain.ask()) is not None:
            page = await self._page(now, query)
            if page is None:
                continue
            pairs: list[tuple[Item, Item]] = []
            try:
                async for pair in self._whole(now, page.items):
                    pairs.append(pair)  # noqa: PERF401 - what is whole counts even if the next one fails
            except DeliveryError:
                if pairs:
                    yield self._batch(now, self._deliver(now, pairs))
                raise
            now.drain.answer(page)  # only now: an error above asks for the same page again
            now.newest = max([now.newest, *(item.stamp for item in page.items if item.stamp is not None)])
            before = now.progress.todo
            records = self._deliver(now, pairs)
            if records or now.progress.todo != before:
                yield self._batch(now, records)
        missing = [id_ for id_ in now.progress.wanted if id_ not in now.progress.seen]
        found = [item for item in await self._reader.singles(missing) if _was_missed(now.progress, item)]
        strays = [pair async for pair in self._whole(now, found)]
        now.progress.wanted = []
        yield self._batch(now, self._deliver(now, strays))

    async def _begin(self) -> _Pass:
        clock = stamp.of(self._context.now())
        if self._progress is None:
            first = await self._graph.patiently(self._graph.newest)
            clock = min(clock, first.clock or clock)
            start = max(clock - self._plan.since, 0)
            self._progress = Progress(at=start, floor=start, begun=start)
        progress = self._progress
        self._horizon = clock if self._horizon is None else self._horizon
        self.is_drained, self.holds = True, False
        lower = progress.start(self._plan.overlap)
        if progress.todo:
            windows = _taken_up(progress, max(lower, progress.clock - self._plan.overlap - self._plan.settle))
            self.is_drained = not progress.brought
        else:
            windows, progress.newest, progress.brought = [Window(lower)], lower, False
        drain = Drain(windows, self._graph.page_size, self._habits)
        return _Pass(progress, drain, clock, max(lower, progress.newest))

    async def _page(self, now: _Pass, query: Query) -> Page | None:
        try:
            page = await self._reader.page(query)
        except Permanent as refusal:
            if not query.is_optional:
                hint = (
                    f"check the setting `filter` ({self._graph.listing.filter})" if self._graph.listing.filter else ""
                )
                raise Permanent(refusal.message, hint=hint) from refusal
            if now.drain.refused():
                return None
            hint = "records share one timestamp, and only this request would tell them apart; nothing is skipped"
            raise Transient(refusal.message, hint=hint) from refusal
        now.clock = min(now.clock, page.clock or now.clock)
        return page

    async def _whole(self, now: _Pass, items: Sequence[Item]) -> AsyncGenerator[tuple[Item, Item], None]:
        """Pick what is new and due, each version once; pairs of an item as listed and the same made whole."""
        due = {item.key: item for item in items if now.progress.is_new(item) and not self._is_held(now, item)}
        for item in due.values():
            yield item, await self._reader.whole(item)

    def _is_held(self, now: _Pass, item: Item) -> bool:
        if item.stamp is None or not now.clock - self._plan.settle < item.stamp <= now.clock + _SKEW:
            return False
        self.holds = self.holds or self._plan.settle > 0
        return self._plan.settle > 0

    def _deliver(self, now: _Pass, pairs: Sequence[tuple[Item, Item]]) -> list[bytes]:
        """Enter a page's new records into the progress, and give those that the user wants."""
        progress, records = now.progress, []
        for listed, whole in pairs:
            progress.note(listed)
            if is_wanted(self._plan.updates, whole, progress.memory):
                records.append(whole.raw)
            if (target := listed.facts.redirectIncidentId) not in (None, ""):
                progress.wanted.append(str(target))
            if listed.stamp is None or listed.stamp <= (self._horizon or 0):
                self.is_drained, progress.brought = False, True
        covered = now.newest if now.drain.covered is None else now.drain.covered
        progress.todo, progress.clock, progress.newest = now.drain.todo, now.clock, now.newest
        progress.advance(min(covered, now.clock - self._plan.settle), self._plan.overlap)
        return records

    def _batch(self, now: _Pass, records: Sequence[bytes]) -> Batch:
        return Batch(self._plan.partition, records, now.progress.dump(), self._plan.shape)


def _taken_up(progress: Progress, since: int) -> list[Window]:
    """Give what a pass that was broken off left to read, and all that may have changed `since` it began."""
    windows = [Window(lo, hi) for lo, hi in progress.todo]
    if windows[0].hi is None:
        return [Window(min(windows[0].lo, since)), *windows[1:]]
    return [Window(since), *windows]


def _was_missed(progress: Progress, item: Item) -> bool:
    """Say whether a record fetched by its id was never read: too old, or committed late beyond the overlap's start."""
    return item.stamp is None or item.stamp < progress.begun or item.stamp >= progress.floor
