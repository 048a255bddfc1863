"""Keeps glibc from giving every thread a heap of its own."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
"""mallopt's number, from glibc's malloc.h."""


def share_one_heap() -> None:
    """Let all threads allocate from one heap: batches pass between threads, and each heap keeps what was freed in it.

    With four sinks this measured 100 MB resident instead of 136 MB, at the same speed. Must come before any thread.
    Does nothing where the C library is another one.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_M_ARENA_MAX, 1)
