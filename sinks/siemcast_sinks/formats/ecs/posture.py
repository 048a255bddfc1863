"""What ECS, and Elastic's own findings, ask of vulnerabilities and checks: names, scores, outcomes.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import First, given, text, texts

_LONGEST_NUMBER = 64
_OUTCOMES = {"healthy": "success", "passed": "success", "unhealthy": "failure", "failed": "failure"}
_EVALUATIONS = {"success": "passed", "failure": "failed", "unknown": "unknown"}


def cve_link(uid: Any) -> str | None:
    """Give the page that describes a CVE."""
    found = text(uid)
    return f"https://www.cve.org/CVERecord?id={found}" if found and found.upper().startswith("CVE-") else None


def cves(*uids: Any) -> list[str] | None:
    """Give the CVEs among what vulnerabilities are known by."""
    return [one for one in texts(*uids) or () if one.upper().startswith("CVE-")] or None


def weakness(package: Any, version: Any, *uids: Any) -> str | None:
    """Name a vulnerability by the package that it is in, and by what it is known by."""
    where, what = " ".join(part for part in map(First(text), (package, version)) if part), First(text)(*uids)
    found = f"Vulnerability found in {where}" if where else "Vulnerability found"
    return f"{found} - {what}" if what else found if where else None


def observer(cloud: Any, *signs: Any) -> str | None:
    """Give the product that found what is weak: of a cloud's resources Defender for Cloud."""
    if given(cloud):
        return "Microsoft Defender for Cloud"
    return "Microsoft 365 Defender" if any(map(given, signs)) else None


def enumeration(uid: Any) -> str | None:
    """Give the list that a vulnerability is named in: `CVE`, or Microsoft's own `TVM`."""
    found = (text(uid) or "").upper()
    return next((name for name in ("CVE", "TVM") if name in found), None)


def classification(score: Any) -> str | None:
    """Give the system of a score, where there is one."""
    return "CVSS" if number(score) is not None else None


def number(value: Any) -> float | None:
    """Give a number, also where it was sent as text; no infinity, and nothing that is no number."""
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def posture(*statuses: Any) -> str | None:
    """Give the outcome of a check: `Healthy` and `Passed` have succeeded, `Unhealthy` and `Failed` have not."""
    found = First(text)(*statuses)
    return _OUTCOMES.get(found.lower(), "unknown") if found else None


def evaluation(*statuses: Any) -> str | None:
    """Give the word that Elastic's findings have for how a check came out."""
    return _EVALUATIONS.get(posture(*statuses) or "")


POSTURE_CONVERTERS: Mapping[str, Callable[..., Any]] = {
    "first_number": First(number),
    **{
        function.__name__: function
        for function in (
            cve_link, cves, weakness, observer, enumeration, classification, number, posture, evaluation,
        )
    },
}  # fmt: skip  # names that a mapping file may use
"""By the names that mapping files use."""
