"""Reads CEF and LEEF lines back into fields, as a receiver would, for `siemcast preview` to show and compare.

This is lenient: it shows whatever stands there. What holds the formats to their standards is the lab's strict parsers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CEF_HEADER = ("CEF", "vendor", "product", "version", "class id", "name", "severity")
_LEEF_HEADER = ("LEEF", "vendor", "product", "version", "event id", "delimiter")
_FIELD = re.compile(r"((?:[^\\|]|\\.)*)\|", re.DOTALL)
_KEY = re.compile(r"(?:^| )([A-Za-z0-9_.-]+)=")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r"}


def cef(line: bytes) -> Mapping[str, str]:
    """Give the header's fields and the extension's by name, escapes undone."""
    text = line.decode("utf-8", "replace")
    fields: dict[str, str] = {}
    at = 0
    for name in _CEF_HEADER:
        found = _FIELD.match(text, at)
        if found is None:
            return {**fields, "unread": text[at:]}
        fields[name] = _unescaped(found[1].removeprefix("CEF:") if name == "CEF" else found[1])
        at = found.end()
    extension = text[at:]
    keys = list(_KEY.finditer(extension))
    ends = [found.start() for found in keys[1:]] + [len(extension)]
    for found, end in zip(keys, ends, strict=True):
        fields[found[1]] = _unescaped(extension[found.end() : end])
    return fields


def leef(line: bytes) -> Mapping[str, str]:
    """Give the header's fields and the attributes by name."""
    *header, attributes = line.decode("utf-8", "replace").split("|", len(_LEEF_HEADER))
    if len(header) < len(_LEEF_HEADER):
        return {"unread": line.decode("utf-8", "replace")}
    fields = dict(zip(_LEEF_HEADER, header, strict=True))
    fields["LEEF"] = fields["LEEF"].removeprefix("LEEF:")
    for one in attributes.split("\t"):
        key, equals, value = one.partition("=")
        if equals:
            fields[key] = value
    return fields


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), value)
