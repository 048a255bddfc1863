"""Plain YAML scalars as YAML 1.2 reads them: `no` and `on` are words, `12:30:00` and dates are text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_DIGITS = 400
"""More digits than any setting has; Python itself refuses to read some thousands."""


class Loader(yaml.CSafeLoader):
    """PyYAML's parser on libyaml, with the scalars of YAML 1.2's core schema and merge keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own protocol


_PATTERNS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
)
for _name, _pattern, _first in _PATTERNS:
    Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), _first)


def scalar(tag: str, text: str) -> Any:
    """Read a scalar by its resolved tag. Raises ValueError, without repeating the text, which may be a secret."""
    if "\0" in text:
        raise ValueError("a NUL character")
    if len(text) > _DIGITS and tag in {_TAG + "int", _TAG + "float"}:
        raise ValueError("a number of too many digits")
    if (read := _READERS.get(tag)) is None:
        raise ValueError("a tag (a word that begins with '!')")
    return read(text)


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return text.lower() == "true"


def _integer(text: str) -> int:
    return int(text, 16 if text.startswith("0x") else 10)


_READERS: Mapping[str, Callable[[str], Any]] = {
    _TAG + "str": str,
    "!": str,
    _TAG + "null": lambda _: None,
    _TAG + "bool": _boolean,
    _TAG + "int": lambda text: _read(_integer, text),
    _TAG + "float": lambda text: _read(float, text),
    _TAG + "merge": str,
}


def _read(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        raise ValueError("not a number") from None
