"""What runs beside readers and lanes: trimming, hearing of other processes, telling news, noticing what is stuck."""

from __future__ import annotations

from typing import NoReturn

from siemcast.api import PolledSettings
from siemcast.engine.shared import Shared
from siemcast.engine.world import sleep_unless
from siemcast.errors import Transient

_TRIM_SECONDS = 60.0
_FULL_SECONDS = 1.0
_FOLLOW_SECONDS = 2.0
_TELL_SECONDS = 5.0
_LOOK_OUT_SECONDS = 15.0
_STUCK_SECONDS = 90.0
"""A lane with something to do that has settled nothing for so long, beside what its batches wait, is stuck."""
_SILENT_SECONDS = 300.0
_SILENT_POLLS = 3
"""A polled source that has given no batch, not even an empty one, for so long and so many polls hangs."""


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


async def keep_telling(shared: Shared) -> NoReturn:
    """Tell of tables and columns that no mapping knows, now and then."""
    while True:
        await shared.world.sleep(_TELL_SECONDS)
        shared.unmapped.tell()


class LookOut:
    """Notices parts that have something to do and make no progress, whatever the reason that nobody told."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._seen: dict[str, tuple[int, float]] = {}
        self._stuck: set[str] = set()

    async def keep(self) -> NoReturn:
        """Look now and then."""
        while True:
            await self._shared.world.sleep(_LOOK_OUT_SECONDS)
            self.look()

    def look(self) -> None:
        """Compare every part's progress with what it was."""
        shared = self._shared
        for sink in shared.plan.sinks:
            position = shared.sinks[sink.name].position
            idle = position >= shared.feed.last
            patience = _STUCK_SECONDS + sink.settings.batch.wait.total_seconds()
            self._judge(
                f"sinks.{sink.name}",
                position,
                idle,
                patience,
                "nothing settled for {:.0f} s although there is something to send",
            )
        for source in shared.plan.sources:
            if isinstance(source.settings, PolledSettings):
                count = shared.sources[source.name]
                every = source.settings.every.total_seconds() + source.settings.timeout.total_seconds()
                patience = max(_SILENT_SECONDS, _SILENT_POLLS * every)
                idle = count.ended or shared.gate.full
                words = "nothing heard for {:.0f} s, not even that there is nothing new"
                self._judge(f"sources.{source.name}", count.batches, idle, patience, words)

    def _judge(self, part: str, progress: int, idle: bool, patience: float, words: str) -> None:
        now = self._shared.world.elapsed()
        before, since = self._seen.get(part, (-1, now))
        if progress != before or idle or self._told(part):
            self._seen[part] = (progress, now)
            self._moves(part)
        elif (seconds := now - since) >= patience:
            self._stuck.add(part)
            self._shared.health.ill(part, words.format(seconds))

    def _told(self, part: str) -> bool:
        """Say whether somebody else knows why a part stands."""
        return part not in self._stuck and self._shared.health.cause(part) is not None

    def _moves(self, part: str) -> None:
        if part in self._stuck:
            self._stuck.discard(part)
            self._shared.health.well(part)
