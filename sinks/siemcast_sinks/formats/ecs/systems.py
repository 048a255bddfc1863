"""Which operating system it was, by its name or by what only one system has."""

from __future__ import annotations

from typing import Any

from siemcast.schema.convert import First, given

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


def os_of_device(device: Any, name: Any, kind: Any, *signs: Any) -> str | None:
    """Give the system of the device that an account was used on; the account's SID tells it where that is known."""
    found: str | None = os_type(name, kind, *(signs if given(device) else ()))
    return found
