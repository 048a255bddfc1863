"""Cuts JSON arrays and objects into their parts as slices of what was given, also where a string in them is odd."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import msgspec

_SPACE = re.compile(r"[ \t\r\n]*")
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_patient = json.JSONDecoder().raw_decode


def elements(text: bytes) -> Sequence[bytes]:
    """Give the elements of an array. Raises ValueError when it is none, or torn."""
    try:
        return [bytes(element) for element in _ELEMENTS.decode(text)]
    except _REFUSED:
        return [text[start:end] for _, start, end in _parts(text, "[", "]")]


def members(text: bytes) -> Mapping[str, bytes]:
    """Give the members of an object by name (ASCII names as they are). Raises ValueError when it is none, or torn."""
    try:
        return {name: bytes(member) for name, member in _MEMBERS.decode(text).items()}
    except _REFUSED:
        return {name: text[start:end] for name, start, end in _parts(text, "{", "}")}


def values(text: bytes) -> Sequence[tuple[int, bytes]]:
    """Give the JSON values that follow one another from the beginning on, with where each stands, up to a torn one."""
    chars, found = text.decode("latin-1"), []
    at = _skip(chars, 0)
    while at < len(chars):
        try:
            end = _patient(chars, at)[1]
        except (ValueError, RecursionError):
            break
        found.append((at, text[at:end]))
        at = _skip(chars, end)
    return found


def _parts(text: bytes, opening: str, closing: str) -> Sequence[tuple[str, int, int]]:
    """Give name, start and end of each part, of what msgspec refuses for one odd string in it (a lone surrogate).

    Latin-1 gives each byte one character, so that positions in the text are positions in the bytes.
    """
    chars = text.decode("latin-1").rstrip(" \t\r\n")
    try:
        at = _skip(chars, 0)
        if chars[at : at + 1] != opening or _patient(chars, at)[1] != len(chars):
            raise ValueError(f"does not stand between {opening} and {closing}")
        return _walk(chars, _skip(chars, at + 1), closing, named=opening == "{")
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _walk(chars: str, at: int, closing: str, *, named: bool) -> Sequence[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    while chars[at] != closing:
        name = ""
        if named:
            name, at = _patient(chars, at)
            at = _skip(chars, _skip(chars, at) + 1)  # past the colon
        end = _patient(chars, at)[1]
        found.append((name, at, end))
        at = _skip(chars, end)
        if chars[at] == ",":
            at = _skip(chars, at + 1)
    return found


def _skip(chars: str, at: int) -> int:
    match = _SPACE.match(chars, at)
    return match.end() if match else at
