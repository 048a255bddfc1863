"""The source that polls lists of Graph: a pass over each, a wait, and so on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.errors import ConfigError, Permanent
from siemcast_defender.graph.client import Graph
from siemcast_defender.graph.poll import Poll


class PolledSource:
    """Reads one or more lists of one tenant, each a partition."""

    def __init__(self, context: Context, graphs: Sequence[Graph], polls: Sequence[Poll], every: timedelta) -> None:
        self._context = context
        self._graphs = graphs
        self._polls = polls
        self._every = every.total_seconds()

    async def check(self) -> None:
        """Ask each list for one record. Raises AuthRefused, Transient, or ConfigError where Graph answers 400."""
        for graph in self._graphs:
            try:
                await graph.newest()
            except Permanent as refusal:
                hint = f"check the setting `filter` ({graph.listing.filter})" if graph.listing.filter else refusal.hint
                raise ConfigError(refusal.message, hint=hint) from refusal

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        """Yield batches pass by pass; under `until_drained` end after one that brought nothing older than the run."""
        for poll in self._polls:
            poll.resume(resume.get(poll.partition))
        while True:
            for poll in self._polls:
                async with aclosing(poll.passing()) as batches:
                    async for batch in batches:
                        yield batch
            if self._context.until_drained and all(poll.is_drained and not poll.holds for poll in self._polls):
                return
            if not self._context.until_drained or any(poll.holds for poll in self._polls):
                await self._context.sleep(self._every)
