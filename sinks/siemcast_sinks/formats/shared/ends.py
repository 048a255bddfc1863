"""Which end of a connection began it: that end is the source, the other one the destination."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from siemcast.schema.convert import integer, ip
from siemcast.schema.memo import remembered

_TRANSPORT = re.compile(r"(tcp|udp|icmp|sctp|igmp|ipv6-icmp)", re.IGNORECASE)
_INBOUND = frozenset({
    "inboundconnectionaccepted", "inboundconnectionattempt", "inboundconnectionblocked", "connectionacknowledged",
    "inboundinternetscaninspected", "firewallinboundconnectionblocked", "firewallinboundconnectiontoappblocked",
})  # fmt: skip  # a list of words
"""Actions whose remote end began the connection (ActionType of DeviceNetworkEvents and DeviceEvents)."""
_OUTBOUND = frozenset(
    {"connectionrequest", "connectionsuccess", "connectionattempt", "firewalloutboundconnectionblocked"}
)
_WAYS = {"in": "inbound", "out": "outbound"}


def direction(action: Any, way: Any) -> str | None:
    """Give `inbound` or `outbound`: by what the sensor says, else by the action; None where neither tells."""
    told = _WAYS.get(way.lower()) if isinstance(way, str) else None
    return told or (_by_action(action) if action.__class__ is str else None)


@remembered()  # each end of each connection comes by here
def _by_action(action: str) -> str | None:
    name = action.lower()
    return "inbound" if name in _INBOUND else "outbound" if name in _OUTBOUND else None


def came_in(action: Any, way: Any) -> bool:
    """Say whether the far end began the connection."""
    return direction(action, way) == "inbound"


@dataclass(frozen=True, slots=True)
class OfEnd:
    """A converter of the near end's value, or of the far one's where that end began the connection."""

    convert: Callable[[Any], Any]

    def __call__(self, near: Any, far: Any = None, action: Any = None, way: Any = None) -> Any:
        """Convert the value of the end that is meant; the ends are given the other way round for the other."""
        return self.convert(far if came_in(action, way) else near)


def source_ip(action: Any, way: Any, near: Any, far: Any) -> str | None:
    """Give the near end's address, or the far one's where the connection came in; the ends swapped for the other."""
    return ip(far if came_in(action, way) else near)


def source_port(action: Any, way: Any, near: Any, far: Any) -> int | None:
    """Give the near end's port, or the far one's where the connection came in."""
    return port(far if came_in(action, way) else near)


def port(value: Any) -> int | None:
    """Give a port number."""
    found = integer(value)
    return found if found is not None and 0 <= found <= 65535 else None


def transport(protocol: Any) -> str | None:
    """Give `tcp` for `TcpV4`, and so on; None for what is no transport."""
    match = _TRANSPORT.match(protocol) if isinstance(protocol, str) else None
    return match[1].lower() if match else None
