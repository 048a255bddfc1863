"""Entra's refusals (AADSTS codes) in plain words, with what to do about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from siemcast.errors import AuthRefused, DeliveryError, Transient

_CODE = re.compile(r"AADSTS(\d{4,8})")
_LONGEST = 300

# Microsoft Entra documentation, "Microsoft Entra authentication and authorization error codes".
_WORDS: Mapping[int, tuple[str, str]] = {
    7000215: ("the client secret is wrong", "give the secret's value, not its id"),
    7000222: ("the client secret has expired", "make a new secret for the app registration"),
    7000216: ("a client secret or assertion is required", "check the tenant's credential"),
    7000218: ("a client secret or assertion is required", "check the tenant's credential"),
    7000112: ("the application is disabled", "enable the enterprise application in the tenant"),
    700016: ("the application is not in this tenant", "check client_id and tenant_id, and grant consent in the tenant"),
    90002: ("the tenant does not exist", "check tenant_id and cloud"),
    900023: ("the tenant id is not one", "check tenant_id: a GUID or a domain"),
    900382: ("confidential clients are not allowed across clouds", "check the tenant's cloud"),
    700027: (
        "the certificate is not registered, or its signature is wrong",
        "upload the certificate to the app registration",
    ),
    700024: ("the assertion is outside of its validity", "check this machine's clock"),
    50013: ("the assertion was refused", "check this machine's clock and the certificate"),
    70021: ("no federated credential matches the workload's token", "compare issuer, subject and audience"),
    700211: ("no federated credential has this issuer", "set the issuer of the app's federated credential"),
    700212: ("no federated credential has this audience", "set the audience of the app's federated credential"),
    700213: ("no federated credential has this subject", "set the subject of the app's federated credential"),
    1002012: ("the scope is not valid", "check the tenant's cloud"),
    500011: ("the service is not in this tenant", "check the tenant's cloud, and that it has a Defender licence"),
    501051: ("the application is not assigned to a role", "assign it one in the enterprise application"),
    53003: ("conditional access refuses it", "exclude this workload, or allow its location"),
    530004: ("conditional access refuses it", "exclude this workload, or allow its location"),
}
_PASSING = frozenset({90006, 90024, 90025, 90033, 90055, 50196, 50197})
"""Entra's own troubles and throttles: the same request may work later."""


def refusal(tenant: str, answer: Mapping[str, Any]) -> DeliveryError:
    """Make the error, AuthRefused or Transient, of an answer without a token."""
    description = _description(answer)
    code = _code(answer, description)
    known = _WORDS.get(code)
    if code in _PASSING or answer.get("error") == "temporarily_unavailable":
        return Transient(f"Entra can not give tenant {tenant} a token now ({description or code})")
    if known:
        return AuthRefused(f"Entra refuses tenant {tenant} a token: {known[0]} (AADSTS{code})", hint=known[1])
    words = description or str(answer.get("error") or "no reason given")
    return AuthRefused(f"Entra refuses tenant {tenant} a token: {words}", hint="check the tenant's settings")


def _description(answer: Mapping[str, Any]) -> str:
    """Take the first line: trace ids and times follow."""
    text = answer.get("error_description")
    if not isinstance(text, str):
        return ""
    line = " ".join((text.splitlines() or [""])[0].split("Trace ID:")[0].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _code(answer: Mapping[str, Any], description: str) -> int:
    if match := _CODE.search(description):
        return int(match.group(1))
    codes = answer.get("error_codes")
    first = codes[0] if isinstance(codes, list) and codes else 0
    return first if isinstance(first, int) else 0
