"""Tells observers what happened; an observer that fails is logged and holds back nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.api import Logger, Notice
from siemcast.engine.plan import Observer


class Notices:
    """Dispatches notices to the plugins' `observe` hooks."""

    def __init__(self, observers: Mapping[str, Observer], log: Logger) -> None:
        self._observers = observers
        self._log = log

    def tell(self, event: str, part: str, **details: Any) -> None:
        """Tell every observer."""
        notice = Notice(event=event, part=part, details=details)
        for plugin, observe in self._observers.items():
            try:
                observe(notice)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - an observer's failure is its own
                self._log.error("observer_failed", plugin=plugin, notice=event, exc_info=error)

    def health(self, part: str, cause: str | None) -> None:
        """Log and tell that a part makes no progress, or does so again."""
        if cause is None:
            self._log.info("ready", part=part)
            self.tell("ready", part)
        else:
            self._log.warning("not_ready", part=part, cause=cause)
            self.tell("not_ready", part, cause=cause)
