"""Writes syslog messages (RFC 5424, RFC 3164) and frames them for a stream (RFC 6587); pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import add
from typing import get_args

from siemcast.schema import Document
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
_Headers = Callable[[Sequence[Document]], Iterable[bytes]]


def encoder(settings: SyslogSettings) -> Callable[[Sequence[Document]], list[bytes]]:
    """Make the function that writes a message each: valid UTF-8, without NUL, never over the limit, not framed.

    For newline framing they have no other control characters either, save the tab. A batch is gone over step by step,
    since to call functions for each message costs a quarter more.
    """
    headers = _rfc3164(settings) if settings.header == "rfc3164" else _rfc5424(settings)
    clean = _one_line if settings.transport != "udp" and settings.framing == "newline" else _without_nul
    limit = settings.message_limit

    def messages(documents: Sequence[Document]) -> list[bytes]:
        written = map(add, headers(documents), clean([document.body for document in documents]))
        return [message if len(message) <= limit else cut(message, limit) for message in written]

    return messages


def framed(messages: Sequence[bytes], settings: SyslogSettings) -> bytes:
    """Frame messages for a stream: `LENGTH SP MESSAGE`, or each with a newline behind it."""
    if settings.framing == "newline":
        return b"\n".join((*messages, b""))
    lengths = [b"%d " % len(message) for message in messages]
    return b"".join(chain.from_iterable(zip(lengths, messages, strict=True)))


def cut(message: bytes, limit: int) -> bytes:
    """Cut a message to `limit` bytes at a character and mark it; no half of an escape is left at its end."""
    kept = message[: limit - len(CUT)].decode("utf-8", "ignore").encode()
    return kept.rstrip(b"\\") + CUT


def _rfc5424(settings: SyslogSettings) -> _Headers:
    priorities = [f"<{priority}>1 " for priority in _priorities(settings.facility)]
    names = f"Z {settings.header_hostname} {settings.app_name} - "
    mark = "\ufeff" if settings.bom else ""
    has_data, longest = settings.structured_data, LONGEST_VALUE["id"]

    @lru_cache(maxsize=1024)  # a tenant's tables recur
    def around(tenant: str, table: str) -> tuple[str, str]:
        """Give what stands between the time and the id, and behind the version."""
        start = f"{names}{_msgid(table)} "
        return (f'{start}[siemcast@32473 id="', f'" {_origin(tenant, table)}] {mark}') if has_data else (start, mark)

    def headers(documents: Sequence[Document]) -> list[bytes]:
        made = []
        for head in [document.head for document in documents]:
            before, behind = around(head.tenant, head.table)
            time = _second(head.time_ms // 1000) + _MILLIS[head.time_ms % 1000]
            own = "- "
            if has_data:
                ident, version = head.id, head.version
                if not ident.isalnum() or not ident.isascii() or len(ident) > longest:  # ids of rows are hex digits
                    ident = _value(ident, longest)
                own = f'{ident}" version="{version and _value(version, LONGEST_VALUE["version"])}'
            made.append(f"{priorities[head.severity]}{time}{before}{own}{behind}".encode())
        return made

    return headers


def _rfc3164(settings: SyslogSettings) -> _Headers:
    priorities = [f"<{priority}>" for priority in _priorities(settings.facility)]
    host, tag = f" {settings.header_hostname} ", f"{settings.app_name}: "

    def header(document: Document) -> bytes:
        head = document.head
        text = f"{priorities[head.severity]}{_classic(head.time_ms // 1000)}{host}"
        return (text if document.body.startswith(_TAGGED) else text + tag).encode()

    return lambda documents: list(map(header, documents))


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


def _msgid(table: str) -> str:
    return "".join(char for char in table if "!" <= char <= "~")[:LONGEST_MSGID] or "-"


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


def _without_nul(bodies: Iterable[bytes]) -> list[bytes]:
    return [body if body.isascii() and 0 not in body else _utf8(body).replace(b"\0", b" ") for body in bodies]


def _one_line(bodies: Iterable[bytes]) -> list[bytes]:
    return [_utf8(body).translate(_ONE_LINE) for body in bodies]
