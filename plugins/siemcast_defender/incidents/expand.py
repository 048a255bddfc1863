"""Finds the alerts of one incident whose page Graph can not give with `$expand=alerts`.

Large tenants meet a lasting 500 there when one incident has very many alerts (elastic/integrations#18144). So: the
incident alone with `$expand`; else alerts_v2 of its time, picked by incidentId (which Graph can not filter by); else
the incident goes out without alerts, and the log says so. Nothing of this may hold up the cursor.
"""

from __future__ import annotations

from siemcast.api import Context
from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast.kit.status import LONGEST_WAIT
from siemcast_defender.graph import stamp
from siemcast_defender.graph.client import Graph
from siemcast_defender.graph.drain import Drain
from siemcast_defender.graph.page import Item, Page, cut_alerts
from siemcast_defender.graph.walk import Habits
from siemcast_defender.graph.window import Query, Window

MOST_REQUESTS = 200
"""Pages of alerts that are looked through for one incident."""
_DAY = 86_400 * stamp.SECOND


class Expander:
    """Finds alerts one incident at a time."""

    def __init__(self, context: Context, incidents: Graph, alerts: Graph) -> None:
        self._context = context
        self._incidents = incidents
        self._alerts = alerts
        self._habits = Habits()

    async def alerts_of(self, incident: Item) -> list[bytes] | None:
        """Give the alerts of an incident; None, with a loud word in the log, where there is no way to them."""
        for way in (self._by_id, self._by_time):
            try:
                found = await way(incident)
            except (Transient, Permanent, AuthRefused) as error:
                if isinstance(error, Transient) and error.retry_after is not None:
                    raise  # busy, not broken
                self._context.log.warning("alerts_not_found", incident=incident.id, way=way.__name__, cause=str(error))
                continue
            if found is not None:
                return found
        await self._incidents.patiently(self._incidents.newest)  # an outage is no reason to give alerts up
        self._context.log.error(
            "incident_without_alerts", incident=incident.id, hint="Graph gives its alerts in no way; see the portal"
        )
        return None

    async def _by_id(self, incident: Item) -> list[bytes] | None:
        body = await self._incidents.patiently(lambda: self._incidents.single(incident.id, expand="alerts"))
        return cut_alerts(body)

    async def _by_time(self, incident: Item) -> list[bytes] | None:
        """Look through all alerts that changed from a day before the incident began until a day after it changed."""
        if incident.stamp is None:
            return None
        drain = Drain([_around(incident)], self._alerts.page_size, self._habits)
        found: dict[tuple[str, str], bytes] = {}
        for _ in range(MOST_REQUESTS):
            query = drain.ask()
            if query is None:
                return list(found.values())
            page = await self._page(query)
            if page is None:
                if not drain.refused():
                    return None
                continue
            drain.answer(page)
            mine = [item for item in page.items if str(item.facts.incidentId) == incident.id]
            found.update({item.key: item.raw for item in mine})
        return None

    async def _page(self, query: Query) -> Page | None:
        """Get a page, waiting as long as Graph asks: a search that began anew after each error might never end."""
        try:
            return await self._alerts.patiently(lambda: self._alerts.page(query), longest=LONGEST_WAIT)
        except Permanent:
            if not query.is_optional:
                raise
            return None


def _around(incident: Item) -> Window:
    last = incident.stamp or 0
    begin = last if incident.created is None else min(incident.created, last)
    return Window(max(begin - _DAY, 0), min(last + _DAY, stamp.LAST))
