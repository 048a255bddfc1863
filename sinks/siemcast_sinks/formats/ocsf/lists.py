"""Makes OCSF's lists of objects of what canonical paths tell: fingerprints, attacks, interfaces, answers, tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from siemcast.schema.convert import Listed, flat, given, integer, ip, text
from siemcast_sinks.formats.ocsf.facts import OTHER, UNKNOWN, enums

_MOST = 1000
_texts = Listed(text)
_MD5 = {"algorithm_id": 1, "algorithm": "MD5"}
_SHA1 = {"algorithm_id": 2, "algorithm": "SHA-1"}
_SHA256 = {"algorithm_id": 3, "algorithm": "SHA-256"}
_BY_LENGTH = {32: _MD5, 40: _SHA1, 64: _SHA256}
_TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?")
_TACTICS = {
    "reconnaissance": "TA0043", "resourcedevelopment": "TA0042", "initialaccess": "TA0001", "execution": "TA0002",
    "persistence": "TA0003", "privilegeescalation": "TA0004", "defenseevasion": "TA0005", "credentialaccess": "TA0006",
    "discovery": "TA0007", "lateralmovement": "TA0008", "collection": "TA0009", "exfiltration": "TA0010",
    "commandandcontrol": "TA0011", "impact": "TA0040",
}  # fmt: skip  # a table
_FLAGS = {"AA": 1, "TC": 2, "RD": 3, "RA": 4, "AD": 5, "CD": 6}
_KINDS = {"ethernet": 1, "wireless80211": 2, "wifi": 2, "wwanpp": 3, "wwanpp2": 3, "tunnel": 4}
_MAC = re.compile(r"([0-9A-Fa-f]{2})[:\-.]?" * 5 + r"([0-9A-Fa-f]{2})")


def mac(value: Any) -> str | None:
    """Give a MAC address with colons, however it was written."""
    match = _MAC.fullmatch(value) if isinstance(value, str) and len(value) <= len("00:00:00:00:00:00") else None
    return ":".join(match.groups()) if match else None


def fingerprints(md5: Any, sha1: Any, sha256: Any) -> list[dict[str, Any]] | None:
    """Give hashes as fingerprints."""
    found = []
    for algorithm, value in ((_MD5, md5), (_SHA1, sha1), (_SHA256, sha256)):
        if value and value.__class__ is str:
            found.append({**algorithm, "value": value})
        elif given(value):
            found += [{**algorithm, "value": one} for one in _texts(value) or ()]
    return found or None


def fingerprint_of_any(*values: Any) -> list[dict[str, Any]] | None:
    """Give hashes whose algorithm nobody told: by their length."""
    unknown = {"algorithm_id": UNKNOWN, "algorithm": "Unknown"}
    return [{**_BY_LENGTH.get(len(one), unknown), "value": one} for one in _texts(*values) or ()] or None


def attacks(tactics: Any, techniques: Any, names: Any) -> list[dict[str, Any]] | None:
    """Give tactics and techniques; they belong together where one tactic is told, else each stands for itself."""
    named = [_tactic(one) for one in (_texts(tactics) or ())[:_MOST]]
    found = [_technique(*pair) for pair in zip_longest(*_parallel(techniques, names))][:_MOST]
    if len(named) == 1 and found:
        return [{"tactic": named[0], **one} for one in found]
    return [*({"tactic": one} for one in named), *found] or None


def _parallel(techniques: Any, names: Any) -> tuple[list[str], list[str]]:
    """Give ids and names one by one; names without ids say nothing that `unmapped` does not."""
    uids = [one for value in flat([techniques]) if (one := text(value))]
    told = [one for value in flat([names]) if (one := text(value))]
    return uids, told if len(told) == len(uids) else []


def _tactic(name: str) -> dict[str, str]:
    uid = _TACTICS.get(name.lower().replace(" ", ""))
    return {"name": name, "uid": uid} if uid else {"name": name}


def _technique(uid: str, name: str | None) -> dict[str, Any]:
    told = {"uid": uid, "name": name} if name else {"uid": uid}
    if "." not in uid or not _TECHNIQUE.fullmatch(uid):
        return {"technique": told}
    return {"technique": {"uid": uid.partition(".")[0]}, "sub_technique": told}


def related_events(*uids: Any) -> list[dict[str, str]] | None:
    """Give the ids of events that belong to a finding."""
    return [{"uid": one} for one in _texts(*uids) or ()] or None


def tags(*values: Any) -> list[dict[str, str]] | None:
    """Give tags as pairs of one name: Microsoft's have no names of their own."""
    return [{"name": "tag", "value": one} for one in _texts(*values) or ()] or None


def interfaces(name: Any, address: Any, kind: Any, ips: Any, more: Any) -> list[dict[str, Any]] | None:
    """Give network interfaces: one for each address, with the name and MAC address that they share."""
    shared: dict[str, Any] = {}
    if told := text(name):
        shared["name"] = told
    if told := mac(address):
        shared["mac"] = told
    if shared and (word := text(kind)):
        number = _KINDS.get(word.lower(), OTHER)
        shared["type_id"] = number
        shared["type"] = word if number == OTHER else enums()["interface_type"].captions[number]
    found = [{"ip": one, **shared} for one in Listed(ip)(ips, more) or ()]
    return found or ([shared] if shared else None)


def answers(data: Any, ttls: Any, flags: Any) -> list[dict[str, Any]] | None:
    """Give answers of DNS with their times to live, and the flags that they came with."""
    told = [one for value in flat([data]) if (one := text(value))]
    lives = list(flat([ttls]))
    words = _texts(flags) or []
    about: dict[str, Any] = {}
    if words:
        about["flag_ids"] = [_FLAGS.get(word.upper(), OTHER) for word in words]
        about["flags"] = words
    found = []
    for place, one in enumerate(told):
        life = _seconds(lives[place]) if place < len(lives) else None
        found.append({"rdata": one, **({} if life is None else {"ttl": life}), **about})
    return found or None


def _seconds(value: Any) -> int | None:
    whole = integer(value)
    if whole is None and isinstance(value, str):
        whole = integer(value.partition(".")[0])
    return whole if whole is not None and whole >= 0 else None


def malware_types(*values: Any) -> list[str] | None:
    """Give the captions of what sort of malware it is, or the source's words."""
    enum = enums()["malware_type"]
    words = _texts(*values) or ()
    return [word if (number := enum.id_of(word)) == OTHER else enum.captions[number] for word in words] or None


def malware_type_ids(*values: Any) -> list[int] | None:
    """Give what sort of malware it is."""
    return [enums()["malware_type"].id_of(word) for word in _texts(*values) or ()] or None


LISTS: Mapping[str, Callable[..., Any]] = {
    "fingerprints": fingerprints,
    "fingerprint_of_any": fingerprint_of_any,
    "attacks": attacks,
    "related_events": related_events,
    "tags": tags,
    "interfaces": interfaces,
    "answers": answers,
    "malware_types": malware_types,
    "malware_type_ids": malware_type_ids,
}
"""By the names that the mapping file uses."""
