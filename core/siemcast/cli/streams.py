"""The standard streams, which whoever calls may have closed (`<&-`, `>&-`), and the time at which they are read."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from siemcast.errors import SiemcastError


def standard_input() -> TextIO:
    """Give standard input. Raises SiemcastError where it is closed."""
    if sys.stdin is None:
        raise SiemcastError("standard input is closed", hint="send records through it")
    return sys.stdin


def standard_output() -> TextIO:
    """Give standard output. Raises SiemcastError where it is closed."""
    if sys.stdout is None:
        raise SiemcastError("standard output is closed", hint="let it go somewhere, if only to /dev/null")
    return sys.stdout


def now_ms() -> int:
    """Give the time: milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000
