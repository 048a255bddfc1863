"""Keeps sources waiting while the journal is full of what is not settled, and trims what is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from siemcast.api.journal import Journal
from siemcast.engine.world import World
from siemcast.errors import Transient
from siemcast.observe.health import Health

_PART = "journal"
_CHECKS = 50
"""A fiftieth of the journal is let in between two looks at how full it is."""


class Gate:
    """Shared by all readers of a run."""

    def __init__(self, journal: Journal, sinks: Sequence[str], max_bytes: int, world: World, health: Health) -> None:
        self._journal = journal
        self._sinks = sinks
        self._max_bytes = max_bytes
        self._world = world
        self._health = health
        self.filled = asyncio.Event()
        """Set while sources wait."""
        self._passable = asyncio.Event()
        self._passable.set()
        self._unlooked = 0
        self._looking = asyncio.Lock()

    @property
    def full(self) -> bool:
        """Whether sources wait."""
        return self.filled.is_set()

    async def passable(self) -> None:
        """Wait until the journal has room."""
        await self._passable.wait()

    async def appended(self, size: int) -> None:
        """Count raw bytes that went in, and look where they may have filled the journal."""
        self._unlooked += size
        if self._unlooked >= self._max_bytes // _CHECKS:
            await self.look()

    async def look(self) -> None:
        """Trim, and open or shut by what is left; a journal that cannot be trimmed now is tried again later."""
        async with self._looking:
            self._unlooked = 0
            try:
                await self._journal.trim(self._sinks, self._world.now())
                stored = (await self._journal.usage()).bytes
            except Transient as error:
                self._world.log.warning("journal_not_trimmed", cause=str(error))
                return
            if stored >= self._max_bytes:
                self._shut(stored)
            elif self.full:
                self.filled.clear()
                self._passable.set()
                self._health.well(_PART)

    def _shut(self, stored: int) -> None:
        self._passable.clear()
        self.filled.set()
        self._health.ill(
            _PART,
            f"full: {stored} of {self._max_bytes} bytes are not settled, so sources wait; "
            "mend the sink that is behind, or raise journal.max_bytes",
        )
