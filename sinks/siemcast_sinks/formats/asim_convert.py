"""What ASIM asks of values: names of devices and users taken apart, ids with their types, directions, kinds of path.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from siemcast.schema.convert import COMMON, first, flat, integer, ip, text
from siemcast_sinks.formats.asim_user import USERS
from siemcast_sinks.formats.common_convert import SHARED, direction, joined
from siemcast_sinks.formats.ecs_convert import extension, path, transport

_INT = 1 << 31
_HOST = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:\s\\]+)")
_LONGEST_NAME = 255
_ANSWERS = 1000


def one(value: Any) -> str:
    """Give the first text of a value, which may be a list; empty where there is none."""
    if value.__class__ is str:
        return str(value)
    return next((found for item in flat([value]) if (found := text(item))), "")


def whole(value: Any) -> int | None:
    """Give a whole number of 32 bits, as Log Analytics' `int`."""
    found = integer(value)
    return found if found is not None and -_INT <= found < _INT else None


def number(value: Any) -> float | None:
    """Give a finite number, also where it was sent as text."""
    if isinstance(value, str) and len(value) <= 32:
        try:
            value = float(value)
        except ValueError:
            return None
    real = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if real else None


def id_text(*values: Any) -> str | None:
    """Give the first value as text, numbers too: ASIM's ids of processes and sessions are text."""
    return next((found for value in values if (found := one(value))), None)


@lru_cache(maxsize=8192)  # the same devices speak all day
def _labels(name: str) -> tuple[str, str]:
    """Give a device's own name and its domain; an address is no name."""
    if not name or len(name) > _LONGEST_NAME or ip(name) is not None:
        return "", ""
    host, _, domain = name.rstrip(".").partition(".")
    return host, domain if host else ""


def hostname(*names: Any) -> str | None:
    """Give a device's name without its domain."""
    return next((host for name in names if (host := _labels(one(name))[0])), None)


def domain(*names: Any) -> str | None:
    """Give the domain of a device's whole name."""
    return next((found for name in names if (found := _labels(one(name))[1])), None)


def domain_type(*names: Any) -> str | None:
    """Say what kind the domain is: they are all of DNS."""
    return "FQDN" if domain(*names) else None


def fqdn(*names: Any) -> str | None:
    """Give a device's name where it has a domain in it."""
    return next((found.rstrip(".") for name in names if _labels(found := one(name))[1]), None)


def url_host(*values: Any) -> str | None:
    """Give the host of a web address; one without a scheme is taken to begin with it."""
    for value in values:
        match = _HOST.match(one(value)[:2048])
        if match:
            return match[1].strip("[]").lower() or None
    return None


def mde_id(uid: Any) -> str | None:
    """Name the kind of a device's id, where there is one."""
    return "MDEid" if one(uid) else None


def hash_value(sha256: Any, sha1: Any, md5: Any) -> str | None:
    """Give the strongest of a file's hashes."""
    return one(sha256) or one(sha1) or one(md5) or None


def hash_type(sha256: Any, sha1: Any, md5: Any) -> str | None:
    """Name the hash that `hash_value` gives, in the word of ProcessEvent and FileEvent."""
    return "SHA256" if one(sha256) else "SHA" if one(sha1) else "MD5" if one(md5) else None


def path_type(folder: Any, uid: Any = None, name: Any = None) -> str | None:
    """Say what kind of path `target_path` gives; a file without a folder is one in the cloud."""
    where = one(folder)
    if not where:
        return "URL" if one(uid) or one(name) else None
    if where.startswith("\\\\") and not where.startswith(("\\\\?\\", "\\\\.\\")):
        return "Windows Share"
    if where.startswith("/"):
        return "Unix"
    return "URL" if "://" in where[:32] else "Windows Local"


def sid_kind(uid: Any) -> str | None:
    """Name the kind of a group's id, where it is a SID."""
    return "SID" if one(uid).upper().startswith("S-1-") else None


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
    found = first(ip)(*addresses)
    return None if found is None else "IPv6" if ":" in found else "IPv4"


def result(action: Any) -> str | None:
    """Read Success or Failure off the word for what happened; an attempt says neither."""
    word = one(action)[:200].lower()
    if word.endswith(("failed", "failure", "blocked", "denied", "rejected")):
        return "Failure"
    if word.endswith(("success", "succeeded", "accepted", "allowed")):
        return "Success"
    return "NA" if word.endswith(("attempt", "attempted")) else None


def outcome(action: Any, code: Any, status: Any) -> str | None:
    """Say whether something succeeded: by what happened, by the source's status, by its code, of which 0 is success."""
    told = result(action) or result(status)
    if told is None and (number_of := integer(code)) is not None:
        return "Failure" if number_of else "Success"
    return told


def target_path(folder: Any, name: Any, uid: Any = None) -> str | None:
    """Give a file's whole path; of one in the cloud its address, or the name that it has there."""
    return path(one(folder), one(name)) or (one(uid) if "://" in one(uid) else one(name) or one(uid)) or None


def dns_result(rcode: Any) -> str | None:
    """Say whether a question of DNS was answered."""
    code = one(rcode).upper()
    return None if not code else "Success" if code in ("NOERROR", "NO ERROR", "0") else "Failure"


def dns_code(rcode: Any) -> str | None:
    """Give a response code's name in capitals, as IANA writes it."""
    return one(rcode)[:64].upper().replace(" ", "") or None


def dns_kind(rcode: Any, answers: Any) -> str | None:
    """Say whether a DNS event tells of the answer, or of the question alone."""
    return "response" if one(rcode) or one(answers) else "request"


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

    return of_source


def inbound(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Make a converter of what stands at the connection's destination: nothing unless it came in."""

    def of_destination(action: Any, way: Any, *values: Any) -> Any:
        return convert(*values) if direction(action, way) == "inbound" else None

    return of_destination


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


def kind(word: str) -> Callable[..., str | None]:
    """Make a converter that names the kind of what is told, where anything is."""
    return lambda *values: word if any(one(value) for value in values) else None


def upper(value: Any) -> str | None:
    """Give text in capitals."""
    return one(value).upper() or None


_PLAIN: Mapping[str, Callable[..., Any]] = {
    "process_kind": kind("Process"),
    "service_kind": kind("Service"),
    "saas_kind": kind("SaaS application"),
    "upn_kind": kind("UPN"),
    **{
        function.__name__: function
        for function in (
            id_text, hostname, domain, domain_type, fqdn, url_host, mde_id, hash_value, hash_type, path, extension,
            path_type, network_direction, network_protocol, dns_protocol, ip_version, result, dns_result, dns_code,
            dns_kind, answers, upper, outcome, target_path, sid_kind,
        )
    },
}  # fmt: skip  # names that the mapping file may use

_OF_AN_END = {**_PLAIN, **USERS, "text": COMMON["first"]}

CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    **SHARED,
    **USERS,
    **_PLAIN,
    "whole": first(whole),
    "real": first(number),
    "flag_authoritative": flag("AA"),
    "flag_truncated": flag("TC"),
    "flag_recursion_desired": flag("RD"),
    "flag_recursion_available": flag("RA"),
    **{f"source_{name}": outbound(of) for name, of in _OF_AN_END.items()},
    **{f"destination_{name}": inbound(of) for name, of in _OF_AN_END.items()},
    **{f"near_{of.__name__}": near(of) for of in (hostname, domain, domain_type, fqdn)},
    **{f"far_{of.__name__}": far(of) for of in (hostname, domain, domain_type, fqdn)},
}
"""By the names that the mapping file uses; `source_` and `destination_` take action and direction first."""
