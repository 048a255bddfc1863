"""Parses LEEF 2.0 strictly (IBM's LEEF guide, version 2): what it takes, QRadar takes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

_DELIMITER = re.compile(r"(?:0x|x)([0-9A-Fa-f]{1,4})|([^\w\s|\\])")
_KEY = re.compile(r"[A-Za-z0-9_.-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_HEADER = ("vendor", "product", "product_version", "event_id")
_LONGEST_EVENT_ID = 255
_ADDRESSES = frozenset({
    "src", "dst", "identSrc", "vSrc", "srcPreNAT", "dstPreNAT", "srcPostNAT", "dstPostNAT",
})  # fmt: skip  # a list of words
_PORTS = frozenset({"srcPort", "dstPort"})
_NUMBERS = frozenset({"srcBytes", "dstBytes", "srcPackets", "dstPackets", "totalPackets"})
_MOST = {"usrName": 255, "accountName": 255}
_RESERVED = frozenset({
    "identMAC", "isLoginEvent", "isLogoutEvent", "identSecondlp", "calLanguage", "calCountryOrRegion",
})  # fmt: skip  # a list of words
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")


class LeefError(ValueError):
    """Says what in a LEEF message breaks the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leef:
    """A LEEF message."""

    vendor: str
    product: str
    product_version: str
    event_id: str
    attributes: Mapping[str, str]


def parse_leef(message: bytes) -> Leef:
    """Parse one LEEF 2.0 document, without a syslog header. Raises LeefError."""
    try:
        line = message.decode()
    except UnicodeDecodeError as error:
        raise LeefError(f"not UTF-8: {error}") from None
    version, *rest = line.split("|", 6)
    if version != "LEEF:2.0" or len(rest) != 6:
        raise LeefError(f"does not begin with the six fields of LEEF:2.0: {line[:60]!r}")
    *fields, delimiter, written = rest
    header = dict(zip(_HEADER, fields, strict=True))
    for name, value in header.items():
        if not value or value != value.strip() or _CONTROL.search(value) or "\t" in value:
            raise LeefError(f"header: {name} is empty, or has spaces around it or control characters: {value[:60]!r}")
    if len(header["event_id"]) > _LONGEST_EVENT_ID:
        raise LeefError(f"header: the event id has more than {_LONGEST_EVENT_ID} characters")
    return Leef(**header, attributes=_attributes(written, _delimiter(delimiter)))


def _delimiter(written: str) -> str:
    found = _DELIMITER.fullmatch(written)
    if found is None:
        raise LeefError(f"no delimiter: {written!r} (one character, or x09)")
    return chr(int(found[1], 16)) if found[1] else str(found[2])


def _attributes(written: str, delimiter: str) -> Mapping[str, str]:
    attributes: dict[str, str] = {}
    for one in written.split(delimiter):
        key, equals, value = one.partition("=")
        if not equals or not _KEY.fullmatch(key):
            raise LeefError(f"no key: {one[:60]!r}")
        if key in attributes:
            raise LeefError(f"{key} stands twice")
        if not value or value != value.strip(" ") or _CONTROL.search(value):
            raise LeefError(f"{key}: empty, or has spaces around it or control characters: {value[:60]!r}")
        _check(key, value)
        attributes[key] = value
    return attributes


def _check(key: str, value: str) -> None:
    """Refuse a value that QRadar could not read into a field of its own."""
    if key in _RESERVED:
        raise LeefError(f"{key} is reserved")
    if len(value) > _MOST.get(key, len(value)):
        raise LeefError(f"{key}: more than {_MOST[key]} characters")
    sound = (
        _is_address(value) if key in _ADDRESSES
        else _within(value, 0, 65535) if key in _PORTS
        else _within(value, 1, 10) if key == "sev"
        else _is_number(value) if key in _NUMBERS
        else bool(re.fullmatch(r"-?\d{1,15}", value)) if key == "devTime"
        else bool(_MAC.fullmatch(value)) if key in ("srcMAC", "dstMAC")
        else True
    )  # fmt: skip  # a table of keys
    if not sound:
        raise LeefError(f"{key}: {value[:60]!r}")


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal()


def _within(value: str, least: int, most: int) -> bool:
    return _is_number(value) and len(value) <= 5 and least <= int(value) <= most
