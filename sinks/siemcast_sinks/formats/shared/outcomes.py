"""How something ended, by the word for it, by its status and by its code."""

from __future__ import annotations

from typing import Any

from siemcast.schema.convert import first_text, integer

_REFUSED = 400
"""From this code of HTTP on a request was refused, or failed."""
INTERRUPTS = frozenset({50072, 50074, 50125, 50140})
"""Entra's codes that Microsoft names interrupts: it asks for something more than a password, and the logon goes on."""


def result(action: Any) -> str | None:
    """Read Success or Failure off the word for what happened; an attempt says neither."""
    word = (first_text(action) or "")[:200].lower()
    if word.endswith(("failed", "failure", "blocked", "denied", "rejected")):
        return "Failure"
    if word.endswith(("success", "succeeded", "accepted", "allowed", "loggedin")):
        return "Success"
    return "NA" if word.endswith(("attempt", "attempted")) else None


def outcome(action: Any, code: Any, status: Any, answered: Any = None) -> str | None:
    """Say whether something succeeded.

    It is told by what happened, by the source's status, by its code, of which 0 is success, or by HTTP's answer.
    """
    told = result(action) or result(status)
    if told is None and (number := integer(code)) is not None:
        return "Failure" if number else "Success"
    if told is None and (number := integer(answered)) is not None:
        return "Failure" if number >= _REFUSED else "Success"
    return told


def logon_outcome(action: Any, code: Any, status: Any) -> str | None:
    """Say whether a logon succeeded; its status may be the code, as Entra's results are."""
    told = status if code is None else code
    return "NA" if integer(told) in INTERRUPTS else outcome(action, told, status)
