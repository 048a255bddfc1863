"""Which end of a connection began it: that end is the source, the other one the destination."""

from __future__ import annotations

from typing import Any

from siemcast.schema.memo import memo_of

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
    return told or (_by_action[action] if action.__class__ is str else None)


def _of_action(action: str) -> str | None:
    name = action.lower()
    return "inbound" if name in _INBOUND else "outbound" if name in _OUTBOUND else None


_by_action = memo_of(_of_action)  # each end of each connection comes by here
