"""What several formats ask of values beyond what all do: which end is the source, one path of many, one port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import COMMON, First, Listed, integer, ip, text
from siemcast_sinks.formats.ecs.convert import mac, of_actor, paths, transport
from siemcast_sinks.formats.ends import direction

_MOST_JOINED = 1000


def source_ip(action: Any, way: Any, near: Any, far: Any) -> str | None:
    """Give the near end's address, or the far one's where the connection came in; the ends swapped for the other."""
    return ip(far if direction(action, way) == "inbound" else near)


def port(value: Any) -> int | None:
    """Give a port number."""
    found = integer(value)
    return found if found is not None and 0 <= found <= 65535 else None


def source_port(action: Any, way: Any, near: Any, far: Any) -> int | None:
    """Give the near end's port, or the far one's where the connection came in."""
    return port(far if direction(action, way) == "inbound" else near)


def joined(*values: Any) -> str | None:
    """Give texts as one, separated by commas, without repeats."""
    found = Listed(text)(*values)
    return ",".join(found[:_MOST_JOINED]) if found else None


def first_path(folders: Any, whole: Any, names: Any) -> str | None:
    """Give the first file's whole path of several, whose folders and names stand in lists of one order."""
    found = paths(folders, whole, names)
    return found[0] if found else None


def only_ip(names: Any, addresses: Any) -> str | None:
    """Give a device's first address, where one device alone is spoken of: else it might be another's."""
    devices = Listed(text)(names)
    return First(ip)(addresses) if devices is not None and len(devices) == 1 else None


SHARED: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    "direction": direction,
    "source_ip": source_ip,
    "source_port": source_port,
    "port": port,
    "transport": transport,
    "joined": joined,
    "first_path": first_path,
    "only_ip": only_ip,
    "mac": mac,
    "of_actor": of_actor,
}
"""By the names that mapping files use."""
