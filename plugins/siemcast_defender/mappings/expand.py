"""Takes columns apart that hold more than a value: JSON text, lists of techniques, evidence, an incident's alerts.

Each expander takes whatever stands in the column and gives parts by name; what it cannot read has no parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from siemcast.schema.convert import given
from siemcast.schema.loading import read_file
from siemcast.schema.mapping import NOTHING, Expander

_TECHNIQUE = re.compile(r"^(.*?)\s*\((T\d{4}(?:\.\d{3})?)\)$")
_DNS_FLAGS = ("AA", "TC", "RD", "RA")
_TYPE = re.compile(r"(?:.*\.)?(\w+?)Evidence$")

Parts = dict[str, Any]


def json_of(value: Any) -> Any:
    """Read JSON text; what is no text stays as it is, and what is no JSON is nothing."""
    if not isinstance(value, str):
        return value
    if value[:1] not in ("{", "["):
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


def json_parts(value: Any) -> Mapping[str, Any]:
    """Give the fields of a JSON object (text or not); lists within it that are text again are read too."""
    data = json_of(value)
    if not isinstance(data, Mapping):
        return NOTHING
    parts = dict(data)
    for name in ("answers", "TTLs"):
        if name in parts:
            parts[name] = json_of(parts[name])
    flags = [flag for flag in _DNS_FLAGS if str(parts.get(flag, "")).lower() == "true"]
    if flags:
        parts["flags"] = flags
    return parts


def items(value: Any) -> Mapping[str, Any]:
    """Give the items of a list (JSON text or not); text that is no JSON is one item."""
    data = json_of(value)
    if data is None and isinstance(value, str) and value:
        data = [value]
    return {"items": data} if isinstance(data, list) else NOTHING


def techniques(value: Any) -> Mapping[str, Any]:
    """Take `["Valid Accounts (T1078)"]` apart into ids and names."""
    data = json_of(value)
    found = [_TECHNIQUE.match(item) for item in data if isinstance(item, str)] if isinstance(data, list) else []
    named = [match for match in found if match]
    return {"ids": [match[2] for match in named], "names": [match[1] for match in named]}


def users(value: Any) -> Mapping[str, Any]:
    """Give the names of DeviceInfo.LoggedOnUsers."""
    return {"names": _each(json_of(value), "UserName")}


def addresses(value: Any) -> Mapping[str, Any]:
    """Give the addresses of DeviceNetworkInfo.IPAddresses."""
    return {"ips": _each(json_of(value), "IPAddress")}


def networks(value: Any) -> Mapping[str, Any]:
    """Give the names of DeviceNetworkInfo.ConnectedNetworks."""
    return {"names": _each(json_of(value), "Name")}


def recipients(value: Any) -> Mapping[str, Any]:
    """Give the addresses of those who got a Teams message, or of those a behaviour was about."""
    data = json_of(value)
    return {"addresses": _each(data, "RecipientSmtpAddress") or _each(data, "RecipientEmailAddress")}


def standards(value: Any) -> Mapping[str, Any]:
    """Give the names of the benchmarks that ask for a configuration."""
    return {"names": _each(json_of(value), "Benchmark")}


def evidence(value: Any) -> Parts:
    """Give what all evidence of an alert says, each part a list; the parts stand in graph.yaml."""
    parts: Parts = {}
    listed = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    for one in listed:
        kind = _TYPE.match(str(one.get("@odata.type", "")))
        if kind is None:
            continue
        parts.setdefault("types", []).append(kind[1])
        for path, part in _evidence_fields().get(kind[1].lower(), ()):
            found = _dig(one, path)
            if given(found):
                parts.setdefault(part, []).append(found)
    if listed:
        parts["count"] = len(listed)
    return parts


def alerts(value: Any) -> Parts:
    """Give what all alerts of an incident say, and all their evidence."""
    listed = [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []
    whole = [alert for alert in listed if isinstance(alert, Mapping)]
    together = [one for alert in whole if isinstance(alert.get("evidence"), list) for one in alert["evidence"]]
    parts = evidence(together)
    for name, field in _OF_ALERTS.items():
        parts[name] = _each(whole, field)
    seen = [time for time in parts["first"] if isinstance(time, str)]
    last = [time for time in parts["last"] if isinstance(time, str)]
    parts["first"], parts["last"] = min(seen, default=None), max(last, default=None)
    return parts


_OF_ALERTS = {
    "ids": "id",
    "services": "serviceSource",
    "techniques": "mitreTechniques",
    "tactics": "category",
    "families": "threatFamilyName",
    "actors": "actorDisplayName",
    "first": "firstActivityDateTime",
    "last": "lastActivityDateTime",
}


def _each(value: Any, field: str) -> list[Any]:
    """Give a field of each object in a list."""
    listed = value if isinstance(value, list) else []
    return [item[field] for item in listed if isinstance(item, Mapping) and given(item.get(field))]


def _dig(value: Any, path: tuple[str, ...]) -> Any:
    for place, name in enumerate(path):
        if isinstance(value, list):
            return [found for item in value if given(found := _dig(item, path[place:]))]
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


@cache
def _evidence_fields() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    section = read_file(files("siemcast_defender.mappings") / "graph.yaml").section("evidence")
    return {
        kind.lower(): tuple((tuple(path.split(".")), part) for path, part in section.section(kind).items())
        for kind in section
    }


EXPANDERS: Mapping[str, Expander] = {
    "json": json_parts,
    "list": items,
    "techniques": techniques,
    "users": users,
    "addresses": addresses,
    "networks": networks,
    "recipients": recipients,
    "standards": standards,
    "evidence": evidence,
    "alerts": alerts,
}
"""By the names that the tables and graph.yaml use."""
