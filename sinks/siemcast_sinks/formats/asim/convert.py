"""The converters that ASIM's mapping file may use, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import COMMON, First
from siemcast_sinks.formats.asim.network import (
    answers,
    client,
    dns_code,
    dns_kind,
    dns_protocol,
    dns_result,
    far,
    flag,
    inbound,
    ip_version,
    near,
    network_direction,
    network_protocol,
    of_url,
    outbound,
)
from siemcast_sinks.formats.asim.user import USERS
from siemcast_sinks.formats.asim.values import (
    app_kind,
    audit_verb,
    domain,
    domain_type,
    fqdn,
    hash_type,
    hash_value,
    hostname,
    kind,
    mde_id,
    path_type,
    sid_kind,
    target_path,
    upper,
)
from siemcast_sinks.formats.flat.values import id_text, number, url_host, whole
from siemcast_sinks.formats.flat.verbs import operation
from siemcast_sinks.formats.shared.convert import SHARED
from siemcast_sinks.formats.shared.outcomes import logon_outcome, outcome, result
from siemcast_sinks.formats.shared.paths import extension, path

_PLAIN: Mapping[str, Callable[..., Any]] = {
    "process_kind": kind("Process"),
    "service_kind": kind("Service"),
    "upn_kind": kind("UPN"),
    **{
        function.__name__: function
        for function in (
            id_text, hostname, domain, domain_type, fqdn, mde_id, hash_value, hash_type, path, extension, path_type,
            result, outcome, logon_outcome, upper, target_path, sid_kind, app_kind, audit_verb, operation, url_host,
        )
    },
}  # fmt: skip  # names that the mapping file may use

_NAMES = (hostname, domain, domain_type, fqdn)
_OF_AN_END = {**_PLAIN, **USERS, "text": COMMON["first"]}

CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    **SHARED,
    **USERS,
    **_PLAIN,
    **{
        function.__name__: function
        for function in (
            network_direction, network_protocol, dns_protocol, ip_version, dns_result, dns_code, dns_kind, answers,
        )
    },
    "whole": First(whole),
    "real": First(number),
    "flag_authoritative": flag("AA"),
    "flag_truncated": flag("TC"),
    "flag_recursion_desired": flag("RD"),
    "flag_recursion_available": flag("RA"),
    **{f"source_{name}": outbound(of) for name, of in _OF_AN_END.items()},
    **{f"destination_{name}": inbound(of) for name, of in _OF_AN_END.items()},
    **{f"near_{of.__name__}": near(of) for of in _NAMES},
    **{f"far_{of.__name__}": far(of) for of in _NAMES},
    **{f"client_{of.__name__}": client(of) for of in _NAMES},
    **{f"url_{of.__name__}": of_url(of) for of in _NAMES},
}  # fmt: skip  # names that the mapping file may use; `source_` and `destination_` take action and direction first
