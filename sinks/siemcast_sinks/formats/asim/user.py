"""How ASIM names users: one name and one id, each with its type, and what kind of user it is.

Each takes (name, domain, principal name, display name) or (SID, object id) once or several times; the first user told
counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from siemcast_sinks.formats.flat.values import one

_SYSTEM = frozenset({"S-1-5-18", "S-1-5-19", "S-1-5-20"})
"""LocalSystem, LocalService, NetworkService."""
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_WINDOWS, _UPN, _SIMPLE = "Windows", "UPN", "Simple"


def _fours(values: tuple[Any, ...]) -> Iterator[list[str]]:
    told = [*map(one, values), "", "", ""]
    return (told[at : at + 4] for at in range(0, len(values), 4))


def _twos(values: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    told = [*map(one, values), ""]
    return ((told[at], told[at + 1]) for at in range(0, len(values), 2))


def _named(values: tuple[Any, ...]) -> tuple[str, str] | None:
    for name, domain, upn, display in _fours(values):
        if name and domain and "@" not in name:
            return f"{domain}\\{name}", _WINDOWS
        if upn or "@" in name:
            return upn or name, _UPN
        if name or display:
            return name or display, _SIMPLE
    return None


def username(*values: Any) -> str | None:
    """Give a user's name: `domain\\name`, else the principal name, else the name alone, else the one that is shown."""
    found = _named(values)
    return found[0] if found else None


def username_type(*values: Any) -> str | None:
    """Give the type of the name that `username` gives."""
    found = _named(values)
    return found[1] if found else None


def user_id(*values: Any) -> str | None:
    """Give a user's id: the SID, else the object id in Entra."""
    return next((sid or object_id for sid, object_id in _twos(values) if sid or object_id), None)


def user_id_type(*values: Any) -> str | None:
    """Give the type of the id that `user_id` gives, by its form: cloud tables name a user by the object id alone."""
    found = user_id(*values)
    if found is None:
        return None
    if found.upper().startswith("S-1-"):
        return "SID"
    return "AADID" if _GUID.fullmatch(found) else "Other"


def alert_user_id_type(*values: Any) -> str | None:
    """Give the same in the words of AlertEvent, where an object id is a GUID."""
    found = user_id_type(*values)
    return "GUID" if found == "AADID" else found


def directory_id_type(*values: Any) -> str | None:
    """Give the same in the words of UserManagement, which knows no other kinds."""
    found = user_id_type(*values)
    return None if found == "Other" else found


def user_type(*values: Any) -> str | None:
    """Say what kind of user it is, by (SID, name) once or several times; None where neither tells."""
    for sid, name in _twos(values):
        if name.endswith("$"):
            return "Machine"
        if sid.upper() in _SYSTEM:
            return "System"
        if sid.upper().startswith("S-1-5-21-"):
            return "Admin" if sid.endswith("-500") else "Regular"
        if sid or name:
            return None
    return None


USERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (username, username_type, user_id, user_id_type, alert_user_id_type, directory_id_type, user_type)
}
"""By the names that the mapping file uses."""
