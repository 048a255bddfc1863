"""Brings the gauges up to date when somebody looks at them, so that they cost nothing in between."""

from __future__ import annotations

from siemcast.engine.shared import Shared
from siemcast.errors import Transient


async def measure(shared: Shared) -> None:
    """Measure lag, age, journal, dead letters and readiness; what the journal cannot tell now keeps its last value."""
    shared.unmapped.tell()
    _readiness(shared)
    try:
        usage = await shared.journal.usage()
        shared.metrics.journal_bytes.set(usage.bytes)
        for name in shared.sinks:
            shared.metrics.dead_letters.labels(name).set(usage.dead_letters.get(name, 0))
            await _lag(name, usage.last, shared)
    except Transient as error:
        shared.world.log.warning("journal_not_measured", cause=str(error))


async def _lag(name: str, last: int, shared: Shared) -> None:
    position = shared.sinks[name].position
    entries = await shared.journal.read(position, 1) if position < last else ()
    age = (shared.world.now() - entries[0].time).total_seconds() if entries else 0.0
    shared.metrics.sink_lag.labels(name).set(last - entries[0].seq + 1 if entries else 0)
    shared.metrics.sink_oldest.labels(name).set(max(0.0, age))


def _readiness(shared: Shared) -> None:
    parts = [f"sources.{name}" for name in shared.sources] + [f"sinks.{name}" for name in shared.sinks]
    for part in (*parts, "journal"):
        shared.metrics.ready.labels(part).set(shared.health.cause(part) is None)
