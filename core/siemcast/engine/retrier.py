"""Makes a call again until it succeeds, and keeps health and metrics told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from siemcast.api import RetrySettings
from siemcast.engine.backoff import BUGS, Attempts, is_bug, pause
from siemcast.engine.world import World, sleep_unless
from siemcast.errors import AuthRefused, Permanent, SiemcastError, Transient
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics

T = TypeVar("T")
_TOLD_AT_ONCE = 5.0
"""A first failure that is repeated sooner than in so many seconds does not make anything unready."""


class Stopped(Exception):  # noqa: N818 - no error: the engine stops, and what was tried is left for the next run
    """Says that the engine was stopped while a call was waiting to be made again."""


class GaveUp(Exception):  # noqa: N818 - what the user's `retry.give_up` asked for
    """Says that a call failed for as long as the user's `give_up` allows."""


class PartBroken(Exception):  # noqa: N818 - ends one lane or reader, and nothing else
    """Says that a plugin's bug did not go away; its lane stops."""


class Retrier:
    """Repeats the calls of one part; what one call learns of a pause holds for all others under way."""

    def __init__(
        self, part: str, *, world: World, settings: RetrySettings, health: Health, metrics: Metrics, stop: asyncio.Event
    ) -> None:
        self.part = part
        self._world = world
        self._settings = settings
        self._health = health
        self._metrics = metrics
        self._stop = stop
        self._resume = world.elapsed()

    async def until_done(
        self,
        call: Callable[[], Awaitable[T]],
        *,
        attempts: Attempts | None = None,
        permanent: tuple[type[Exception], ...] = (Permanent,),
    ) -> T:
        """Give the call's result. Raises what is `permanent` at once, Stopped, GaveUp, or PartBroken."""
        attempts = attempts or Attempts()
        while True:
            await self._rest()
            try:
                result = await _contained(call)
            except (Stopped, GaveUp, PartBroken):
                raise
            except Exception as error:
                if isinstance(error, permanent):
                    raise
                self._judge(error, attempts)
            else:
                if attempts.failures:
                    self._health.well(self.part)
                return result
            if self._stop.is_set():
                raise Stopped

    async def _rest(self) -> None:
        """Sit out a pause, whichever call it was that learned of it."""
        while (rest := self._resume - self._world.elapsed()) > 0:
            if not await sleep_unless(self._stop, self._world, rest):
                raise Stopped

    def _judge(self, error: Exception, attempts: Attempts) -> None:
        now = self._world.elapsed()
        attempts.add(error, now)
        self._metrics.retries.labels(self.part, _reason(error)).inc()
        if attempts.bugs >= BUGS:
            raise PartBroken(f"{_words(error)} (a bug: it came {attempts.bugs} times in a row)") from error
        if attempts.over(self._settings.give_up, now):
            raise GaveUp(f"gave up, as retry.give_up says: {_words(error)}") from error
        seconds = pause(error, attempts, self._settings, self._world.random)
        self._resume = max(self._resume, now + seconds)
        if attempts.failures > 1 or seconds > _TOLD_AT_ONCE or not isinstance(error, Transient):
            self._health.ill(self.part, _words(error))
        self._log(error, attempts, seconds)

    def _log(self, error: Exception, attempts: Attempts, seconds: float) -> None:
        facts = {
            "part": self.part,
            "cause": _words(error),
            "failures": attempts.failures,
            "again_in": round(seconds, 1),
        }
        if is_bug(error):
            self._world.log.error("plugin_bug", exc_info=error, **facts)
        else:
            self._world.log.warning("retry", **facts)


async def _contained(call: Callable[[], Awaitable[T]]) -> T:
    """Give the call's result; a plugin that would end the process, or its own task, has a bug like any other."""
    try:
        return await call()
    except SystemExit as error:
        raise RuntimeError(f"it tried to end the process: SystemExit({error.code!r})") from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("it was cancelled, though nobody stopped it") from error


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, SiemcastError) else f"{type(error).__name__}: {error}"


def _reason(error: Exception) -> str:
    if isinstance(error, Transient):
        return "transient"
    if isinstance(error, AuthRefused):
        return "auth_refused"
    return "bug" if is_bug(error) else "refused"
