"""The canonical paths: what siemcast can say of an event, object by object, in the names of OCSF 1.8.

Mappings are written against these paths (`column -> path`, `path -> field`), and `where` accepts them. The paths are
the attributes of the models in `siemcast.schema.model`: A NEW PATH IS A NEW ATTRIBUTE THERE, and `OBJECTS` follows.
An attribute is of a type (`Text`, `Integer`, ...), or another object. Two things are shorter here than in OCSF, where
both are lists of objects: `hashes.sha256` selects a fingerprint by its algorithm, and `attacks.technique.uid` speaks of
any technique.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

TYPES = frozenset({"text", "integer", "number", "boolean", "timestamp", "ip", "json"})

if TYPE_CHECKING:
    OBJECTS: Mapping[str, Mapping[str, str]]
    """By object: attribute to type or object. Read off the models when first asked for."""

CLASSES = frozenset({
    "base_event", "process_activity", "file_activity", "module_activity", "registry_key_activity",
    "registry_value_activity", "network_activity", "dns_activity", "authentication", "inventory_info",
    "detection_finding", "incident_finding", "email_activity", "api_activity", "scheduled_job_activity",
    "windows_service_activity", "account_change", "user_inventory", "http_activity", "vulnerability_finding",
    "compliance_finding", "data_security_finding", "email_file_activity", "email_url_activity", "entity_management",
    "group_management", "user_access", "web_resources_activity", "datastore_activity", "file_hosting", "software_info",
    "cloud_resources_inventory_info", "config_state", "remediation_activity", "script_activity", "peripheral_activity",
    "event_log_actvity",
})  # fmt: skip  # as above
"""The OCSF classes that a table's rows, or some of them by their ActionType, belong to."""

ACTIVITIES = frozenset({
    "create", "read", "update", "delete", "rename", "set", "modify", "open", "close", "fail", "listen", "traffic",
    "load", "launch", "terminate", "inject", "logon", "logoff", "query", "collect", "start", "stop", "enable",
    "disable", "send", "scan", "receive", "upload", "download", "copy", "move", "preview", "share", "unshare", "sync",
    "connect", "disconnect", "clear", "execute", "add_user", "remove_user", "assign_privileges", "revoke_privileges",
    "password_change", "password_reset", "lock", "unlock", "isolate", "harden", "detect", "write", "list", "response",
    "set_attributes", "reconfigure", "other",
})  # fmt: skip  # as above
"""What happened, in OCSF's words for activity_id over those classes; `other` where a class has no word for it."""


def type_of(path: str) -> str | None:
    """Give the type of a canonical path (`device.os.name` is `text`), or None where there is no such path."""
    known = _objects()
    kind = "event"
    for name in path.split("."):
        attributes = known.get(kind)
        if attributes is None or name not in attributes:
            return None
        kind = attributes[name]
    return kind if kind in TYPES else None


def paths(depth: int = 5) -> Iterator[str]:
    """Give every path up to a depth (a process has a parent process, so there is no end without one)."""
    return _below("event", "", depth)


def nearest(path: str) -> str:
    """Give the canonical path that somebody may have meant, or an empty text."""
    close = get_close_matches(path, list(paths(4)), n=1)
    return close[0] if close else ""


@cache
def _objects() -> Mapping[str, Mapping[str, str]]:
    from siemcast.schema.model.vocabulary import objects  # noqa: PLC0415  # pydantic's cost is for whoever maps

    return objects()


def __getattr__(name: str) -> Mapping[str, Mapping[str, str]]:
    if name == "OBJECTS":
        return _objects()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _below(kind: str, prefix: str, depth: int) -> Iterator[str]:
    for name, child in _objects()[kind].items():
        if child in TYPES:
            yield prefix + name
        elif depth > 1:
            yield from _below(child, f"{prefix}{name}.", depth - 1)
