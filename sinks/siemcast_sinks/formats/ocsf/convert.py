"""What OCSF asks of single values: its patterns, its enumerations, paths and names of files.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import COMMON, First, Listed, Of, flat, given, text
from siemcast.schema.convert import ip as any_ip
from siemcast.schema.memo import remembered
from siemcast.schema.times import epoch_ms
from siemcast_sinks.formats.ocsf.facts import OTHER, enums
from siemcast_sinks.formats.ocsf.lists import LISTS, mac
from siemcast_sinks.formats.shared.ends import port
from siemcast_sinks.formats.shared.outcomes import logon_outcome
from siemcast_sinks.formats.shared.paths import path as whole_path

_EMAIL = re.compile(r"[a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST_EMAIL = 512
_PROTOCOLS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "icmpv6": 58, "sctp": 132}
_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_INBOUND = frozenset({
    "inboundconnectionaccepted", "inboundconnectionattempt", "inboundconnectionblocked", "connectionacknowledged",
    "inboundinternetscaninspected", "firewallinboundconnectionblocked", "firewallinboundconnectiontoappblocked",
})  # fmt: skip  # a list of words
_OUTBOUND = frozenset(
    {"connectionrequest", "connectionsuccess", "connectionattempt", "firewalloutboundconnectionblocked"}
)
_LINUX = (
    "linux", "ubuntu", "debian", "centos", "redhat", "red hat", "rhel", "fedora", "suse", "sles", "oracle", "amazon",
    "rocky", "alma", "mariner", "alpine",
)  # fmt: skip  # a list of words
_FAMILIES = (
    ("windows", 100), ("ipad", 302), ("mac", 300), ("ios", 301), ("android", 201), *((word, 200) for word in _LINUX),
)  # fmt: skip  # a table
"""What names of operating systems contain, the telling word first, to os.type_id."""
Converter = Callable[..., Any]


def decimal(value: Any) -> float | int | None:
    """Give a number, also where it was sent as text."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if number and -1e308 < value < 1e308 else None


def email(value: Any) -> str | None:
    """Give an e-mail address of OCSF's pattern, of which display names and odd characters are no part."""
    return value if isinstance(value, str) and len(value) <= _LONGEST_EMAIL and _EMAIL.fullmatch(value) else None


def moment(value: Any) -> int | None:
    """Give what `milliseconds` gives, for times that recur: a process's events all name when it was started."""
    return epoch_ms(value)


def uuid(value: Any) -> str | None:
    """Give a UUID."""
    return value if isinstance(value, str) and _UUID.fullmatch(value) else None


def file_name(name: Any, *paths: Any) -> str | None:
    """Give a file's name, else what follows the last separator of its path."""
    told = text(name)
    if told:
        return told
    for path in paths:
        if isinstance(path, str):
            last = path.rstrip("\\/")
            return last[max(last.rfind("\\"), last.rfind("/")) + 1 :] or None
    return None


def process_file_name(name: Any, process: Any, path: Any) -> str | None:
    """Give the name of a process's file."""
    return file_name(name or process, path)


def file_path(path: Any, folder: Any, name: Any) -> str | None:
    """Give a file's whole path: as told, else folder and name."""
    whole = text(path)
    if whole:
        return whole
    return whole_path(folder, name)


def folder_and_name(path: Any, folder: Any, name: Any) -> str | None:
    """Give a file's whole path where the path may be its folder alone."""
    return whole_path(path or folder, name)


def process_path(path: Any, file: Any, folder: Any, name: Any) -> str | None:
    """Give the path of a process."""
    return file_path(path or file, folder, name)


def regular_file(*values: Any) -> int | None:
    """Give OCSF's word for a file: that it is one, and no folder."""
    return 1 if any(given(value) for value in values) else None


def executable_file(*values: Any) -> int | None:
    """Give OCSF's word for a process's file."""
    return 8 if any(given(value) for value in values) else None


def registry_key(hive: Any, path: Any) -> str | None:
    """Give a key's whole path, its hive first."""
    where, what = text(hive), text(path)
    return f"{where}\\{what}" if where and what else what or where


def registry_value_path(path: Any, hive: Any, key: Any) -> str | None:
    """Give the key that a value is in."""
    return text(path) or registry_key(hive, key)


def value_name(name: Any) -> str | None:
    """Give the name of a registry value."""
    return text(name)


def agent(name: Any, version: Any) -> str | None:
    """Give the name of the sensor whose version is told."""
    return text(name) or ("Microsoft Defender for Endpoint" if given(version) else None)


