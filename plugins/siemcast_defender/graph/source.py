"""The source that polls lists of Graph: a pass over each, a wait, and so on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta

from siemcast.api import Batch, Context, Cursor, Partition
from siemcast.errors import ConfigError, DeliveryError, Permanent, Transient
from siemcast_defender.graph.client import Graph
from siemcast_defender.graph.poll import Poll

_REFUSED = 60.0
"""Seconds after which a list that was refused is asked again, while others are read."""


class PolledSource:
    """Reads one or more lists of one tenant, each a partition."""

    def __init__(self, context: Context, graphs: Sequence[Graph], polls: Sequence[Poll], every: timedelta) -> None:
        self._context = context
        self._graphs = graphs
        self._polls = polls
        self._every = every.total_seconds()
        self._aside: dict[Partition, float] = {}
        """Lists whose last pass failed, and how many seconds each shall still be left alone."""

    async def check(self) -> None:
        """Ask each list for one record. Raises AuthRefused, Transient, or ConfigError where Graph answers 400."""
        for graph in self._graphs:
            try:
                await graph.newest()
            except Permanent as refusal:
                hint = f"check the setting `filter` ({graph.listing.filter})" if graph.listing.filter else refusal.hint
                raise ConfigError(refusal.message, hint=hint) from refusal

    async def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        """Yield batches pass by pass; under `until_drained` end after one that brought nothing older than the run.

        A list that fails holds back no other; only when all of them do is that raised.
        """
        for poll in self._polls:
            poll.resume(resume.get(poll.partition))
        while True:
            async with aclosing(self._round()) as batches:
                async for batch in batches:
                    yield batch
            waits = bool(self._aside) or any(poll.holds for poll in self._polls)
            if self._context.until_drained and not waits and all(poll.is_drained for poll in self._polls):
                return
            if not self._context.until_drained or waits:
                await self._sleep()

    async def _round(self) -> AsyncGenerator[Batch, None]:
        """Read each list once, but for those that are to be left alone."""
        for poll in self._polls:
            if self._aside.get(poll.partition, 0.0) > 0:
                continue
            try:
                async with aclosing(poll.passing()) as batches:
                    async for batch in batches:
                        yield batch
            except DeliveryError as error:
                self._put_aside(poll.partition, error)
            else:
                self._take_back(poll.partition)

    def _put_aside(self, partition: Partition, error: DeliveryError) -> None:
        """Leave a list alone for as long as its error asks for. Raises the error when no other is being read."""
        asked = error.retry_after if isinstance(error, Transient) else _REFUSED
        self._aside[partition] = asked or 0.0
        if len(self._aside) == len(self._polls):
            raise error
        self._context.log.warning("list_failed", partition=partition, cause=str(error))
        self._context.ailing(partition, f"{partition}: {error}")

    def _take_back(self, partition: Partition) -> None:
        self._aside.pop(partition, None)
        self._context.ailing(partition, None)

    async def _sleep(self) -> None:
        await self._context.sleep(self._every)
        self._aside = {partition: seconds - self._every for partition, seconds in self._aside.items()}
