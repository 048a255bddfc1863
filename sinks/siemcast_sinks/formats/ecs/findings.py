"""What ECS asks of alerts: categories, tactics and techniques, accounts.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import first_text, flat, given, text, texts
from siemcast.schema.times import epoch_ms

_LONG = 1 << 63
_LONGEST_NAME = 64
_CATEGORY_OF_EVIDENCE = {
    "analyzedmessage": "email", "mailbox": "email", "mailcluster": "email", "submissionmail": "email",
    "device": "host", "file": "file", "ip": "network", "process": "process", "registrykey": "registry",
    "registryvalue": "registry", "user": "iam", "securitygroup": "iam",
    # hunting's AlertEvidence says EntityType instead
    "machine": "host", "mailmessage": "email", "registrykeyevidence": "registry",
}  # fmt: skip  # a table
_CATEGORY_OF_DETERMINATION = {
    "malware": "malware", "malicioususeractivity": "malware", "phishing": "email", "apt": "threat",
}  # fmt: skip  # a table
_TYPE_OF_CATEGORY = {"registry": "access", "threat": "indicator"}
_THREATS = frozenset({"persistence", "privilegeescalation", "suspiciousactivity", "threatmanagement"})
_MALWARE = frozenset({"malware", "ransomware"})
"""Categories of alerts that say more of an alert than the type of one piece of evidence does."""

_TACTICS = {
    "reconnaissance": ("Reconnaissance", "TA0043"), "resourcedevelopment": ("Resource Development", "TA0042"),
    "initialaccess": ("Initial Access", "TA0001"), "execution": ("Execution", "TA0002"),
    "persistence": ("Persistence", "TA0003"), "privilegeescalation": ("Privilege Escalation", "TA0004"),
    "defenseevasion": ("Defense Evasion", "TA0005"), "credentialaccess": ("Credential Access", "TA0006"),
    "discovery": ("Discovery", "TA0007"), "lateralmovement": ("Lateral Movement", "TA0008"),
    "collection": ("Collection", "TA0009"), "commandandcontrol": ("Command and Control", "TA0011"),
    "exfiltration": ("Exfiltration", "TA0010"), "impact": ("Impact", "TA0040"),
}  # fmt: skip  # a table
"""MITRE's tactics by the names that Microsoft gives them as categories of alerts."""


def tactic(*values: Any) -> list[str] | None:
    """Give MITRE tactics by their names; a category that is no tactic as Microsoft says it, but `None` is none."""
    named = (text(value) for value in flat(values))
    found = dict.fromkeys(_told(name)[0] for name in named if name and name != "None")
    return list(found) or None


def tactic_ids(*values: Any) -> list[str] | None:
    """Give MITRE tactics by their ids."""
    named = (text(value) for value in flat(values))
    return list(dict.fromkeys(uid for name in named if name and (uid := _told(name)[1]))) or None


def _told(name: str) -> tuple[str, str]:
    return _TACTICS.get(name.replace(" ", "").lower(), (name, "")) if len(name) <= _LONGEST_NAME else (name, "")


def account(vendor: Any, subscription: Any, tenant: Any) -> str | None:
    """Give the cloud account of an alert: the tenant's, as Elastic's packages do, of Defender for Cloud's the own."""
    wanted = (subscription, tenant) if given(vendor) else (tenant, subscription)
    return first_text(*wanted)


def technique(*values: Any) -> list[str] | None:
    """Give MITRE techniques; a sub-technique counts by the technique that it belongs to."""
    found = dict.fromkeys(one.partition(".")[0] for value in flat(values) if (one := text(value)))
    return list(found) or None


def subtechnique(*values: Any) -> list[str] | None:
    """Give MITRE sub-techniques alone."""
    found = dict.fromkeys(one for value in flat(values) if (one := text(value)) and "." in one)
    return list(found) or None


def categories(types: Any, determination: Any, tactic: Any = None, vendor: Any = None) -> list[str] | None:
    """Give the categories of an alert, by its evidence, its determination, and of a row by the alert's own category.

    Alerts that name a vendor are Defender for Cloud's: what intrusion detection saw, as Elastic's package sorts them.
    """
    if given(vendor):
        return ["intrusion_detection"]
    found = {_CATEGORY_OF_EVIDENCE.get(str(one).lower()) for one in flat([types])}
    found.add(_CATEGORY_OF_DETERMINATION.get(str(determination).lower()))
    if isinstance(tactic, str) and not isinstance(types, list):  # a row of one piece of evidence, or of none
        found.add("malware" if tactic.lower() in _MALWARE else None)
        found.add("threat" if tactic.lower() in _THREATS and types else None)  # an alert by itself is no indicator
    return sorted(one for one in found if one) or None


def types(evidence: Any, determination: Any, tactic: Any = None, vendor: Any = None) -> list[str] | None:
    """Give the types that go with the categories; an alert of none informs, and nothing has no type."""
    if not any(given(one) for one in (evidence, determination, tactic, vendor)):
        return None
    named = categories(evidence, determination, tactic, vendor)
    if named and "threat" in named and not isinstance(evidence, list):
        return ["indicator"]
    return sorted({_TYPE_OF_CATEGORY.get(one, "info") for one in named}) if named else ["info"]


def technique_names(uids: Any, names: Any) -> list[str] | None:
    """Give the names of MITRE techniques, where names stand in the order of ids."""
    return _names(uids, names, sub=False)


def subtechnique_names(uids: Any, names: Any) -> list[str] | None:
    """Give the names of MITRE sub-techniques, where names stand in the order of ids."""
    return _names(uids, names, sub=True)


def _names(uids: Any, names: Any, *, sub: bool) -> list[str] | None:
    pairs = zip(flat([uids]), flat([names]), strict=False)
    found = dict.fromkeys(name for uid, one in pairs if (name := text(one)) and ("." in str(uid)) is sub)
    return list(found) or None


def texts_or(*lists: Any) -> list[str] | None:
    """Give the texts of the first value that has any: one way of naming things, not two ways mixed."""
    return next((found for value in lists if (found := texts(value))), None)


def account_ids(sid: Any, uid: Any) -> list[str] | None:
    """Give the ids of accounts: a row's SID, as on all of its device's; of several accounts Entra's ids first."""
    return texts(sid) if isinstance(sid, str) and sid else texts_or(uid, sid)


def duration(start: Any, end: Any) -> int | None:
    """Give nanoseconds between two times; None where they are centuries apart, more than 64 bits hold."""
    begun, ended = epoch_ms(start), epoch_ms(end)
    if begun is None or ended is None:
        return None
    nanoseconds = (ended - begun) * 1_000_000
    return nanoseconds if 0 <= nanoseconds < _LONG else None


FINDING_CONVERTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        tactic, tactic_ids, account, technique, subtechnique, technique_names, subtechnique_names, categories, types,
        texts_or, account_ids, duration,
    )
}  # fmt: skip  # names that a mapping file may use
"""By the names that mapping files use."""
