"""What ASIM asks of connections: which end is the source, and what stands at each, protocols, DNS.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any

from siemcast.schema.convert import First, flat, ip, text
from siemcast_sinks.formats.flat.values import one, url_host
from siemcast_sinks.formats.shared.convert import joined
from siemcast_sinks.formats.shared.ends import direction, transport

_ANSWERS = 1000


def network_direction(action: Any, way: Any) -> str | None:
    """Give ASIM's word for a connection's direction, seen from the device; None where nothing tells."""
    found = direction(action, way)
    return found.capitalize() if found else None


def network_protocol(*values: Any) -> str | None:
    """Give `TCP` for `TcpV4`, and so on."""
    return next((found.upper() for value in values if (found := transport(value))), None)


def dns_protocol(*values: Any) -> str | None:
    """Give the two protocols that ASIM has for DNS."""
    found = network_protocol(*values)
    return found if found in ("TCP", "UDP") else None


def ip_version(*addresses: Any) -> str | None:
    """Give `IPv4` or `IPv6`."""
    found = First(ip)(*addresses)
    return None if found is None else "IPv6" if ":" in found else "IPv4"


def dns_result(rcode: Any) -> str | None:
    """Say whether a question of DNS was answered."""
    code = one(rcode).upper()
    return None if not code else "Success" if code in ("NOERROR", "NO ERROR", "0") else "Failure"


def dns_code(rcode: Any) -> str | None:
    """Give a response code's name in capitals, as IANA writes it."""
    return one(rcode)[:64].upper().replace(" ", "") or None


def dns_kind(rcode: Any, answers: Any) -> str | None:
    """Say of what answers a question that a DNS event tells of an answer; what it is otherwise, is a default."""
    return "response" if one(rcode) or one(answers) else None


def answers(*values: Any) -> str | None:
    """Give answers or flags as one text, separated by commas."""
    found = joined(*values)
    return found[: _ANSWERS * 60] if found else None


def flag(name: str) -> Callable[[Any], bool | None]:
    """Make a converter that says whether a DNS flag is set; nothing where no flags are told."""

    def is_set(flags: Any) -> bool | None:
        found = [text(value) for value in flat([flags])]
        return name in found if found else None

    return is_set


def outbound(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of what stands at the connection's source: nothing for what came in."""

    def of_source(action: Any, way: Any, *values: Any) -> Any:
        return None if direction(action, way) == "inbound" else convert(*values)

    return _with_ends(of_source, convert)


def inbound(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of what stands at the connection's destination: nothing unless it came in."""

    def of_destination(action: Any, way: Any, *values: Any) -> Any:
        return convert(*values) if direction(action, way) == "inbound" else None

    return _with_ends(of_destination, convert)


def _with_ends(function: Callable[..., Any], convert: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function tell that it takes action, direction, and what a converter does: mapping files are held to it."""
    ends = (Parameter(f"connection_{name}", Parameter.POSITIONAL_ONLY) for name in ("action", "way"))
    values = (
        one if one.kind is Parameter.VAR_POSITIONAL else one.replace(kind=Parameter.POSITIONAL_ONLY)
        for one in signature(convert).parameters.values()
    )
    function.__signature__ = Signature([*ends, *values])  # type: ignore[attr-defined]  # functions may have any
    return function


def near(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of the name at a connection's source: the device, or the far end where it came in."""

    def of_source(action: Any, way: Any, device: Any, far: Any) -> Any:
        return convert(far if direction(action, way) == "inbound" else device)

    return of_source


def far(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of the name at its destination: the far end's own, or that of the address asked for."""

    def of_destination(action: Any, way: Any, device: Any, far_end: Any, url: Any) -> Any:
        return convert(device) if direction(action, way) == "inbound" else convert(far_end, url_host(url))

    return of_destination


def client(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of the name that a request came from: told as such, or the device's where it went elsewhere."""

    def of_client(source: Any, device: Any, target: Any) -> Any:
        return convert(source) or (convert(device) if one(target) and one(device) != one(target) else None)

    return of_client


def of_url(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of the host's name in a web address."""
    return lambda *values: convert(url_host(*values))
