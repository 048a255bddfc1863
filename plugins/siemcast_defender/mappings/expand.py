"""Takes columns apart that hold more than a value: JSON text, lists of techniques, users, addresses.

Each expander takes whatever stands in the column and gives parts by name; what it cannot read has no parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from siemcast.schema.mapping import NOTHING, Expander
from siemcast_defender.mappings.evidence import Parts, alerts, comments, each, evidence

_TECHNIQUE = re.compile(r"^(.*?)\s*\((T\d{4}(?:\.\d{3})?)\)$")
_DNS_FLAGS = ("AA", "TC", "RD", "RA")


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
    if "DnsQueryResult" in parts:
        parts["results"] = each(json_of(parts["DnsQueryResult"]), "Result")
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
    return {"names": each(json_of(value), "UserName")}


def addresses(value: Any) -> Mapping[str, Any]:
    """Give the addresses of DeviceNetworkInfo.IPAddresses."""
    return {"ips": each(json_of(value), "IPAddress")}


def networks(value: Any) -> Mapping[str, Any]:
    """Give the names of DeviceNetworkInfo.ConnectedNetworks."""
    return {"names": each(json_of(value), "Name")}


def recipients(value: Any) -> Mapping[str, Any]:
    """Give the addresses of those who got a Teams message, or of those a behaviour was about."""
    data = json_of(value)
    return {"addresses": each(data, "RecipientSmtpAddress") or each(data, "RecipientEmailAddress")}


def standards(value: Any) -> Mapping[str, Any]:
    """Give the names of the benchmarks that ask for a configuration."""
    return {"names": each(json_of(value), "Benchmark")}


__all__ = ["EXPANDERS", "Parts", "json_of"]

EXPANDERS: Mapping[str, Expander] = {
    "json": json_parts,
    "list": items,
    "techniques": techniques,
    "users": users,
    "addresses": addresses,
    "networks": networks,
    "recipients": recipients,
    "standards": standards,
    "comments": comments,
    "evidence": evidence,
    "alerts": alerts,
}
"""By the names that the tables and graph.yaml use."""
