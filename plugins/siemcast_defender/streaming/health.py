"""Decides when trouble in parts of a source is the trouble of all of it."""

from __future__ import annotations

from collections.abc import Callable

from siemcast.errors import AuthRefused, DeliveryError

PATIENCE = 5
"""Failures in a row after which one part's trouble is told while others are well."""


class Health:
    """Keeps, for each part (a hub, a partition), how often in a row it failed, and with what."""

    def __init__(self, tell: Callable[[str, str | None], None]) -> None:
        """Make one that tells of one part's trouble, or of None, by `tell`; the others are not disturbed."""
        self._tell = tell
        self._failures: dict[str, int] = {}
        self._errors: dict[str, DeliveryError] = {}

    def expect(self, part: str) -> None:
        """Count with a part from now on."""
        self._failures.setdefault(part, 0)

    def forget(self, part: str) -> None:
        """Count no longer with a part: it is drained, or another machine's."""
        self._failures.pop(part, None)
        self._errors.pop(part, None)
        self._tell(part, None)

    def failing(self, part: str) -> bool:
        """Say whether a part failed when it was last heard of."""
        return part in self._errors

    def well(self, part: str) -> None:
        """Note that a part was heard of."""
        self._failures[part] = 0
        self._errors.pop(part, None)
        self._tell(part, None)

    def failed(self, part: str, error: DeliveryError) -> int:
        """Note a failure, and give how many there were in a row."""
        self._failures[part] = self._failures.get(part, 0) + 1
        self._errors[part] = error
        if self._failures[part] >= PATIENCE:
            self._tell(part, str(error))
        return self._failures[part]

    def verdict(self) -> DeliveryError | None:
        """Give the error that the engine should hear of, when no part works: it opens all of them again."""
        if not self._failures or not all(map(self._in_trouble, self._failures)):
            return None
        refused = (error for error in self._errors.values() if isinstance(error, AuthRefused))
        return next(refused, next(iter(self._errors.values())))

    def _in_trouble(self, part: str) -> bool:
        """One lost connection is everyday life; the second in a row, or a refusal, is trouble."""
        count = self._failures[part]
        return count > 1 or (count == 1 and isinstance(self._errors[part], AuthRefused))
