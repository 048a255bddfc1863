"""Reads a record's bytes into an object: fast where the JSON is sound, patiently where it is merely odd."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from siemcast.errors import Permanent

_parse = msgspec.json.Decoder().decode
_WORDS = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
"""What else JSON may be."""


def parse_object(raw: bytes) -> Mapping[str, Any]:
    """Parse one JSON object; lone surrogates (which msgspec refuses) become `?`. Raises Permanent for torn JSON.

    Numbers that no float holds (1e400), and NaN and Infinity, which are no JSON but are sent, become text.

    By msgspec, since orjson makes a float of a whole number beyond 64 bits, and so another number.
    """
    try:
        data = _parse(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        data = _patiently(raw)
    if not isinstance(data, dict):
        raise Permanent(f"not a JSON object but {_WORDS[type(data)]}", hint="no record of Microsoft's")
    return data


def _patiently(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8-sig")  # strictly: json would take UTF-16, and surrogates in UTF-8
        data = json.loads(text, parse_float=_number, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Permanent(f"torn JSON: {error}", hint="the record is kept as it came") from None
    return _without_surrogates(data)


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
