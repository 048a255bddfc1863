"""Opens defender.incidents: Graph's incidents, and its alerts where they are wanted apart."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from siemcast.api import Context, Partition, Source
from siemcast_defender.graph import stamp
from siemcast_defender.graph.client import ALERTS, INCIDENTS, Graph, Listing
from siemcast_defender.graph.open import open_api
from siemcast_defender.graph.poll import Plain, Plan, Poll
from siemcast_defender.graph.source import PolledSource
from siemcast_defender.incidents.config import IncidentsSettings
from siemcast_defender.incidents.expand import Expander
from siemcast_defender.incidents.reader import IncidentReader
from siemcast_defender.shapes import ALERT, INCIDENT

_ALERTS_PAGE = 500


@asynccontextmanager
async def open_source(settings: IncidentsSettings, context: Context) -> AsyncGenerator[Source, None]:
    """Open the source for as long as the context lasts."""
    async with open_api(settings, context) as (http, api):
        listing = Listing(**INCIDENTS, page_size=settings.page_size, filter=settings.filter)
        incidents = Graph(context, http, api, listing)
        alerts = Graph(context, http, api, Listing(**ALERTS, page_size=_ALERTS_PAGE))
        expander = Expander(context, incidents, alerts) if settings.alerts == "with" else None
        reader = IncidentReader(context, incidents, expander)
        polls = [Poll(context, incidents, reader, _incidents_plan(settings))]
        graphs = [incidents]
        if settings.alerts == "separate":
            polls.append(Poll(context, alerts, Plain(alerts), _alerts_plan(settings)))
            graphs.append(alerts)
        yield PolledSource(context, graphs, polls, settings.every)


def _incidents_plan(settings: IncidentsSettings) -> Plan:
    return Plan(
        partition=Partition("incidents"),
        shape=INCIDENT.name,
        since=stamp.length(settings.since),
        overlap=stamp.length(settings.overlap),
        settle=stamp.length(settings.settle),
        updates=settings.updates,
    )


def _alerts_plan(settings: IncidentsSettings) -> Plan:
    return Plan(
        partition=Partition("alerts"),
        shape=ALERT.name,
        since=stamp.length(settings.since),
        overlap=stamp.length(settings.overlap),
    )
