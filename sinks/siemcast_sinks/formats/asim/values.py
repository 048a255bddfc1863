"""What ASIM asks of values: names of devices taken apart, ids with their types, hashes, kinds of path and application.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from siemcast.schema.convert import ip
from siemcast.schema.memo import remembered
from siemcast_sinks.formats.flat.values import one
from siemcast_sinks.formats.flat.verbs import verb
from siemcast_sinks.formats.shared.paths import path

_LONGEST_NAME = 255


@remembered()  # the same devices speak all day
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


def mde_id(uid: Any) -> str | None:
    """Name the kind of a device's id, where there is one: Defender for Cloud knows machines as Azure's resources."""
    found = one(uid)
    return ("AzureResourceId" if found[:15].lower() == "/subscriptions/" else "MDEid") if found else None


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


def app_kind(*names: Any) -> str | None:
    """Name the kind of an application: what is no directory of one's own is a cloud's."""
    name = next((found for value in names if (found := one(value))), "")
    return ("Service" if name.lower() == "active directory" else "SaaS application") if name else None


_AUDITED = {"update": "Set"}


def audit_verb(*names: Any) -> str | None:
    """Give AuditEvent's word for what an operation does."""
    does = verb(*names)
    return _AUDITED.get(does, does.capitalize()) if does else None


def sid_kind(uid: Any) -> str | None:
    """Name the kind of a group's id, where it is a SID."""
    return "SID" if one(uid).upper().startswith("S-1-") else None


def target_path(folder: Any, name: Any, uid: Any = None) -> str | None:
    """Give a file's whole path; of one in the cloud its address, or the name that it has there."""
    return path(one(folder), one(name)) or (one(uid) if "://" in one(uid) else one(name) or one(uid)) or None


def kind(word: str) -> Callable[..., str | None]:
    """Make a converter that names the kind of what is told, where anything is."""
    return lambda *values: word if any(one(value) for value in values) else None


def upper(value: Any) -> str | None:
    """Give text in capitals."""
    return one(value).upper() or None
