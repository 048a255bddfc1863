"""Writes JSON: by orjson, and patiently what orjson refuses (huge integers, deep nesting)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

_DEEPEST = 200
_LONG = 1 << 63


def dumps(value: Any) -> bytes:
    """Write compact JSON in UTF-8; integers beyond 64 bits, and whatever lies deeper than 200 levels, become text."""
    return _dumps(value, None)


def dumps_sorted(value: Any) -> bytes:
    """Write the same with all keys in alphabetical order."""
    return _dumps(value, orjson.OPT_SORT_KEYS)


def _dumps(value: Any, option: int | None) -> bytes:
    try:
        return orjson.dumps(value, option=option)
    except (TypeError, RecursionError):
        return orjson.dumps(_plain(value, 0), option=option)


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if depth > _DEEPEST and isinstance(value, (list, dict)):
        return _flattened(value)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_plain(str(key), depth): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, int) and not -_LONG <= value < 2 * _LONG:
        return str(value)
    return value


def _flattened(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    except RecursionError:
        return "nested too deeply"
