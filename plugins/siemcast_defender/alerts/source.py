"""Opens defender.alerts: Graph's alerts_v2, which is whole as it stands in a page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from siemcast.api import Context, Partition, Source
from siemcast_defender.alerts.config import AlertsSettings
from siemcast_defender.graph import stamp
from siemcast_defender.graph.client import ALERTS, Graph, Listing
from siemcast_defender.graph.open import open_api
from siemcast_defender.graph.poll import Plain, Plan, Poll
from siemcast_defender.graph.source import PolledSource
from siemcast_defender.shapes import ALERT


@asynccontextmanager
async def open_source(settings: AlertsSettings, context: Context) -> AsyncGenerator[Source, None]:
    """Open the source for as long as the context lasts."""
    async with open_api(settings, context) as (http, api):
        listing = Listing(**ALERTS, page_size=settings.page_size, filter=settings.condition)
        graph = Graph(context, http, api, listing)
        plan = Plan(
            partition=Partition("alerts"),
            shape=ALERT.name,
            since=stamp.length(settings.since),
            overlap=stamp.length(settings.overlap),
        )
        yield PolledSource(context, [graph], [Poll(context, graph, Plain(graph), plan)], settings.every)
