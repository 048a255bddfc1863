"""Puts what a record's columns say at the places that canonical paths lead to, each value by its path's type.

Where a path leads through what holds several (`attacks.technique.uid`), each value has an object of its own; paths
below the same that have equally many values share their objects, first with first. Any other path takes the first value
that fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemcast.schema.convert import boolean, flat, given, integer, ip, text
from siemcast.schema.dump import dumps
from siemcast.schema.mapping import Ref, TableMapping
from siemcast.schema.times import anomalies, instant, moment

if TYPE_CHECKING:
    from siemcast.schema.model.vocabulary import Place

UNMAPPED = "unmapped"
_DEEPEST = 100
_LONG = 1 << 63


@dataclass(frozen=True, slots=True)
class Facts:
    """What the columns of a record say."""

    content: dict[str, Any]
    """By attribute of the event; objects are mappings, several of them lists."""
    unmapped: dict[str, Any]
    """By column, as it came: what `content` does not wholly say."""
    anomalies: dict[str, tuple[str, ...]]
    """By canonical path: what is odd about a time."""


@dataclass(slots=True)
class _Gathered:
    table: TableMapping
    now_ms: float | None
    content: dict[str, Any] = field(default_factory=dict)
    anomalies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    """Columns of which something has no place."""
    shared: dict[tuple[tuple[str, ...], int], list[dict[str, Any]]] = field(default_factory=dict)
    """By the way to them and their number: the objects that equally many values share."""


def facts_of(table: TableMapping, of: str, columns: Mapping[str, Any], now: datetime | None = None) -> Facts:
    """Gather what columns say in rows of a class; times are judged as seen from `now`, or only their zones."""
    from siemcast.schema.model.vocabulary import place_of  # noqa: PLC0415 - pydantic is for whoever asks for facts

    gathered = _Gathered(table, now.timestamp() * 1000 if now else None)
    refs = table.columns_of(of)
    for path, said in _said(table, refs, columns).items():
        _put(gathered, path, place_of(path), said)
    for (names, _), objects in gathered.shared.items():
        _at(gathered.content, names[:-1]).setdefault(names[-1], []).extend(one for one in objects if one)
    whole = {ref.column for ref, path in refs.items() if not ref.part and path != UNMAPPED} - gathered.untold
    unmapped = {name: sound(value) for name, value in columns.items() if given(value) and name not in whole}
    return Facts(gathered.content, unmapped, gathered.anomalies)


def _said(
    table: TableMapping, refs: Mapping[Ref, str], columns: Mapping[str, Any]
) -> Mapping[str, list[tuple[Ref, Any]]]:
    """Give by path the values that stand for it, in the order of the mapping."""
    apart = {column: expand(columns.get(column)) for column, expand in table.expanders.items()}
    found: dict[str, list[tuple[Ref, Any]]] = {}
    for ref, path in refs.items():
        value = apart[ref.column].get(ref.part) if ref.part else columns.get(ref.column)
        if given(value) and path != UNMAPPED:
            found.setdefault(path, []).append((ref, value))
    return found


def _put(gathered: _Gathered, path: str, place: Place, said: list[tuple[Ref, Any]]) -> None:
    """Put the values of one path in their place, and note the columns that have no room there."""
    fitting = _fitting(gathered, path, place, said)
    made = [one for _, one in fitting if one is not None]
    first, last = (place.many[0] if place.many else None), len(place.names) - 1
    if first is None:
        if made:
            _set(gathered.content, place, 0, made[0])
        gathered.untold.update(ref.column for ref, one in fitting if one is not None and one != made[0])
    elif first == last:
        if made:
            _at(gathered.content, place.names[:-1])[place.names[-1]] = list(dict.fromkeys(made))
    else:
        way = place.names[: first + 1]
        objects = gathered.shared.setdefault((way, len(fitting)), [{} for _ in fitting])
        for one, (_, value) in zip(objects, fitting, strict=True):
            if value is not None:
                _set(one, place, first + 1, value)


def _set(within: dict[str, Any], place: Place, start: int, value: Any) -> None:
    """Set a value from a name of its place on; what holds several on the way then holds this one."""
    for index, name in enumerate(place.names[start:], start):
        several = index in place.many
        if index == len(place.names) - 1:
            within[name] = [value] if several else value
        elif several:
            within = within.setdefault(name, [{}])[0]
        else:
            within = within.setdefault(name, {})


def _fitting(gathered: _Gathered, path: str, place: Place, said: list[tuple[Ref, Any]]) -> list[tuple[Ref, Any]]:
    """Give each value as its path's type has it, None for one that does not fit."""
    convert = _CONVERT[place.kind]
    found = []
    for ref, values in said:
        for value in [values] if place.kind == "json" else flat([values]):
            made = convert(value)
            found.append((ref, made))
            if made is None or not _is_whole(value, made):
                gathered.untold.add(ref.column)
            if place.kind == "timestamp":
                _judge(gathered, path, value)
    return found


def _is_whole(value: Any, made: Any) -> bool:
    """Say whether nothing of a value got lost: leading zeros would, and digits that a number has no room for."""
    return type(made) not in (int, float) or made == value or str(made) == value


def _judge(gathered: _Gathered, path: str, value: Any) -> None:
    read = moment(value)
    now_ms = gathered.now_ms if gathered.now_ms is not None else read.ms if read else 0.0
    odd = anomalies(read, value, now_ms)
    if odd:
        gathered.anomalies[path] = tuple(dict.fromkeys((*gathered.anomalies.get(path, ()), *odd)))


def _at(content: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    for name in names:
        content = content.setdefault(name, {})
    return content


def _plain_text(value: Any) -> str | None:
    return None if isinstance(value, Mapping) else text(sound(value))


def sound(value: Any, depth: int = 0) -> Any:
    """Give a value as JSON can say it: endless numbers, integers beyond 64 bits and what lies too deep become text."""
    if isinstance(value, list | Mapping):
        if depth >= _DEEPEST:
            return dumps(value).decode()
        if isinstance(value, list):
            return [sound(item, depth + 1) for item in value]
        return {key: sound(item, depth + 1) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -_LONG <= value < 2 * _LONG:
        return str(value)
    return value


def _number(value: Any) -> float | None:
    """Give a number, also where it was sent as text; JSON has no endless ones."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        made = float(value)
    except (ValueError, OverflowError):
        return None
    return made if math.isfinite(made) else None


_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "text": _plain_text,
    "integer": integer,
    "number": _number,
    "boolean": boolean,
    "timestamp": instant,
    "ip": ip,
    "json": sound,
}
