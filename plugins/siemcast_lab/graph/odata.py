"""The part of OData that Graph's security lists understand: comparisons joined by `and`, `or` and parentheses."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Predicate = Callable[[Mapping[str, str]], bool]

DATES = frozenset({"createdDateTime", "lastUpdateDateTime"})
_COMMON = DATES | {"assignedTo", "classification", "determination", "severity", "status"}
FILTERABLE: Mapping[str, frozenset[str]] = {
    "incidents": frozenset(_COMMON),
    "alerts_v2": frozenset(_COMMON | {"serviceSource"}),
}
"""Per list, what Graph's reference says `$filter` takes."""

_TOKEN = re.compile(r"\s*(?:(\()|(\))|'((?:[^']|'')*)'|([^\s()']+))")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?Z")
_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


class BadRequest(Exception):  # noqa: N818 - what Graph answers with
    """Says what a request has wrong."""


def sortable(stamp: Any) -> str:
    """Write a timestamp of Graph's so that texts sort as times do; empty for what is none."""
    match = _STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    return f"{match[1]}.{(match[2] or '').ljust(12, '0')}" if match else ""


def parse_filter(text: str, fields: frozenset[str]) -> Predicate:
    """Compile a `$filter`; raises BadRequest for what Graph would not take."""
    tokens = _tokens(text)
    predicate, rest = _either(tokens, fields)
    if rest:
        raise BadRequest(f"Syntax error at '{rest[0][1]}' in $filter.")
    return predicate


def bounds(text: str, field: str) -> tuple[str, str]:
    """Give the lowest and highest value of a field that a filter without `or` leaves (`~` for no upper bound)."""
    low, high = "", "~"
    if " or " in text:
        return low, high
    for comparison, value in re.findall(rf"{field} (ge|gt|le|lt|eq) ([^\s()]+)", text):
        if comparison in ("ge", "gt", "eq"):
            low = max(low, sortable(value))
        if comparison in ("le", "lt", "eq"):
            high = min(high, sortable(value))
    return low, high


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadRequest(f"Syntax error at position {place} in $filter.")
        place = match.end()
        opening, closing, quoted, word = match.groups()
        kind = "(" if opening else ")" if closing else "text" if quoted is not None else "word"
        found.append((kind, opening or closing or word or (quoted or "").replace("''", "'")))
    return found


def _either(tokens: list[tuple[str, str]], fields: frozenset[str]) -> tuple[Predicate, list[tuple[str, str]]]:
    left, rest = _both(tokens, fields)
    if rest and rest[0] == ("word", "or"):
        right, rest = _either(rest[1:], fields)
        return (lambda row: left(row) or right(row)), rest
    return left, rest


def _both(tokens: list[tuple[str, str]], fields: frozenset[str]) -> tuple[Predicate, list[tuple[str, str]]]:
    left, rest = _term(tokens, fields)
    if rest and rest[0] == ("word", "and"):
        right, rest = _both(rest[1:], fields)
        return (lambda row: left(row) and right(row)), rest
    return left, rest


def _term(tokens: list[tuple[str, str]], fields: frozenset[str]) -> tuple[Predicate, list[tuple[str, str]]]:
    if tokens and tokens[0][0] == "(":
        inner, rest = _either(tokens[1:], fields)
        if not rest or rest[0][0] != ")":
            raise BadRequest("A ')' is missing in $filter.")
        return inner, rest[1:]
    if len(tokens) < 3:
        raise BadRequest("$filter ends in the middle of a comparison.")
    (_, name), (_, comparison), (kind, value) = tokens[:3]
    if name not in fields:
        raise BadRequest(f"Filtering on '{name}' is not supported.")
    if comparison not in _COMPARE:
        raise BadRequest(f"Unknown operator '{comparison}' in $filter.")
    return _comparison(name, comparison, kind, value), tokens[3:]


def _comparison(name: str, comparison: str, kind: str, value: str) -> Predicate:
    compare = _COMPARE[comparison]
    wanted = sortable(value) if name in DATES else value
    if name in DATES and (kind == "text" or not wanted):
        raise BadRequest(f"'{value}' is not a DateTimeOffset; write it without quotes, as 2026-01-31T00:00:00Z.")
    return lambda row: row[name] != "" and compare(row[name], wanted)