def os_type_id(name: Any) -> int | None:
    """Give the family of an operating system."""
    told = text(First(text)(name))
    return None if told is None else _family(told.lower())


@remembered()
def _family(name: str) -> int:
    return next((number for word, number in _FAMILIES if word in name), OTHER)


def os_type(name: Any) -> str | None:
    """Give the family's caption, or the name itself."""
    number = os_type_id(name)
    return (
        None if number is None else text(First(text)(name)) if number == OTHER else enums()["os_type"].captions[number]
    )


def user_type_id(kind: Any, admin: Any) -> int | None:
    """Give what sort of account it is."""
    told: int | None = enum_id("user_type")(kind)
    return 2 if admin is True and told in (None, OTHER, 1) else told


def user_type(kind: Any, admin: Any) -> str | None:
    """Give the caption of `user_type_id`, or the source's word."""
    number = user_type_id(kind, admin)
    return text(kind) if number == OTHER else None if number is None else enums()["user_type"].captions[number]


def direction_id(action: Any, way: Any) -> int | None:
    """Give which way a connection went: by what the sensor says, else by the action."""
    told: int | None = enum_id("direction")(way)
    if told is not None:
        return told
    name = action.lower() if isinstance(action, str) else ""
    return 1 if name in _INBOUND else 2 if name in _OUTBOUND else None


def direction(action: Any, way: Any) -> str | None:
    """Give the caption of `direction_id`, or the source's word."""
    number = direction_id(action, way)
    return text(way) if number == OTHER else None if number is None else enums()["direction"].captions[number]


def http_method(value: Any) -> str | None:
    """Give one of the methods that OCSF knows, in capitals."""
    found = value.upper() if isinstance(value, str) else None
    return found if found in _METHODS else None


def protocol_number(name: Any) -> int | None:
    """Give IANA's number of a protocol."""
    return _PROTOCOLS.get(name.lower()) if isinstance(name, str) else None


def enum_id(name: str) -> Converter:
    """Make the converter from any of several words to the id of an enumeration."""
    enum = enums()[name]

    def convert(*values: Any) -> int | None:
        word = next((told for value in flat(values) if (told := text(value))), None)
        return None if word is None else enum.id_of(word)

    return convert


def enum_caption(name: str) -> Converter:
    """Make the converter to the caption of what `enum_id` gives; for 99 it is the source's word."""
    enum = enums()[name]

    def convert(*values: Any) -> str | None:
        word = next((told for value in flat(values) if (told := text(value))), None)
        if word is None:
            return None
        number = enum.id_of(word)
        return word if number == OTHER else enum.captions[number]

    return convert


def only_known(convert: Converter) -> Converter:
    """Make a converter that says nothing of a word that its enumeration does not have."""

    def known(*values: Any) -> Any:
        return None if (number := convert(*values)) == OTHER else number

    return known


def _of_enums() -> dict[str, Converter]:
    made = {name: enum_caption(name) for name in enums()} | {f"{name}_id": enum_id(name) for name in enums()}
    for name in ("outcome", "injection_type"):  # an action says more than how it ended, and mostly no injection at all
        number = made[f"{name}_id"] = only_known(enum_id(name))
        made[name] = _caption_of(name, number)
    made["logon_outcome_id"] = _logon_outcome_id
    made["logon_outcome"] = _caption_of("outcome", _logon_outcome_id)
    return made


def _logon_outcome_id(action: Any, code: Any, status: Any) -> int | None:
    return {"Success": 1, "Failure": 2}.get(logon_outcome(action, code, status) or "")


def _caption_of(name: str, number: Converter) -> Converter:
    return Of(number, enums()[name].captions.__getitem__)


CONVERTERS: Mapping[str, Converter] = {
    **COMMON,
    **LISTS,
    **_of_enums(),
    "moment": moment,
    "string": text,
    "first_string": First(text),
    "ip": any_ip,
    "port": port,
    "decimal": decimal,
    "mac": mac,
    "email": email,
    "emails": Listed(email),
    "uuid": uuid,
    "file_name": file_name,
    "process_file_name": process_file_name,
    "file_path": file_path,
    "folder_and_name": folder_and_name,
    "process_path": process_path,
    "regular_file": regular_file,
    "executable_file": executable_file,
    "registry_key": registry_key,
    "registry_value_path": registry_value_path,
    "value_name": value_name,
    "agent": agent,
    "os_type_id": os_type_id,
    "os_type": os_type,
    "user_type_id": user_type_id,
    "user_type": user_type,
    "direction_id": direction_id,
    "direction": direction,
    "protocol_number": protocol_number,
    "http_method": http_method,
}
"""By the names that the mapping file uses."""
