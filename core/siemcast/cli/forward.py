"""Runs the engine from the command line: a log, the world's clock, and an ear for SIGTERM."""

from __future__ import annotations

import asyncio

from siemcast.cli.signals import stop_on_signals
from siemcast.config import LogSettings
from siemcast.engine.outcome import Outcome
from siemcast.engine.plan import Plan
from siemcast.engine.run import run
from siemcast.engine.world import real_world
from siemcast.observe.log import set_up_log


async def forward(plan: Plan, log: LogSettings, *, until_drained: bool) -> Outcome:
    """Run a plan until it is done, or until SIGTERM or SIGINT ask it to stop."""
    stop = asyncio.Event()
    with stop_on_signals(stop):
        return await run(
            plan, world=real_world(set_up_log(log.level, log.format)), until_drained=until_drained, stop=stop
        )


def ending(outcome: Outcome, *, until_drained: bool) -> list[str]:
    """Say how a run ended: what failed, what waits, and how many dead letters there are."""
    lines = [f"{part}: stopped: {cause}" for part, cause in outcome.failures.items()]
    if until_drained and not outcome.drained:
        lines.append("not everything is settled; what is in the journal is delivered by the next run")
    letters = outcome.dead_letters
    if letters:
        lines.append(f"{letters} dead letter{'s' if letters > 1 else ''}; see siemcast dead-letters list")
    return lines
