"""Parses RFC 5424 and RFC 3164 messages by their grammars, refusing what these do not allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class Refused(ValueError):  # noqa: N818 - the receiver's act, as in the tests that read it
    """Says what in a message or a frame breaks the rules, with the bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message's fields; `-` (nil) is None."""

    priority: int
    header: str
    """`rfc5424` or `rfc3164`."""
    timestamp: str | None
    hostname: str | None
    app_name: str | None = None
    """The TAG of RFC 3164, where there is one."""
    procid: str | None = None
    msgid: str | None = None
    data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Structured data, escapes undone: element, then parameter."""
    bom: bool = False
    body: bytes = b""

    @property
    def facility(self) -> int:
        return self.priority >> 3

    @property
    def severity(self) -> int:
        return self.priority & 7


_PRI = re.compile(rb"<(0|[1-9][0-9]{0,2})>")
_NEW = re.compile(
    rb"1 (?P<time>\S+) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<proc>[!-~]{1,128}) (?P<msgid>[!-~]{1,32}) "
)
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_OLD = re.compile(rb"(?P<time>[A-Z][a-z]{2} (?: \d|[123]\d) \d\d:\d\d:\d\d) (?P<host>[!-~]+) (?P<rest>.*)", re.DOTALL)
_TAG = re.compile(rb"(?P<tag>[A-Za-z0-9_./-]{1,32})(?:\[\d+\])?: (?P<body>.*)", re.DOTALL)
_TAGGED = (b"CEF:", b"LEEF:")
_ELEMENT = re.compile(r"\[(?P<id>[!#-<>-\\^-~]{1,32})")
_PARAMETER = re.compile(r' (?P<name>[!#-<>-\\^-~]{1,32})="(?P<value>(?:[^"\\\]]|\\["\\\]])*)"')
_BOM = b"\xef\xbb\xbf"


def parse(message: bytes) -> Message:
    """Parse one message. Raises Refused."""
    found = _PRI.match(message)
    if found is None or int(found[1]) > 191:
        raise Refused(f"PRI: {message[:40]!r}")
    rest = message[found.end() :]
    if b"\0" in rest:
        raise Refused(f"NUL: {message[:200]!r}")
    return _new(int(found[1]), rest) if rest.startswith(b"1 ") else _old(int(found[1]), rest)


def _new(priority: int, rest: bytes) -> Message:
    header = _NEW.match(rest)
    if header is None:
        raise Refused(f"RFC 5424 header: {rest[:200]!r}")
    stamp = header["time"]
    if stamp != b"-":
        _real_time(stamp)
    text = _text(rest[header.end() :])
    data, body = _structured_data(text)
    marked = body.startswith(_BOM)
    return Message(
        priority=priority,
        header="rfc5424",
        timestamp=_nil(stamp),
        hostname=_nil(header["host"]),
        app_name=_nil(header["app"]),
        procid=_nil(header["proc"]),
        msgid=_nil(header["msgid"]),
        data=data,
        bom=marked,
        body=body.removeprefix(_BOM),
    )


def _old(priority: int, rest: bytes) -> Message:
    header = _OLD.fullmatch(rest)
    if header is None:
        raise Refused(f"RFC 3164 header: {rest[:200]!r}")
    _text(header["rest"])
    _real("2024 " + header["time"].decode(), "%Y %b %d %H:%M:%S")
    tag = None if header["rest"].startswith(_TAGGED) else _TAG.fullmatch(header["rest"])
    return Message(
        priority=priority,
        header="rfc3164",
        timestamp=header["time"].decode(),
        hostname=header["host"].decode(),
        app_name=tag["tag"].decode() if tag else None,
        body=tag["body"] if tag else header["rest"],
    )


def _structured_data(text: str) -> tuple[Mapping[str, Mapping[str, str]], bytes]:
    data: dict[str, dict[str, str]] = {}
    at = 1 if text.startswith("-") else 0
    while not text.startswith("-") and (element := _ELEMENT.match(text, at)):
        if element["id"] in data:
            raise Refused(f"structured data has {element['id']} twice")
        values, at = _parameters(text, element.end())
        data[element["id"]] = values
    if at == 0 or text[at : at + 1] not in ("", " "):
        raise Refused(f"structured data: {text[:200]!r}")
    return data, text[at + 1 :].encode()


def _parameters(text: str, at: int) -> tuple[dict[str, str], int]:
    values: dict[str, str] = {}
    while parameter := _PARAMETER.match(text, at):
        values[parameter["name"]] = re.sub(r'\\(["\\\]])', r"\1", parameter["value"])
        at = parameter.end()
    if text[at : at + 1] != "]":
        raise Refused(f"structured data: {text[:200]!r}")
    return values, at + 1


def _real_time(stamp: bytes) -> None:
    if not _TIME.fullmatch(stamp):
        raise Refused(f"TIMESTAMP: {stamp!r}")
    _real(stamp[:19].decode(), "%Y-%m-%dT%H:%M:%S")


def _real(moment: str, form: str) -> None:
    try:
        datetime.strptime(moment, form)  # noqa: DTZ007 - only whether there is such a day and hour
    except ValueError as error:
        raise Refused(f"TIMESTAMP: {error}") from None


def _text(rest: bytes) -> str:
    try:
        return rest.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"not UTF-8: {error}") from None


def _nil(value: bytes) -> str | None:
    return None if value == b"-" else value.decode()
