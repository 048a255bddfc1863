"""What only ECS asks of values: arguments, hives, directions, signatures, Elastic's severities.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from siemcast.schema import Severity
from siemcast.schema.convert import COMMON, First, Listed, Of, flat, given, integer, ip, ips, text
from siemcast.schema.memo import remembered
from siemcast_sinks.formats import ends
from siemcast_sinks.formats.ecs.findings import FINDING_CONVERTERS
from siemcast_sinks.formats.ecs.url import URL_CONVERTERS
from siemcast_sinks.formats.flat import values as flat_values

_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_LONGEST_ACTION = 1000
_LONGEST_KEY = 4096
_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
    "HKEY_PERFORMANCE_DATA": "HKPD",
}
_SEVERITIES = {
    Severity.INFORMATIONAL: 21,
    Severity.LOW: 21,
    Severity.MEDIUM: 47,
    Severity.HIGH: 73,
    Severity.CRITICAL: 99,
}
"""The scale of Elastic's detection engine."""
_TRANSPORT = re.compile(r"(tcp|udp|icmp|sctp|igmp|ipv6-icmp)", re.IGNORECASE)
_MAIL_DIRECTIONS = {"inbound": "inbound", "outbound": "outbound", "intra-org": "internal", "intraorg": "internal"}
_OUTCOMES = {"Success": "success", "Failure": "failure", "NA": "unknown"}
_SID = "S-1-"
_UNIX_SID = "S-1-22-"  # Samba's, for accounts of Unix
_SYSTEMS = (
    (("mac", "os x", "darwin"), "macos"),
    (("ios", "ipad"), "ios"),
    (("android",), "android"),
    (
        (
            "linux", "ubuntu", "debian", "centos", "redhat", "red hat", "rhel", "suse", "sles", "fedora", "oracle",
            "amazon", "rocky", "alma", "mariner",
        ),
        "linux",
    ),
    (("unix", "solaris", "bsd"), "unix"),
)  # fmt: skip  # a table
"""Words in the names of systems other than Windows; a name without any tells nothing."""
_MACOS = ("/Applications/", "/System/", "/Library/", "/Users/", "/private/")
_LINUX = ("/home/", "/snap/", "/proc/", "/lib/", "/usr/lib/systemd/", "/usr/lib/x86_64-linux-gnu/", "/var/lib/")


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


def system(sign: Any) -> str | None:
    """Give `windows`, `linux`, `macos`, ... by a sign of it: the platform's name, or a Windows SID or path."""
    if not isinstance(sign, str) or not sign:
        return None
    if sign[:4] == _SID:
        return None if sign.startswith(_UNIX_SID) else "windows"
    return _system_of_path(sign) if sign[0] == "/" or "\\" in sign else _system_named(sign.lower())


def _system_of_path(path: str) -> str | None:
    if path[1:3] == ":\\":
        return "windows"
    return "macos" if path.startswith(_MACOS) else "linux" if path.startswith(_LINUX) else None


def _system_named(name: str) -> str | None:
    if "windows" in name:
        return "windows"
    return next((kind for words, kind in _SYSTEMS if any(word in name for word in words)), None)


os_type = First(system)


def kubernetes(*signs: Any) -> str | None:
    """Name the orchestrator of which there are signs: Defender tells of this one alone."""
    return "kubernetes" if any(given(sign) for sign in signs) else None


def os_name(platform: Any, version: Any) -> str | None:
    """Give a system's name with its version."""
    return " ".join(part for part in (text(platform), text(version)) if part) or None


def ends_with(path: str, name: str) -> bool:
    """Say whether a name is the last of a path: `/tmp/xsh` is no path of `sh`."""
    return path.endswith(name) and path[-len(name) - 1 : -len(name)] in ("", "/", "\\")


def _joined(folder: str, name: str) -> str:
    if ends_with(folder.lower(), name.lower()):
        return folder
    separator = "/" if "/" in folder and "\\" not in folder else "\\"
    return folder.rstrip("/\\") + separator + name


def path(folder: Any, name: Any) -> str | None:
    """Give a file's whole path: streamed tables give it so, Graph and AlertEvidence give the folder alone."""
    if folder.__class__ is str and name.__class__ is str and ends_with(folder, name):  # as in nearly all rows
        return folder or None
    where, what = text(folder), text(name)
    return _joined(where, what or "") if where else None


def directory(folder: Any, name: Any) -> str | None:
    """Give the folder of a file."""
    whole = path(folder, name)
    if whole is None:
        return None
    back, slash = whole.rfind("\\"), whole.rfind("/")
    cut = back if back > slash else slash
    return whole[:cut] if cut > 0 else None


def extension(name: Any) -> str | None:
    """Give what follows the last dot of a file's name."""
    if not isinstance(name, str):
        return None
    stem, dot, last = name.rpartition(".")
    return last if stem and dot and last and len(last) <= 20 and "\\" not in last and "/" not in last else None


