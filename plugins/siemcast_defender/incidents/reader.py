"""Reads pages of incidents with their alerts, in the dearer ways only where the cheap one fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from siemcast.api import Context
from siemcast.errors import Permanent, Transient
from siemcast_defender.graph import stamp
from siemcast_defender.graph.client import TRIES, Graph
from siemcast_defender.graph.page import Item, Page, cut_alerts, parse_item, with_alerts
from siemcast_defender.graph.window import Query
from siemcast_defender.incidents.expand import Expander


class IncidentReader:
    """A Reader of the list of incidents; without an expander they stay without alerts."""

    def __init__(self, context: Context, graph: Graph, expander: Expander | None) -> None:
        self._context = context
        self._graph = graph
        self._expander = expander
        self._trouble: tuple[int, int] | None = None
        self._bare: set[tuple[str, str]] = set()
        self._tries = TRIES  # one, while expanding has just failed: where it never works, that shall not take for ever

    async def page(self, query: Query) -> Page:
        """Get a page with `$expand=alerts`; where that fails for ever but the page comes without, take it bare."""
        if self._expander is None:
            return await self._graph.patiently(lambda: self._graph.page(query))
        cause = ""
        if not self._is_trouble(query):
            try:
                page = await self._graph.patiently(lambda: self._graph.page(query, expand="alerts"), self._tries)
            except (Transient, Permanent) as failure:
                if isinstance(failure, Transient) and failure.retry_after is not None:  # busy, not broken
                    raise
                cause, self._tries = failure.message, 1
            else:
                self._tries = TRIES
                if query.link is not None:  # that of a bare page, which asks for no alerts itself
                    self._bare = {item.key for item in page.items}
                return page
        page = await self._graph.patiently(lambda: self._graph.page(query))
        if cause:
            self._context.log.warning("expand_failed", window=query.window.condition(), cause=cause)
            self._mark(page)
        self._bare = {item.key for item in page.items}
        return page

    async def whole(self, item: Item) -> Item:
        """Add its alerts to an incident of a bare page."""
        if self._expander is None or item.key not in self._bare:
            return item
        if cut_alerts(item.raw) is not None or not item.raw.startswith(b"{"):
            return item
        alerts = await self._expander.alerts_of(item)
        return item if alerts is None else replace(item, raw=with_alerts(item.raw, alerts))

    async def singles(self, ids: Sequence[str]) -> Sequence[Item]:
        """Fetch what other incidents were merged into; under a user's filter nothing, for it may exclude that."""
        if self._graph.listing.filter:
            return ()
        found = []
        for id_ in dict.fromkeys(ids):
            try:
                body = await self._graph.patiently(lambda id_=id_: self._graph.single(id_))  # type: ignore[misc]
            except Permanent as refusal:
                self._context.log.warning("merged_into_unknown_incident", incident=id_, cause=refusal.message)
                continue
            found.append(parse_item(body))
        self._bare |= {item.key for item in found}
        return found

    def _is_trouble(self, query: Query) -> bool:
        """Whether a page of this query may hold what broke an earlier one; the next page only shares its edge."""
        if self._trouble is None:
            return False
        first, last = self._trouble
        floor, hi = query.window.floor, stamp.LAST if query.window.hi is None else query.window.hi
        return first <= floor < last or first < hi <= last or floor <= first <= last <= hi

    def _mark(self, page: Page) -> None:
        stamps = [item.stamp for item in page.items if item.stamp is not None]
        if stamps:
            first, last = self._trouble or (stamp.LAST, 0)
            self._trouble = (min(first, *stamps), max(last, *stamps))
