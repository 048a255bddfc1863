"""What all parts of one run share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from siemcast.api import RetrySettings, Tenant
from siemcast.api.journal import Journal
from siemcast.engine.context import EngineContext
from siemcast.engine.feed import Feed
from siemcast.engine.gate import Gate
from siemcast.engine.lane import LaneCount
from siemcast.engine.notices import Notices
from siemcast.engine.plan import Plan
from siemcast.engine.reader import SourceCount
from siemcast.engine.retrier import Retrier
from siemcast.engine.unmapped import Unmapped
from siemcast.engine.world import World
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics

JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One run's common ground."""

    plan: Plan
    world: World
    until_drained: bool
    stop: asyncio.Event
    health: Health
    metrics: Metrics
    notices: Notices
    unmapped: Unmapped
    journal: Journal
    feed: Feed
    gate: Gate
    tenants: Mapping[str, Tenant]
    sources: Mapping[str, SourceCount]
    sinks: Mapping[str, LaneCount]

    def context(self, part: str) -> EngineContext:
        """Make the context of a source or sink, named as in `sources.NAME`."""
        return EngineContext(
            part=part,
            log=self.world.log,
            health=self.health,
            world=self.world,
            until_drained=self.until_drained,
            tenants=self.tenants,
            known_shapes=self.plan.shapes,
        )

    def retrier(self, part: str, settings: RetrySettings | None = None) -> Retrier:
        """Make the retrier of a part."""
        return Retrier(
            part,
            world=self.world,
            settings=settings or RetrySettings(),
            health=self.health,
            metrics=self.metrics,
            stop=self.stop,
        )