def paths(folders: Any, whole: Any, names: Any) -> list[str] | None:
    """Give the whole paths of several files, whose folders and names stand in two lists of one order."""
    pairs = zip_longest(flat([folders, whole]), flat([names]))
    found = dict.fromkeys(one for folder, name in pairs if (one := path(folder, name)))
    return list(found) or None


def hive(key: Any) -> str | None:
    """Give a registry key's hive in its short name."""
    return _apart(key[:_LONGEST_KEY])[0] if isinstance(key, str) else None


def key(path: Any) -> str | None:
    """Give a registry key without its hive."""
    return _apart(path[:_LONGEST_KEY])[1] if isinstance(path, str) else None


def registry_path(path: Any, value: Any) -> str | None:
    """Give hive, key and value as one path (`HKLM\\SOFTWARE\\...\\Run\\Updater`)."""
    short = _apart(path[:_LONGEST_KEY])[2] if isinstance(path, str) else None
    name = text(value)
    return f"{short}\\{name}" if short and name else short


@remembered()  # the same keys are written all day
def _apart(path: str) -> tuple[str | None, str | None, str | None]:
    """Give hive, key below it, and both together in short."""
    head, _, rest = path.partition("\\")
    name = _HIVES.get(head.upper()) or (head.upper() if head.upper() in _HIVES.values() else None)
    if name is None:
        return None, path or None, path or None
    return name, rest or None, f"{name}\\{rest}" if rest else name


def registry_paths(hives: Any, keys: Any, values: Any) -> list[str] | None:
    """Give several registry paths, whose hives, keys and values stand in lists of one order."""
    rows = zip_longest(flat([hives]), flat([keys]), flat([values]))
    found = ("\\".join(part for part in (hive(a) or text(a), text(b), text(c)) if part) for a, b, c in rows if b)
    return list(dict.fromkeys(found)) or None


def direction(action: Any, way: Any) -> str | None:
    """Give ECS's word for a direction; of an action that tells of none, and of none that came in, it is unknown."""
    if isinstance(way, str) and way:
        return {"in": "inbound", "out": "outbound"}.get(way.lower(), "unknown")
    return "inbound" if _came_in(action, way) else "unknown" if given(action) else None


def _came_in(action: Any, way: Any) -> bool:
    return ends.direction(action, way) == "inbound"


def source_ip(action: Any, way: Any, one: Any, other: Any) -> str | None:
    """Give the first address, or for what came in the other."""
    return ip(other if _came_in(action, way) else one)


def source_port(action: Any, way: Any, one: Any, other: Any) -> int | None:
    """Give the first port, or for what came in the other."""
    return integer(other if _came_in(action, way) else one)


def transport(protocol: Any) -> str | None:
    """Give `tcp` for `TcpV4`, and so on; None for what is no transport."""
    match = _TRANSPORT.match(protocol) if isinstance(protocol, str) else None
    return match[1].lower() if match else None


def mail_direction(value: Any) -> str | None:
    """Give ECS's word for the direction of mail."""
    found = First(text)(value)
    return _MAIL_DIRECTIONS.get(found.lower(), found.lower()) if found else None


def mac(value: Any) -> str | None:
    """Give a MAC address as ECS writes it: upper case, dashes."""
    digits = re.sub(r"[^0-9A-F]", "", value.upper()) if isinstance(value, str) else ""
    return "-".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else None


def answers(data: Any, ttls: Any) -> list[dict[str, Any]] | None:
    """Give DNS answers with their times to live."""
    pairs = zip_longest(list(flat([data])), list(flat([ttls])))
    made = []
    for value, ttl in pairs:
        found, seconds = text(value), integer(ttl)
        if found:
            made.append({"data": found} | ({"ttl": seconds} if seconds is not None else {}))
    return made or None


def own_ip(address: Any, device: Any) -> list[str] | None:
    """Give the address of the device that a logon came from, where it is that device that the row speaks of."""
    return None if given(device) else ips(address)


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
    return _OUTCOMES.get(flat_values.logon_outcome(action, code, status) or "")


def of_actor(name: Any, one: Any, other: Any) -> str | None:
    """Give what belongs to the account that acted, unless the one acted upon is the one that has a name."""
    return text(one if name else other or one)


CONVERTERS: Mapping[str, Callable[..., Any]] = {
    **COMMON,
    **URL_CONVERTERS,
    **FINDING_CONVERTERS,
    **{
        function.__name__: function
        for function in (
            args, action, severity, os_name, kubernetes, path, directory, extension, paths, hive,
            key, registry_path, registry_paths, direction, source_ip, source_port, transport, mail_direction, mac,
            answers, own_ip, signed, trusted, signature, logon_outcome, of_actor,
        )
    },
    "args_count": Of(args, len),
    "os_type": os_type,
    "first_severity": First(severity),
    "hives": Listed(lambda value: hive(value) or text(value)),
    "lowers": Listed(lambda value: value.lower() if isinstance(value, str) and value else None),
    "os_types": Listed(system),
    "extensions": Listed(extension),
}  # fmt: skip  # names that a mapping file may use
