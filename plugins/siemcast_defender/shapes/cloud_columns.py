"""Makes one level of Microsoft's nested objects, in one spelling, so that each generation has the same columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from siemcast.schema.times import moment
from siemcast_defender.mappings.objects import spelling
from siemcast_defender.shapes.common import text

_RENAMED = {"timegeneratedutc": "TimeGenerated", "processingendtimeutc": "ProcessingEndTime"}
"""What the resource manager calls otherwise than continuous export does."""


def spread(data: Mapping[str, Any], table: str, inner: Collection[str] = ()) -> dict[str, Any]:
    """Give an object's values, and those of the objects in `inner` (lower case) beside them, by their documented names.

    A value whose name is taken is named after where it stood (`PropertiesId` beside `Id`). None is ever lost.
    """
    columns: dict[str, Any] = {}
    within = []
    for key, value in data.items():
        if isinstance(value, Mapping) and key.lower() in inner:
            within.append((key, value))
        else:
            columns[_free(_spelt(key, table), columns)] = value
    for key, held in within:
        for name, value in held.items():
            own = _spelt(name, table)
            columns[_free(own if own not in columns else _spelt(key, table) + own, columns)] = value
    return columns


@lru_cache(maxsize=4096)  # names recur over all records of a table
def _spelt(name: str, table: str) -> str:
    lower = name.lower()
    return spelling(table).get(lower) or _RENAMED.get(lower) or name[:1].upper() + name[1:]


def _free(name: str, taken: Collection[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def lower_keys(data: Mapping[str, Any]) -> frozenset[str]:
    """Give the names of an object in lower case."""
    return frozenset(key.lower() for key in data)


def value_of(data: Mapping[str, Any], name: str) -> Any:
    """Give a value by its name in lower case, however the object spells it."""
    found = data.get(name)
    return found if found is not None else next((value for key, value in data.items() if key.lower() == name), None)


def dig(value: Any, *names: str) -> Any:
    """Give what stands at the end of names in lower case; nothing where that is no way."""
    for name in names:
        if not isinstance(value, Mapping):
            return None
        value = value_of(value, name)
    return value


def word(value: Any) -> str:
    """Spell a status as Graph does: lower camel case."""
    found = text(value)
    return found[:1].lower() + found[1:]


def first_time(*values: Any) -> Any:
    """Give the first value that can be read as a time; else the first that is there at all."""
    there = [value for value in values if value is not None and value != ""]
    return next((value for value in there if moment(value) is not None), there[0] if there else None)
