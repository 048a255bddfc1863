"""Remembers what pure functions of texts gave: in telemetry the same names, paths and command lines recur."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

_MOST = 512
_LONGEST = 256
T = TypeVar("T")


class Memo(dict[Any, Any]):
    """Answers `memo[text]` with what the function gives, at the price of one look-up when it was asked before.

    A key may be a tuple of texts, too, some of them None. Bounded: long texts are not kept, and a full memo begins
    anew, which costs less than to know what is oldest.
    """

    __slots__ = ("_function", "_most")

    def __init__(self, function: Callable[[Any], Any], most: int = _MOST) -> None:
        """Take a pure function, and how many answers to remember: few stay in the processor's caches."""
        super().__init__()
        self._function = function
        self._most = most

    def __missing__(self, key: Any) -> Any:
        result = self._function(key)
        length = len(key) if key.__class__ is str else sum(len(text) for text in key if text)
        if length <= _LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[key] = result
        return result


def remembered(most: int = _MOST) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Decorate a pure function of one text: what short texts gave is remembered."""
    return lambda function: Memo(function, most).__getitem__


@lru_cache(maxsize=256)
def memo_of(function: Callable[[Any], Any]) -> Memo:
    """Give the one memo of a function, however many ask."""
    return Memo(function)
