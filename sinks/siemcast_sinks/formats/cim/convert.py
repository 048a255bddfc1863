"""What CIM asks of values: hashes in one text, registry paths, lengths, ends of connections.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema import Severity
from siemcast.schema.convert import COMMON, First, integer
from siemcast.schema.convert import ip as address
from siemcast_sinks.formats.flat.values import id_text, number, one, url_host
from siemcast_sinks.formats.flat.verbs import operation, verb
from siemcast_sinks.formats.shared.convert import SHARED
from siemcast_sinks.formats.shared.ends import direction
from siemcast_sinks.formats.shared.outcomes import logon_outcome, outcome
from siemcast_sinks.formats.shared.paths import path

_HASHES = ("MD5", "SHA1", "SHA256")
_LONGEST_KEY = 4096
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKU": "HKEY_USERS", "HKCR": "HKEY_CLASSES_ROOT",
    "HKCC": "HKEY_CURRENT_CONFIG",
}  # fmt: skip  # a table
_PARTS = {"sam": "SAM", "security": "Security", "software": "Software", "system": "System"}
"""Below HKEY_LOCAL_MACHINE: what CIM takes for hives of their own."""
_WHOLE_HIVES = frozenset(_HIVES.values())
_NOT_DIGITS = re.compile(r"[^0-9A-Fa-f]")


def hashes(*told: Any) -> str | None:
    """Give a file's hashes as Splunk's add-ons write them: `MD5=...,SHA1=...,SHA256=...`.

    Takes MD5, SHA-1 and SHA-256 once or several times; the first file that has one counts.
    """
    for at in range(0, len(told), len(_HASHES)):
        found = zip(_HASHES, map(one, told[at : at + len(_HASHES)]), strict=False)
        if text := ",".join(f"{name}={value}" for name, value in found if value):
            return text
    return None


def whole_key(*keys: Any) -> str:
    """Give a registry key with its hive's whole name."""
    key = next((found for value in keys if (found := one(value))), "")[:_LONGEST_KEY]
    hive, slash, rest = key.partition("\\")
    return f"{_HIVES.get(hive.upper(), hive)}{slash}{rest}"


def registry_hive(*keys: Any) -> str | None:
    """Give the hive of a registry key as CIM names it, with the part below HKEY_LOCAL_MACHINE that has its own file."""
    hive, _, rest = whole_key(*keys).partition("\\")
    name, part = hive.upper(), rest.partition("\\")[0].lower()
    if name == "HKEY_LOCAL_MACHINE" and part in _PARTS:
        return f"{name}\\{_PARTS[part]}"
    if name == "HKEY_USERS" and part == ".default":
        return f"{name}\\.DEFAULT"
    return name if name in _WHOLE_HIVES else None


def registry_key_name(*keys: Any) -> str | None:
    """Give the last name of a registry key's path."""
    return whole_key(*keys).rstrip("\\").rpartition("\\")[2] or None


def registry_path(*told: Any) -> str | None:
    """Give the whole path to a registry value: the first half of what is told are keys, the second names of values."""
    half = len(told) // 2
    key, name = whole_key(*told[:half]), next((found for value in told[half:] if (found := one(value))), "")
    return f"{key}\\{name}" if key and name else key or None


def mail_domain(value: Any) -> str | None:
    """Give what follows the @ of a mail address."""
    _, at, domain = one(value)[:1000].rpartition("@")
    return domain.strip("> ").lower() or None if at else None


def length(value: Any) -> int | None:
    """Count a text's characters."""
    return len(one(value)) or None


def source(action: Any, way: Any, near: Any, far: Any, device: Any, *names: Any) -> str | None:
    """Name the end where a connection began: its address, else its name."""
    inbound = direction(action, way) == "inbound"
    return First(address)(far if inbound else near) or (_named(names) if inbound else one(device) or None)


def target(action: Any, way: Any, near: Any, far: Any, device: Any, *names: Any) -> str | None:
    """Name the end where it went: its address, else its name."""
    inbound = direction(action, way) == "inbound"
    return First(address)(near if inbound else far) or ((one(device) or None) if inbound else _named(names))


def _named(names: tuple[Any, ...]) -> str | None:
    return next((found for name in names if (found := url_host(name))), None)


_LOGONS = {"Success": "success", "Failure": "failure", "NA": "pending"}
_CHANGES = {"Success": "success", "Failure": "failure", "NA": "unknown"}


def logon_action(action: Any, code: Any, status: Any) -> str | None:
    """Give CIM's word for how a logon ended."""
    return _LOGONS.get(logon_outcome(action, code, status) or "")


def change_status(action: Any, code: Any, status: Any, answered: Any = None) -> str | None:
    """Give CIM's word for how a change ended; of an attempt nobody knows."""
    return _CHANGES.get(outcome(action, code, status, answered) or "")


_DOES = {"create": "created", "read": "read", "update": "modified", "delete": "deleted", "start": "started",
         "stop": "stopped", "enable": "modified", "disable": "modified"}  # fmt: skip  # a table


def change_action(*names: Any) -> str | None:
    """Give CIM's word for what an operation does."""
    return _DOES.get(verb(*names) or "")


def severity_id(*values: Any) -> str | None:
    """Give OCSF's number of a severity, 1 to 5."""
    steps = (Severity.parse(one(value)) for value in values)
    return next((str(int(step)) for step in steps if step), None)


def dns_message(rcode: Any, answers: Any) -> str | None:
    """Say of what answers a question that a DNS event tells of an answer; what it is otherwise, is a default."""
    return "Response" if one(rcode) or one(answers) else None


def mac(value: Any) -> str | None:
    """Give a MAC address as CIM writes it: lower case, colons."""
    digits = _NOT_DIGITS.sub("", one(value)[:64]).lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else None


CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    **SHARED,
    **{
        function.__name__: function
        for function in (
            hashes, registry_hive, registry_key_name, registry_path, mail_domain, length, source, target, severity_id,
            dns_message, mac, id_text, logon_action, change_status, change_action, operation, url_host, path,
        )
    },
    "real": First(number),
    "whole": First(integer),
}  # fmt: skip  # names that the mapping file may use
