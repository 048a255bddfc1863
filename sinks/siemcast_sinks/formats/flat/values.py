"""What several flat formats ask of values: the first text, numbers as they want them, hosts of addresses.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from typing import Any

from siemcast.schema.convert import flat, integer, text

_INT = 1 << 31
_HOST = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:\s\\]+)")


def one(value: Any) -> str:
    """Give the first text of a value, which may be a list; empty where there is none."""
    if value.__class__ is str:
        return str(value)
    if value is None:
        return ""
    return next((found for item in flat([value]) if (found := text(item))), "")


def whole(value: Any) -> int | None:
    """Give a whole number of 32 bits, as Log Analytics' `int`."""
    found = integer(value)
    return found if found is not None and -_INT <= found < _INT else None


def number(value: Any) -> float | None:
    """Give a finite number, also where it was sent as text."""
    if isinstance(value, str) and len(value) <= 32:
        try:
            value = float(value)
        except ValueError:
            return None
    real = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if real else None


def id_text(*values: Any) -> str | None:
    """Give the first value as text, numbers too: ASIM's ids of processes and sessions are text."""
    return next((found for value in values if (found := one(value))), None)


def url_host(*values: Any) -> str | None:
    """Give the host of a web address; one without a scheme is taken to begin with it."""
    for value in values:
        match = _HOST.match(one(value)[:2048])
        if match:
            return match[1].strip("[]").lower() or None
    return None
