"""Writes syslog messages (RFC 5424, RFC 3164) and frames them for a stream (RFC 6587); pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import get_args

from siemcast.schema import Document, Head
from siemcast.schema.times import iso
from siemcast_sinks.syslog.config import LONGEST_MSGID, LONGEST_VALUE, Facility, SyslogSettings

CUT = b"...[cut]"
"""Ends a document that the sink had to cut, because its format did not keep to the limit."""

# Severity (unknown .. critical) as syslog's: informational, informational, notice, warning, error, critical.
_LEVELS = (6, 6, 5, 4, 3, 2)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TAGGED = (b"CEF:", b"LEEF:")
_MILLIS = [f".{milli:03}" for milli in range(1000)]
_CONTROLS = [*range(0x20), 0x7F]
# The tab stays: it is what LEEF separates its fields by.
_ONE_LINE = bytes(0x20 if byte in _CONTROLS and byte != 0x09 else byte for byte in range(256))
_VALUE = dict.fromkeys(_CONTROLS, " ") | {ord(char): "\\" + char for char in '"\\]'}


def encoder(settings: SyslogSettings) -> Callable[[Document], bytes]:
    """Make the function that writes one message: valid UTF-8, without NUL, never over the limit, not framed.

    For newline framing it has no other control characters either, save the tab.
    """
    header = _rfc3164(settings) if settings.header == "rfc3164" else _rfc5424(settings)
    clean = _one_line if settings.transport != "udp" and settings.framing == "newline" else _without_nul
    limit = settings.message_limit

    def message(document: Document) -> bytes:
        written = header(document) + clean(_utf8(document.body))
        return written if len(written) <= limit else cut(written, limit)

    return message


def framed(messages: Sequence[bytes], settings: SyslogSettings) -> bytes:
    """Frame messages for a stream: `LENGTH SP MESSAGE`, or each with a newline behind it."""
    if settings.framing == "newline":
        return b"\n".join((*messages, b""))
    return b"".join(b"%d %b" % (len(message), message) for message in messages)


def cut(message: bytes, limit: int) -> bytes:
    """Cut a message to `limit` bytes at a character and mark it; no half of an escape is left at its end."""
    kept = message[: limit - len(CUT)].decode("utf-8", "ignore").encode()
    return kept.rstrip(b"\\") + CUT


def _rfc5424(settings: SyslogSettings) -> Callable[[Document], bytes]:
    priorities = [f"<{priority}>1 " for priority in _priorities(settings.facility)]
    names = f"Z {settings.header_hostname} {settings.app_name} - "
    mark = "\ufeff" if settings.bom else ""
    data = _structured_data if settings.structured_data else _no_data

    def header(document: Document) -> bytes:
        head = document.head
        ms = head.time_ms
        time = _second(ms // 1000) + _MILLIS[ms % 1000]
        return f"{priorities[head.severity]}{time}{names}{_msgid(head.table)} {data(head)} {mark}".encode()

    return header


def _rfc3164(settings: SyslogSettings) -> Callable[[Document], bytes]:
    priorities = [f"<{priority}>" for priority in _priorities(settings.facility)]
    host, tag = f" {settings.header_hostname} ", f"{settings.app_name}: "

    def header(document: Document) -> bytes:
        head = document.head
        text = f"{priorities[head.severity]}{_classic(head.time_ms // 1000)}{host}"
        return (text if document.body.startswith(_TAGGED) else text + tag).encode()

    return header


@lru_cache(maxsize=4096)  # many events happen in one second
def _second(second: int) -> str:
    return iso(second * 1000)[:19]


@lru_cache(maxsize=4096)
def _classic(second: int) -> str:
    at = iso(second * 1000)
    return f"{_MONTHS[int(at[5:7]) - 1]} {int(at[8:10]):2} {at[11:19]}"


def _priorities(facility: Facility) -> Sequence[int]:
    number = get_args(Facility).index(facility)
    return [number * 8 + level for level in _LEVELS]


@lru_cache(maxsize=1024)  # tables recur
def _msgid(table: str) -> str:
    if table.isascii() and table.isalnum() and len(table) <= LONGEST_MSGID:
        return table
    return "".join(char for char in table if "!" <= char <= "~")[:LONGEST_MSGID] or "-"


def _no_data(head: Head) -> str:
    return "-"


def _structured_data(head: Head) -> str:
    ident, version = head.id, head.version
    if not ident.isalnum() or not ident.isascii() or len(ident) > LONGEST_VALUE["id"]:  # ids of rows are hex digits
        ident = _value(ident, LONGEST_VALUE["id"])
    if version:
        version = _value(version, LONGEST_VALUE["version"])
    return f'[siemcast@32473 id="{ident}" version="{version}" {_origin(head.tenant, head.table)}]'


@lru_cache(maxsize=1024)  # a tenant's tables recur
def _origin(tenant: str, table: str) -> str:
    return f'tenant="{_value(tenant, LONGEST_VALUE["tenant"])}" table="{_value(table, LONGEST_VALUE["table"])}"'


def _value(text: str, most: int) -> str:
    """Escape a value of the structured data (RFC 5424, 6.3.3) and cut it to its longest, never within an escape."""
    escaped = text.encode("utf-8", "replace").decode().translate(_VALUE)
    if len(escaped.encode()) <= most:
        return escaped
    kept = escaped.encode()[:most].decode("utf-8", "ignore")
    return kept[:-1] if (len(kept) - len(kept.rstrip("\\"))) % 2 else kept


def _utf8(body: bytes) -> bytes:
    if body.isascii():
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace").encode()
    return body


def _without_nul(body: bytes) -> bytes:
    return body.replace(b"\0", b" ") if 0 in body else body


def _one_line(body: bytes) -> bytes:
    return body.translate(_ONE_LINE)
