"""Converters that every format may use: any values in, one value or None out, and never an error."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from socket import AF_INET, inet_pton
from typing import Any, cast

from siemcast.schema.dump import dumps
from siemcast.schema.memo import remembered
from siemcast.schema.times import epoch_ms, iso_ms

_LONG = 1 << 63
_LONGEST_ADDRESS = 64


def given(value: Any) -> bool:
    """Say whether there is a value at all: nothing, and empty text, list or object, are none; 0 and False are some."""
    return bool(value) or (value is not None and (value is False or value == 0))


def text(value: Any) -> str | None:
    """Give text as it is, and anything else as JSON says it."""
    if isinstance(value, str):
        return value or None
    if value.__class__ is int:
        return str(value)
    return dumps(value).decode() if given(value) else None


def integer(value: Any) -> int | None:
    """Give a whole number of 64 bits, also where it was sent as text."""
    if value.__class__ is int and -_LONG <= value < _LONG:
        return value
    if isinstance(value, str):
        digits = value.removeprefix("-")
        value = int(value) if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(_LONG)) else None
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    whole = isinstance(value, int) and not isinstance(value, bool) and -_LONG <= value < _LONG
    return value if whole else None


def boolean(value: Any) -> bool | None:
    """Give true or false, also where it was sent as text."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def lower(value: Any) -> str | None:
    """Give text in lower case."""
    found = text(value)
    return found.lower() if found else None


def ip(value: Any) -> str | None:
    """Give an IP address; an IPv4 one in IPv6 clothes (`::ffff:10.0.0.5`) as IPv4."""
    return _address(value) if value.__class__ is str and 0 < len(value) <= _LONGEST_ADDRESS else None


@remembered()  # addresses recur, and to read one of IPv6 costs as much as all else that a record takes
def _address(value: str) -> str | None:
    with suppress(OSError, ValueError):
        inet_pton(AF_INET, value)  # reads one as strictly as `ipaddress` does, in a tenth of the time
        return value
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if mapped is not None:
        return str(mapped)
    return value if "%" not in value else None  # a zone index is of one machine, and no receiver reads it


def flat(values: Iterable[Any]) -> Iterable[Any]:
    """Give values one by one, those of lists too."""
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        elif value or given(value):
            yield value


@dataclass(frozen=True, slots=True)
class Of:
    """A converter of what another one makes, whose work is done once where a field wants that too."""

    made: Callable[..., Any]
    convert: Callable[[Any], Any]

    def __call__(self, *values: Any) -> Any:
        """Convert what the other makes of values; nothing stays nothing."""
        made = self.made(*values)
        return None if made is None else self.convert(made)


@dataclass(frozen=True, slots=True)
class Listed:
    """A converter of one value made one into many: a list without repeats, in order, or None."""

    each: Callable[[Any], Any]

    def __call__(self, *values: Any) -> list[Any] | None:
        """Convert all values, and those of lists."""
        each = self.each
        found: dict[Any, None] = {}
        for value in values:
            for single in flat(value) if isinstance(value, list) else (value,):
                if (single or given(single)) and (one := each(single)) is not None:
                    found[one] = None
        return list(found) or None


@dataclass(frozen=True, slots=True)
class First:
    """A converter of one value made one that takes the first that it can use, of several and of lists."""

    each: Callable[[Any], Any]

    def __call__(self, *values: Any) -> Any:
        """Convert values until one of them gives something."""
        each = self.each
        for value in values:
            for single in flat(value) if isinstance(value, list) else (value,):
                if (single or given(single)) and (one := each(single)) is not None:
                    return one
        return None


_many_texts = Listed(text)


def texts(*values: Any) -> list[str] | None:
    """Give texts as a list without repeats, in order, or None."""
    found: dict[str, None] = {}
    for value in values:
        if value.__class__ is str:
            if value:
                found[value] = None
        elif value is not None:
            return _many_texts(*values)
    return list(found) or None


_any_text = First(text)


def first_text(*values: Any) -> str | None:
    """Give the first text of several values and of lists."""
    for value in values:
        if value.__class__ is not str:
            if value is not None:
                return cast("str | None", _any_text(*values))
        elif value:
            return value
    return None


ips = Listed(ip)


def of_same(name: Any, one: Any, other: Any) -> str | None:
    """Give what belongs to the same account: the first's where that has a name, else the other's."""
    found = one if name or one else other
    return found if found.__class__ is str and found else text(found)


COMMON: Mapping[str, Callable[..., Any]] = {
    "text": text,
    "integer": integer,
    "boolean": boolean,
    "lower": lower,
    "time": iso_ms,
    "milliseconds": epoch_ms,
    "ip": ip,
    "texts": texts,
    "integers": Listed(integer),
    "times": Listed(iso_ms),
    "ips": ips,
    "first": first_text,
    "of_same": of_same,
    "first_integer": First(integer),
    "first_boolean": First(boolean),
    "first_time": First(iso_ms),
    "first_milliseconds": First(epoch_ms),
    "first_ip": First(ip),
}
"""By the names that mapping files use."""

WHOLE = frozenset({"text", "integer", "boolean"})
"""Those that carry all that a value of their type says, so that a column needs no second place."""
