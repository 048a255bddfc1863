"""The state folder as commands see it: opened when it is there, never made by looking at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from siemcast.api.journal import Journal
from siemcast.config import StateConfiguration, load_state

Answer = TypeVar("Answer")


def ask(config: str, use: Callable[[Journal], Awaitable[Answer]], absent: Answer) -> Answer:
    """Ask the journal of a configuration; `absent` is the answer while there is no state yet."""
    return asyncio.run(ask_journal(load_state(config), use, absent))


async def ask_journal(
    configuration: StateConfiguration, use: Callable[[Journal], Awaitable[Answer]], absent: Answer
) -> Answer:
    """Ask the journal of a loaded configuration."""
    if not configuration.state.is_dir():
        return absent
    part = configuration.journal
    async with part.spec.open(part.settings, configuration.state, now) as journal:
        return await use(journal)


def now() -> datetime:
    """Give the time, with zone UTC."""
    return datetime.now(UTC)  # noqa: TID251 - commands stand outside the engine, which lends its clock to plugins only
