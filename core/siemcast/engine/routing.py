"""Decides which records of an entry go to one sink, and what transforms make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from siemcast.api import Transform
from siemcast.engine.feed import Step
from siemcast.engine.plan import Route
from siemcast.engine.where import Predicate, compile_where
from siemcast.schema import Record

Passage = Callable[[Record], Iterable[Record]]
"""What becomes of one record on its way to a sink: nothing, itself, or what transforms made of it."""


@dataclass(frozen=True, slots=True)
class _Leg:
    """One route, as far as it concerns one source and one sink."""

    matches: Predicate | None
    transforms: Sequence[Transform]


class SinkRoutes:
    """All routes that end at one sink, by source."""

    def __init__(self, sink: str, routes: Sequence[Route]) -> None:
        self._sink = sink
        self._legs: dict[str, list[_Leg]] = {}
        for route in routes:
            if sink in route.sinks:
                leg = _Leg(compile_where(route.where) if route.where else None, tuple(route.transforms))
                for source in route.sources:
                    self._legs.setdefault(source, []).append(leg)

    def passage(self, step: Step) -> Passage | None:
        """Give what each record of an entry passes through; None when the whole entry is not for this sink.

        An entry addressed to one sink bypasses routes and transforms, since it has been through them. A record that
        several routes lead to the same sink is sent once, by the first of them.
        """
        if step.entry is None:
            return None
        if step.entry.sink is not None:
            return itself if step.entry.sink == self._sink else None
        legs = self._legs.get(step.entry.source)
        if not legs:
            return None
        if legs[0].matches is None and not legs[0].transforms:
            return itself
        return lambda record: _through(record, legs)


def itself(record: Record) -> Iterable[Record]:
    """Let a record through as it is."""
    return (record,)


def _through(record: Record, legs: Iterable[_Leg]) -> Iterable[Record]:
    for leg in legs:
        if leg.matches is None or leg.matches(record):
            return _transformed(record, leg.transforms)
    return ()


def _transformed(record: Record, transforms: Iterable[Transform]) -> Iterable[Record]:
    records: Iterable[Record] = (record,)
    for transform in transforms:
        records = [made for one in records for made in transform(one)]
    return records
