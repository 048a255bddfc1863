"""The standard streams, which whoever calls may have closed (`<&-`, `>&-`)."""

from __future__ import annotations

import sys
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
