"""The converters that several formats share beyond those that all have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import COMMON, First, Listed, ip, text
from siemcast_sinks.formats.shared.ends import direction, port, source_ip, source_port, transport
from siemcast_sinks.formats.shared.paths import first_path

_MOST_JOINED = 1000


def joined(*values: Any) -> str | None:
    """Give texts as one, separated by commas, without repeats."""
    found = Listed(text)(*values)
    return ",".join(found[:_MOST_JOINED]) if found else None


def only_ip(names: Any, addresses: Any) -> str | None:
    """Give a device's first address, where one device alone is spoken of: else it might be another's."""
    devices = Listed(text)(names)
    return First(ip)(addresses) if devices is not None and len(devices) == 1 else None


def mac(value: Any) -> str | None:
    """Give a MAC address as ECS and others write it: upper case, dashes."""
    digits = re.sub(r"[^0-9A-F]", "", value.upper()) if isinstance(value, str) else ""
    return "-".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else None


def of_actor(name: Any, one: Any, other: Any) -> str | None:
    """Give what belongs to the account that acted, unless the one acted upon is the one that has a name."""
    return text(one if name else other or one)


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
