"""syslog: any format behind an RFC 5424 or RFC 3164 header, over UDP, TCP or TLS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siemcast.api import SinkSpec, hookimpl
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.limits import limits
from siemcast_sinks.syslog.sink import open_sink

SPEC = SinkSpec(
    kind="syslog",
    summary="Any syslog receiver: CEF, JSON or another format over UDP, TCP or TLS",
    settings=SyslogSettings,
    open=open_sink,
    duplicates="possible",
    limits=limits,
)


@hookimpl
def register_sinks() -> Iterable[SinkSpec[Any]]:
    """Give the kind syslog."""
    return (SPEC,)
