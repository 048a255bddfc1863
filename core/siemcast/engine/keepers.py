"""What runs beside readers and lanes: trimming, hearing of other processes, and noticing what is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from siemcast.engine.shared import Shared
from siemcast.engine.world import sleep_unless
from siemcast.errors import Transient

_TRIM_SECONDS = 60.0
_FULL_SECONDS = 1.0
_FOLLOW_SECONDS = 2.0
_LOOK_OUT_SECONDS = 15.0
_STUCK_SECONDS = 90.0
"""A lane with something to do that has settled nothing for so long, beside what its batches wait, is stuck."""


async def keep_trimmed(shared: Shared) -> NoReturn:
    """Trim the journal every minute, and every second while sources wait for room."""
    gate = shared.gate
    while True:
        if gate.full:
            await shared.world.sleep(_FULL_SECONDS)
        else:
            await sleep_unless(gate.filled, shared.world, _TRIM_SECONDS)
        await gate.look()


async def follow_others(shared: Shared) -> NoReturn:
    """Tell the feed what another process appended (`dead-letters retry` beside this one)."""
    while True:
        await shared.world.sleep(_FOLLOW_SECONDS)
        try:
            if await shared.journal.changed():
                shared.feed.announce((await shared.journal.usage()).last)
        except Transient as error:
            shared.world.log.warning("journal_not_followed", cause=str(error))


class LookOut:
    """Notices lanes that have something to do and make no progress, whatever the reason that nobody told."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._seen: dict[str, tuple[int, datetime]] = {}
        self._stuck: set[str] = set()

    async def keep(self) -> NoReturn:
        """Look now and then."""
        while True:
            await self._shared.world.sleep(_LOOK_OUT_SECONDS)
            self.look()

    def look(self) -> None:
        """Compare every lane's position with where it was."""
        now = self._shared.world.now()
        for sink in self._shared.plan.sinks:
            position = self._shared.sinks[sink.name].position
            before, since = self._seen.get(sink.name, (-1, now))
            part = f"sinks.{sink.name}"
            if position != before or position >= self._shared.feed.last or self._told(part):
                self._seen[sink.name] = (position, now)
                self._moves(part)
                continue
            patience = _STUCK_SECONDS + sink.settings.batch.wait.total_seconds()
            if (seconds := (now - since).total_seconds()) >= patience:
                self._stuck.add(part)
                self._shared.health.ill(
                    part, f"nothing settled for {seconds:.0f} s although there is something to send"
                )

    def _told(self, part: str) -> bool:
        """Say whether somebody else knows why a part stands."""
        return part not in self._stuck and self._shared.health.cause(part) is not None

    def _moves(self, part: str) -> None:
        if part in self._stuck:
            self._stuck.discard(part)
            self._shared.health.well(part)
