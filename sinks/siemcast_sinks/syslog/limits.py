"""How long a document may be for receivers of syslog as they are installed, whatever stands around it."""

from __future__ import annotations

from collections.abc import Mapping

from siemcast_sinks.syslog.config import SyslogSettings

_MESSAGES = {
    "what RFC 5424 asks of receivers": 2048,
    "QRadar over TCP, until its payload length is raised": 4096,
    "QRadar over TCP at its most": 32_000,
}
"""Bytes of whole messages; QRadar's are of its log source protocol, "Max TCP Syslog Payload Length"."""


def limits() -> Mapping[str, int]:
    """Give the longest documents, behind this machine's header."""
    return {who: SyslogSettings.model_construct(max_bytes=most).document_limit for who, most in _MESSAGES.items()}
