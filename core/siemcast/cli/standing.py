"""Gathers what `siemcast status` shows."""

from __future__ import annotations

import asyncio
from typing import Any

from siemcast.api.journal import Journal, Usage
from siemcast.cli.state import ask_journal
from siemcast.config import HttpSettings, StateConfiguration
from siemcast.journal.lock import is_locked

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound
_NOTHING: dict[str, Any] = {
    "journal": {"bytes": 0, "batches": 0, "first": 0, "last": 0},
    "sources": {},
    "sinks": {},
}


async def standing(configuration: StateConfiguration) -> dict[str, Any]:
    """Give state, journal, sources' cursors, sinks' lanes, and what /readyz answers (None when nobody does)."""

    async def use(journal: Journal) -> dict[str, Any]:
        return await _of(journal, configuration)

    found = await ask_journal(configuration, use, _NOTHING)
    ready = await asyncio.to_thread(_ready, configuration.http) if configuration.http else None
    return {
        "state": str(configuration.state),
        "running": is_locked(configuration.state),
        **found,
        "ready": ready,
    }


async def _of(journal: Journal, configuration: StateConfiguration) -> dict[str, Any]:
    usage: Usage = await journal.usage()
    lanes = await journal.lanes()
    dead = usage.dead_letters
    sinks = {}
    for name in sorted({*configuration.sinks, *lanes, *dead}):
        seq = lanes.get(name, 0)
        sinks[name] = {
            "seq": seq,
            "behind": max(usage.last - max(seq, usage.first - 1), 0),
            "dead_letters": dead.get(name, 0),
        }
    return {
        "journal": {"bytes": usage.bytes, "batches": usage.batches, "first": usage.first, "last": usage.last},
        "sources": {name: dict(await journal.cursors(name)) for name in configuration.sources},
        "sinks": sinks,
    }


def _ready(http: HttpSettings) -> dict[str, Any] | None:
    import httpx  # noqa: PLC0415 - only where there is something to ask

    host = _ANYWHERE.get(http.host, http.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{http.port}/readyz"
    headers = {"Authorization": f"Bearer {http.token.reveal()}"} if http.token else {}
    try:
        answer = httpx.get(url, headers=headers, timeout=2.0, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None
