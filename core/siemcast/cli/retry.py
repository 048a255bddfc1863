"""Sends dead letters again: by the forwarder that runs, or, when none does, at once and right here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import click

from siemcast.api.journal import DeadLetter, Journal
from siemcast.cli.forward import forward
from siemcast.cli.options import write_json
from siemcast.cli.plan import load_configuration, plan_of
from siemcast.cli.state import ask
from siemcast.config import LogSettings
from siemcast.engine.plan import Plan
from siemcast.errors import ConfigError
from siemcast.journal.lock import is_locked

_FOR_EVER = {"keep": timedelta(days=36_500), "max_bytes": 2**62}


def retry_letters(config: str, letters: Sequence[DeadLetter], *, as_json: bool) -> int:
    """Append letters to the journal anew and deliver them; 1 when some came back or could not be delivered yet."""
    configuration = load_configuration(config)
    _check_sinks(letters, {part.name for part in configuration.sinks})
    if not letters:
        return _tell({"retried": 0, "delivered": 0, "came_back": [], "waiting": False}, as_json=as_json)
    ask(config, lambda journal: journal.retry([letter.id for letter in letters]), 0)
    if is_locked(configuration.state):
        answer = {"retried": len(letters), "delivered": 0, "came_back": [], "waiting": True}
        return _tell(answer, as_json=as_json, said="the running forwarder delivers them")
    log = LogSettings(level="error", format=configuration.log.format)
    small = _only(plan_of(configuration), {letter.sink for letter in letters})
    outcome = asyncio.run(forward(small, log, until_drained=True))
    none: list[DeadLetter] = []
    back = ask(config, lambda journal: _came_back(journal, letters), none)
    answer = {
        "retried": len(letters),
        "delivered": len(letters) - len(back) if outcome.drained else 0,
        "came_back": [{"id": letter.id, "sink": letter.sink, "reason": letter.reason} for letter in back],
        "waiting": not outcome.drained,
    }
    said = "" if outcome.drained else "stopped before all were delivered; the next run delivers the rest"
    _tell(answer, as_json=as_json, said=said)
    return 0 if outcome.drained and not back else 1


def _only(plan: Plan, sinks: set[str]) -> Plan:
    """Keep of a plan the lanes concerned, without trimming: the lanes that do not run here would lose by it."""
    settings = plan.journal.settings.model_copy(update=_FOR_EVER)
    return replace(
        plan,
        sources=(),
        sinks=[sink for sink in plan.sinks if sink.name in sinks],
        journal=replace(plan.journal, settings=settings),
        listen=None,
    )


async def _came_back(journal: Journal, retried: Sequence[DeadLetter]) -> list[DeadLetter]:
    old = max(letter.id for letter in retried)
    known = {(letter.sink, letter.event_id) for letter in retried}
    return [
        letter for letter in await journal.dead_letters() if letter.id > old and (letter.sink, letter.event_id) in known
    ]


def _check_sinks(letters: Sequence[DeadLetter], sinks: set[str]) -> None:
    if lost := sorted({letter.sink for letter in letters} - sinks):
        raise ConfigError(
            f"dead letters of {', '.join(lost)}, which is no sink any more",
            hint="configure it again, or choose others with --sink or ids",
        )


def _tell(answer: dict[str, object], *, as_json: bool, said: str = "") -> int:
    if as_json:
        write_json(answer)
        return 0
    back = answer["came_back"]
    click.echo(f"retried {answer['retried']}, delivered {answer['delivered']}" + (f"; {said}" if said else ""))
    for letter in back if isinstance(back, list) else []:
        click.echo(f"came back as {letter['id']} from {letter['sink']}: {letter['reason']}", err=True)
    return 0
