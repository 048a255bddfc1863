"""Remembers what pure functions of texts gave: in telemetry the same names, paths and command lines recur."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

_MOST = 4096
_LONGEST = 256


class Memo(dict[Any, Any]):
    """Answers `memo[text]` with what the function gives, at the price of one look-up when it was asked before.

    A key may be a tuple of texts, too, some of them None. Bounded: long texts are not kept, and a full memo begins
    anew, which costs less than to know what is oldest.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: Any) -> Any:
        result = self._function(key)
        length = len(key) if key.__class__ is str else sum(len(text) for text in key if text)
        if length <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[key] = result
        return result


@lru_cache(maxsize=256)
def memo_of(function: Callable[[Any], Any]) -> Memo:
    """Give the one memo of a function, however many ask."""
    return Memo(function)
