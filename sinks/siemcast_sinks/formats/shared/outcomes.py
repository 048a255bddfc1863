"""How something ended, by the word for it, by its status and by its code."""

from __future__ import annotations

from typing import Any

from siemcast.schema.convert import first_text, integer


def result(action: Any) -> str | None:
    """Read Success or Failure off the word for what happened; an attempt says neither."""
    word = (first_text(action) or "")[:200].lower()
    if word.endswith(("failed", "failure", "blocked", "denied", "rejected")):
        return "Failure"
    if word.endswith(("success", "succeeded", "accepted", "allowed", "loggedin")):
        return "Success"
    return "NA" if word.endswith(("attempt", "attempted")) else None


def outcome(action: Any, code: Any, status: Any) -> str | None:
    """Say whether something succeeded: by what happened, by the source's status, by its code, of which 0 is success."""
    told = result(action) or result(status)
    if told is None and (number_of := integer(code)) is not None:
        return "Failure" if number_of else "Success"
    return told


def logon_outcome(action: Any, code: Any, status: Any) -> str | None:
    """Say whether a logon succeeded; its status may be the code, as Entra's results are."""
    return outcome(action, status if code is None else code, status)
