"""Remembers what pure functions of a text gave: in telemetry the same names, paths and command lines recur."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

_MOST = 8192
_LONGEST = 512


class Memo(dict[str, Any]):
    """Answers `memo[text]` with what the function gives, at the price of one look-up when it was asked before.

    Bounded: long texts are not kept, and a full memo begins anew, which costs less than to know what is oldest.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[str], Any]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> Any:
        result = self._function(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = result
        return result


@lru_cache(maxsize=256)
def memo_of(function: Callable[[str], Any]) -> Memo:
    """Give the one memo of a function, however many ask."""
    return Memo(function)
