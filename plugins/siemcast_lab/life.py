"""Lets the lab's tenant live: incidents and alerts appear and change, devices tell what happens on them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from siemcast_lab.generator import Generator
from siemcast_lab.world import HUB, World

_SHOWN = timedelta(seconds=5)
_STEPS = {"active": "inProgress", "new": "inProgress", "inProgress": "resolved"}


@dataclass(slots=True)
class Left:
    """What has left Microsoft: each version of each incident and alert, and telemetry by number."""

    versions: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {"incidents": set(), "alerts": set()})
    telemetry: int = 0
    rows: dict[str, str] = field(default_factory=dict)
    """By id, whether it is one of the incidents or of the alerts."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each sort."""
        return {**{row: len(found) for row, found in self.versions.items()}, "telemetry": self.telemetry}


class Life:
    """The tenant's days, a step at a time."""

    def __init__(self, world: World, seed: int, now: Callable[[], datetime] | None = None) -> None:
        self.left = Left()
        self._world = world
        self._generator = Generator(seed)
        self._random = random.Random(seed)
        self._now = now or _machine_clock
        self._open: dict[str, tuple[str, dict[str, Any]]] = {}
        self._answered = 0
        self._served: dict[str, datetime] = {}

    def begin(self, incidents: int, alerts: int) -> None:
        """Fill the tenant with what happened in the last days."""
        start = self._now() - timedelta(days=3)
        for number, data in enumerate(self._generator.incidents(incidents)):
            self._put("incidents", data, start + timedelta(minutes=7 * number))
        for number, data in enumerate(self._generator.alerts(alerts)):
            self._put("alerts", data, start + timedelta(minutes=3 * number))

    def step(self, messages: int = 6, records: int = 20) -> None:
        """Let a moment pass: some telemetry, now and then something new, now and then a change."""
        for _ in range(messages):
            rows = list(self._generator.hunting(records))
            self._world.hubs.publish(HUB, None, self._generator.message(rows))
            self.left.telemetry += len(rows)
        if self._random.random() < 0.5:
            self._put("incidents", next(iter(self._generator.incidents(1))), self._now())
        for data in self._generator.alerts(self._random.randrange(3)):
            self._put("alerts", data, self._now())
        if ripe := self._ripe():
            self._change(self._random.choice(ripe))

    def _ripe(self) -> list[str]:
        """Give what may change: what Graph showed a while ago, lest a version be gone before anybody saw it."""
        seen = self._world.graph.seen
        for answer in seen[self._answered :]:
            for id_ in answer.ids:
                self._served.setdefault(id_, self._now())
        self._answered = len(seen)
        latest = self._now() - _SHOWN
        return [id_ for id_ in self._open if self._served.get(id_, self._now()) < latest]

    def _change(self, id_: str) -> None:
        name, data = self._open.pop(id_)
        step = _STEPS.get(data.get("status", ""), "resolved")
        self._put(name, {**data, "status": step, "assignedTo": "analyst@contoso.example"}, self._now())

    def _put(self, name: str, data: Mapping[str, Any], at: datetime) -> None:
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{self._random.randrange(10)}Z"
        changed = {**data, "lastUpdateDateTime": stamp}
        store = self._world.graph.store
        if name == "incidents":
            store.put_incident({key: value for key, value in changed.items() if key != "alerts"})
        else:
            store.put_alert(changed)
        self.left.versions[name].add((changed["id"], stamp))
        self.left.rows[changed["id"]] = name
        self._served.pop(changed["id"], None)
        if changed.get("status") != "resolved":
            self._open[changed["id"]] = (name, changed)


def _machine_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the tenant lives by the machine's clock, as the forwarder beside it does
