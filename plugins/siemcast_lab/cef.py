"""Parses CEF strictly (ArcSight's implementation standard): what it takes, every receiver takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEADER = re.compile(rb"(?:[^\\|\r\n]|\\[\\|])*")
_HEADER_MOST = {"vendor": 63, "product": 63, "device_version": 31, "class_id": 1023, "name": 512, "severity": 9}
_SEVERITIES = {*map(str, range(11)), "Unknown", "Low", "Medium", "High", "Very-High"}
_KEY = re.compile(r"(?:^| )(?P<key>[A-Za-z0-9_.-]+)=")
_BAD_ESCAPE = re.compile(r"\\(?:[^\\=nr]|$)")
_UNDO = {"\\\\": "\\", "\\=": "=", "\\n": "\n", "\\r": "\r"}
_NAMES = ("shost", "dhost", "suser", "duser", "suid", "duid", "sproc", "dproc", "sourceServiceName")
_TEXTS = ("cat", "msg", "reason", "request", "fname", "filePath", "flexString1", "flexString2", "deviceFacility")
_LONG = ("destinationServiceName", "deviceProcessName", "requestClientApplication")
_DOMAINS = ("sntdom", "dntdom", "sourceDnsDomain", "destinationDnsDomain", "deviceDnsDomain")
_MOST = {
    **dict.fromkeys((*_NAMES, *_TEXTS, *_LONG), 1023),
    **dict.fromkeys((*_DOMAINS, "fileHash", "deviceExternalId"), 255),
    **dict.fromkeys((f"cs{number}Label" for number in range(1, 7)), 1023),
    **dict.fromkeys(("act", "outcome"), 63),
    **dict.fromkeys(("app", "proto"), 31),
    "requestContext": 2048,
    "dvchost": 100,
    "externalId": 40,
}
"""Most characters of a value, of the keys that the standard limits and siemcast uses."""
_LABELLED = re.compile(r"(cs[1-6]|cn[1-3]|cfp[1-4]|c6a[1-4]|deviceCustomDate[12]|flexString[12]|flexDate1)")


class CefError(ValueError):
    """Says what in a CEF message breaks the standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cef:
    """A CEF message, escapes undone."""

    version: int
    vendor: str
    product: str
    device_version: str
    class_id: str
    name: str
    severity: str
    extension: Mapping[str, str]


def parse_cef(message: bytes) -> Cef:
    """Parse one CEF document, without a syslog header. Raises CefError."""
    if not (start := re.match(rb"CEF:([01])\|", message)):
        raise CefError(f"does not begin with CEF:0| or CEF:1|: {message[:40]!r}")
    if re.search(rb"[\r\n\0]", message):
        raise CefError("has a line break or a NUL within")
    fields, at = _header(message, start.end())
    extension = _extension(_decoded(message[at:]))
    for key in extension:
        if _LABELLED.fullmatch(key) and f"{key}Label" not in extension:
            raise CefError(f"{key} has no {key}Label")
    return Cef(version=int(start[1]), extension=extension, **fields)


def _header(message: bytes, at: int) -> tuple[dict[str, str], int]:
    fields = {}
    for name, most in _HEADER_MOST.items():
        found = _HEADER.match(message, at)
        end = found.end() if found else at
        if message[end : end + 1] != b"|":
            raise CefError(f"header: {name} is not ended by a pipe, or has a bad escape")
        fields[name] = _decoded(message[at:end]).replace("\\|", "|").replace("\\\\", "\\")
        if not fields[name] or len(fields[name]) > most:
            raise CefError(f"header: {name} is empty or has more than {most} characters")
        at = end + 1
    if fields["severity"] not in _SEVERITIES:
        raise CefError(f"header: severity {fields['severity']!r}")
    return fields, at


def _extension(text: str) -> Mapping[str, str]:
    if not text:
        return {}
    keys = list(_KEY.finditer(text))
    if not keys or keys[0].start() != 0 or text.startswith(" "):
        raise CefError(f"extension does not begin with a key: {text[:40]!r}")
    ends = [found.start() for found in keys[1:]] + [len(text)]
    extension: dict[str, str] = {}
    for found, end in zip(keys, ends, strict=True):
        key = found["key"]
        if key in extension:
            raise CefError(f"{key} stands twice")
        extension[key] = _value(key, text[found.end() : end])
    return extension


def _value(key: str, written: str) -> str:
    if not key.isalnum():
        raise CefError(f"key {key!r} is not alphanumeric")
    bare = re.sub(r"\\\\", "", written)
    if _BAD_ESCAPE.search(bare) or re.search(r"(?<!\\)=", bare):
        raise CefError(f"{key}: a bad escape, or an unescaped equals sign: {written[:80]!r}")
    value = re.sub(r"\\[\\=nr]", lambda found: _UNDO[found[0]], written)
    if not value or value.endswith(" "):  # where a value ends cannot be told from the space before the next key
        raise CefError(f"{key}: empty, or a space at its end: {written[:80]!r}")
    if len(value) > _MOST.get(key, 4000):
        raise CefError(f"{key}: {len(value)} characters, more than {_MOST.get(key, 4000)}")
    return value


def _decoded(part: bytes) -> str:
    try:
        return part.decode()
    except UnicodeDecodeError as error:
        raise CefError(f"not UTF-8: {error}") from None
