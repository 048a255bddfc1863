"""Settings of the syslog sink."""

from __future__ import annotations

import socket
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from siemcast.api import ConnectionSettings, Size, Tls

Facility = Literal[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
]  # fmt: skip
Header = Literal["rfc5424", "rfc3164"]
Framing = Literal["octet-counting", "newline"]

_NOT_IN_HOSTS = frozenset("/@[] ")
_UDP_BYTES = 2048
_STREAM_BYTES = 8192
_LONGEST_DATAGRAM = 65_507


def _printable(longest: int) -> StringConstraints:
    return StringConstraints(pattern=r"^[!-~]+$", max_length=longest)


class SyslogSettings(ConnectionSettings):
    """Where messages go, and what stands around each document.

    Syslog has no acknowledgement. Over TCP and TLS nothing is settled before the receiver's machine has acknowledged it
    whole, a connection that the receiver closed is noticed before it is written to, and a batch that fails is sent
    again, with those before it when the receiver turns out to be stuck; what the receiver's machine had taken and then
    lost is lost. Over UDP any message may be lost unnoticed.
    """

    kind: str = "syslog"
    """Kind of the sink."""
    format: str = "cef"
    """Format of the documents."""
    in_flight: int = Field(default=1, ge=1, le=64)
    """Most requests under way at a time; they take turns on the one connection."""
    host: str = Field(min_length=1)
    """Name or address of the receiver."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the receiver; 514, or 6514 for TLS, when absent."""
    transport: Literal["udp", "tcp", "tls"] = "tcp"
    """How messages travel. UDP may lose them unnoticed, TCP when the receiver breaks down; only TLS is encrypted."""
    header: Header = "rfc5424"
    """Header of each message. Behind `rfc3164` a CEF or LEEF document follows the host name at once, without a tag, as
    ArcSight, Microsoft Sentinel's agent and QRadar expect it."""
    framing: Framing = "octet-counting"
    """How messages are told apart on TCP and TLS (RFC 6587): their length in front, or a newline behind each."""
    facility: Facility = "local0"
    """Facility of all messages."""
    app_name: Annotated[str, _printable(48)] = "siemcast"
    """APP-NAME of RFC 5424, TAG of RFC 3164."""
    hostname: Annotated[str, _printable(255)] | None = None
    """HOSTNAME of the header, by which many a SIEM finds the log source; this machine's name when absent."""
    structured_data: bool = True
    """Say the event's id, version, tenant and table as structured data (`siemcast@32473`); RFC 5424 only."""
    bom: bool = False
    """Put the byte order mark that RFC 5424 asks for before the document; many receivers take it for text."""
    max_bytes: Size | None = Field(default=None, ge=1024)
    """Longest message, its header included; the document is shortened to fit. When absent 2048 for UDP (RFC 5426; 65507
    is its most), else 8192 (RFC 5425, and what rsyslog takes unless told otherwise)."""

    @field_validator("host")
    @classmethod
    def _bare(cls, host: str) -> str:
        if host.count(":") == 1 or not host.isprintable() or _NOT_IN_HOSTS & set(host):
            raise ValueError("not a name or address alone; write for example siem.example.com, and its port under port")
        return host

    @model_validator(mode="after")
    def _consistent(self) -> SyslogSettings:
        if self.transport == "udp" and (self.max_bytes or 0) > _LONGEST_DATAGRAM:
            raise ValueError(f"max_bytes is beyond what a datagram holds; give at most {_LONGEST_DATAGRAM}, or use tcp")
        if self.transport != "tls" and self.tls != Tls():
            raise ValueError(f"tls is set, yet transport {self.transport} is not encrypted; write transport: tls")
        return self

    @property
    def target_port(self) -> int:
        """The port that is connected to."""
        return self.port or (6514 if self.transport == "tls" else 514)

    @property
    def header_hostname(self) -> str:
        """The HOSTNAME that is sent: printable ASCII of this machine's name, unless one is set."""
        own = "".join(char for char in socket.gethostname() if "!" <= char <= "~")
        return self.hostname or own[:255] or "-"

    @property
    def message_limit(self) -> int:
        """Longest message in bytes, header included."""
        return self.max_bytes or (_UDP_BYTES if self.transport == "udp" else _STREAM_BYTES)

    @property
    def document_limit(self) -> int:
        """Longest document that fits behind the longest header."""
        return self.message_limit - longest_header(self)


def longest_header(settings: SyslogSettings) -> int:
    """Give the most bytes that stand before a document, see `encode`."""
    names = len(settings.header_hostname) + len(settings.app_name)
    if settings.header == "rfc3164":
        return len("<191>Nov 21 00:00:00  : ") + names
    fixed = len("<191>1 2026-11-21T00:00:00.000Z   -   ") + LONGEST_MSGID + 3 * settings.bom
    return fixed + names + (LONGEST_DATA if settings.structured_data else 1)


LONGEST_MSGID = 32
LONGEST_VALUE = {"id": 128, "version": 32, "tenant": 48, "table": 48}
"""Bytes to which the values of the structured data are cut, as written."""
LONGEST_DATA = len("[siemcast@32473]") + sum(len(f' {name}=""') + most for name, most in LONGEST_VALUE.items())
