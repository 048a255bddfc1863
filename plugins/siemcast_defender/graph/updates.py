"""Which updates of an incident are worth sending on; in doubt one too many, never one too few."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

from siemcast_defender.graph.page import Facts, Item, cut_alerts

Mode = Literal["every_change", "state_changes", "first_and_final"]

MOST_REMEMBERED = 50_000
"""Incidents whose last state is remembered; of older ones an update may be sent once too often."""
_FINAL = {"resolved", "redirected"}


def is_wanted(mode: Mode, item: Item, memory: dict[str, str]) -> bool:
    """Say whether to send this version, and remember it (in `memory`: id to state, oldest first)."""
    if mode == "every_change":
        return True
    before = memory.pop(item.id, None)
    now = ("final" if is_final(item.facts) else "open") if mode == "first_and_final" else _state(item, before or "")
    memory[item.id] = now
    while len(memory) > MOST_REMEMBERED:
        del memory[next(iter(memory))]
    if mode == "first_and_final":
        return before is None or (now == "final" and before != "final")
    return before is None or _differ(before, now)


def is_final(facts: Facts) -> bool:
    """Say whether an incident is closed: resolved, or merged into another."""
    return _plain(facts.status) in _FINAL or facts.redirectIncidentId not in (None, "")


def _state(item: Item, before: str) -> str:
    """Write what makes an incident's state, and after a colon its number of alerts (as before, where none shows)."""
    facts = item.facts
    parts = (facts.status, facts.severity, facts.classification, facts.determination, facts.assignedTo)
    digest = blake2b(repr([_plain(part) for part in (*parts, facts.redirectIncidentId)]).encode(), digest_size=6)
    alerts = cut_alerts(item.raw)
    return f"{digest.hexdigest()}:{before.partition(':')[2] if alerts is None else len(alerts)}"


def _differ(before: str, now: str) -> bool:
    (state, _, count), (new_state, _, new_count) = before.partition(":"), now.partition(":")
    return state != new_state or bool(count and new_count and count != new_count)


def _plain(value: object) -> str:
    """Microsoft's documents write enum values in both cases."""
    return "" if value is None else str(value).lower()
