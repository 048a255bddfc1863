"""What only ECS asks of values: arguments, directions, signatures, Elastic's severities.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from xxhash import xxh3_128_hexdigest

from siemcast.schema import Severity
from siemcast.schema.convert import COMMON, First, Listed, Of, first_text, flat, given, integer, ips, text
from siemcast_sinks.formats.ecs.findings import FINDING_CONVERTERS
from siemcast_sinks.formats.ecs.mail import MAIL_CONVERTERS
from siemcast_sinks.formats.ecs.posture import POSTURE_CONVERTERS
from siemcast_sinks.formats.ecs.registry import hive, key, registry_hives, registry_path, registry_paths
from siemcast_sinks.formats.ecs.systems import os_of_device, os_type, system
from siemcast_sinks.formats.ecs.url import URL_CONVERTERS
from siemcast_sinks.formats.shared import ends, outcomes
from siemcast_sinks.formats.shared.convert import mac
from siemcast_sinks.formats.shared.ends import source_ip, source_port, transport
from siemcast_sinks.formats.shared.paths import directory, extension, path, paths

_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_LONGEST_ACTION = 1000
_TO_SECOND = len("2026-11-21T12:00:00")
_SEVERITIES = {
    Severity.INFORMATIONAL: 21,
    Severity.LOW: 21,
    Severity.MEDIUM: 47,
    Severity.HIGH: 73,
    Severity.CRITICAL: 99,
}
"""The scale of Elastic's detection engine."""
_PROVIDERS = {
    "azure": "azure", "aws": "aws", "amazon web services": "aws", "gcp": "gcp", "google cloud platform": "gcp",
    "kubernetes audit": None,
}  # fmt: skip  # a table
_OUTCOMES = {"Success": "success", "Failure": "failure", "NA": "unknown"}


def args(line: Any) -> list[str] | None:
    """Split a command line at spaces outside quotes; quotes fall away."""
    if not isinstance(line, str) or not line:
        return None
    parts = line.split('"')
    if len(parts) == 1:
        return line.split() or None
    if len(parts) % 2 == 0 or any(part and not part[-1].isspace() for part in parts[:-1:2]):  # a quote in an argument
        return [quoted or bare for quoted, bare in _ARGUMENT.findall(line) if quoted or bare] or None
    found: list[str] = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            found += part.split()
        elif part:
            found.append(part)
    return found or None


def action(value: Any) -> str | None:
    """Give an ActionType as Elastic does: lower case, dashes for spaces."""
    found = text(value)
    return found[:_LONGEST_ACTION].lower().replace(" ", "-") if found else None


def severity(value: Any) -> int | None:
    """Give Elastic's number for a severity."""
    return _SEVERITIES.get(Severity.parse(value))


def kubernetes(*signs: Any) -> str | None:
    """Name the orchestrator of which there are signs: Defender tells of this one alone."""
    return "kubernetes" if any(given(sign) for sign in signs) else None


def os_name(platform: Any, version: Any) -> str | None:
    """Give a system's name with its version."""
    return " ".join(part for part in (text(platform), text(version)) if part) or None


def direction(action: Any, way: Any) -> str | None:
    """Give ECS's word for a direction; of an action that tells of none, and of none that came in, it is unknown."""
    if isinstance(way, str) and way:
        return {"in": "inbound", "out": "outbound"}.get(way.lower(), "unknown")
    return "inbound" if ends.direction(action, way) == "inbound" else "unknown" if given(action) else None


def answers(data: Any, ttls: Any) -> list[dict[str, Any]] | None:
    """Give DNS answers with their times to live."""
    pairs = zip_longest(list(flat([data])), list(flat([ttls])))
    made = []
    for value, ttl in pairs:
        found, seconds = text(value), integer(ttl)
        if found:
            made.append({"data": found} | ({"ttl": seconds} if seconds is not None else {}))
    return made or None


def provider(value: Any) -> str | None:
    """Give ECS's word for a cloud; what only tells which log a row is of names none."""
    found = First(text)(value)
    return _PROVIDERS.get(found.lower(), found) if found else None


def own_ip(address: Any, device: Any) -> list[str] | None:
    """Give the address of the device that a logon came from, where it is that device that the row speaks of."""
    return None if given(device) else ips(address)


def of_named(name: Any, one: Any, other: Any, actor: Any) -> str | None:
    """Give what belongs to the account whose name is told, so that no two are mixed: of both, who was acted upon."""
    return text(one if given(name) or not (given(other) or given(actor)) else other)


def id_of_same(name: Any, sid: Any, account: Any, uid: Any, *actor: Any) -> str | None:
    """Give the id of the account that has a name or an id, by whichever it has; else of who acted."""
    own = first_text(sid, account, uid)
    return own if own or given(name) else first_text(*actor)


def entity_id(uid: Any, device: Any, pid: Any, start: Any) -> str | None:
    """Give what names a process: Microsoft's own id of it, else a digest of its device, number and second of start.

    A number alone comes again within hours, and sequences by it would join strangers.
    """
    if uid or given(uid):
        return text(uid)
    if pid.__class__ is not int or device.__class__ is not str or start.__class__ is not str:
        return None
    if not device or len(start) < _TO_SECOND:
        return None
    return xxh3_128_hexdigest(f"{device}:{pid}:{start[:_TO_SECOND]}".encode("utf-8", "replace"))


def signed(status: Any) -> bool | None:
    """Say whether a file has a signature at all."""
    return status.lower() not in ("unsigned", "unknown") if isinstance(status, str) and status else None


def trusted(status: Any) -> bool | None:
    """Say whether a signature holds."""
    return status.lower() == "valid" if isinstance(status, str) and status else None


def signature(status: Any) -> str | None:
    """Give ECS's word for a signature's status."""
    found = text(status)
    return "trusted" if found and found.lower() == "valid" else found


def logon_outcome(action: Any, code: Any, status: Any) -> str | None:
    """Give ECS's word for how a logon ended; of an attempt nobody knows."""
    return _OUTCOMES.get(outcomes.logon_outcome(action, code, status) or "")


def outcome(action: Any, code: Any, status: Any, answered: Any = None) -> str | None:
    """Give ECS's word for how something ended."""
    return _OUTCOMES.get(outcomes.outcome(action, code, status, answered) or "")


CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    **URL_CONVERTERS,
    **FINDING_CONVERTERS,
    **MAIL_CONVERTERS,
    **POSTURE_CONVERTERS,
    **{
        function.__name__: function
        for function in (
            args, action, severity, os_name, kubernetes, path, directory, extension, paths, hive,
            key, registry_hives, registry_path, registry_paths, direction, source_ip, source_port, transport, mac,
            answers, id_of_same, of_named, entity_id, os_of_device, own_ip, provider, signed, trusted, signature,
            logon_outcome, outcome,
        )
    },
    "args_count": Of(args, len),
    "os_type": os_type,
    "first_severity": First(severity),
    "keys": Listed(key),
    "lowers": Listed(lambda value: value.lower() if isinstance(value, str) and value else None),
    "os_types": Listed(system),
    "extensions": Listed(extension),
}  # fmt: skip  # names that a mapping file may use
