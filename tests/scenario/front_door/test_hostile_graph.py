"""3,000 incidents and 8,000 alerts of a hostile Graph arrive complete at every kind of sink."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, open_stage, play
from siemcast.schema.times import utc
from siemcast_lab.graph import LabGraph, Quirks

INCIDENTS, ALERTS = 3_000, 8_000
CHANGES = 150
ALERTS_CHANGE_UNTIL = 60
"""Number of the request after which no alert changes: both lists are read at the same time, and one is done earlier."""
HOSTILE = Quirks(
    clamp=90,
    order="ignored",
    default_order="newest",
    next_link="never",
    throttled=0.007,
    failing=0.007,
    torn=0.007,
    cut=0.007,
    dropped=0.007,
    valueless=0.007,
    unauthorised=1,
    expand_fails=frozenset({"2345"}),
)
Version = tuple[str, str]


class Tenant:
    """Fills a Graph, and goes on changing it while it is read."""

    def __init__(self, graph: LabGraph, seed: int) -> None:
        self._store = graph.store
        self._dice = random.Random(seed)
        self._changes = CHANGES
        self._next = INCIDENTS
        moments = [records.now() - timedelta(seconds=self._dice.uniform(60, 5 * 86_400)) for _ in range(2_000)]
        for number in range(INCIDENTS):  # four alerts share each timestamp
            self._store.put_incident(self._incident(number, self._dice.choice(moments)))
        for number in range(ALERTS):
            changed = self._dice.choice(moments)
            self._store.put_alert(records.alert(number, changed, self._dice.randrange(INCIDENTS)))
        graph.before_request = self.change

    def change(self, graph: LabGraph) -> None:
        """Update an object, make a new one, or commit one late: dated earlier than what was read already."""
        if self._changes == 0 or self._dice.random() < 0.2:
            return
        self._changes -= 1
        changed = records.now()
        match self._dice.randrange(4):
            case 0:
                self._store.put_incident(self._incident(self._dice.randrange(INCIDENTS), changed, status="resolved"))
            case 1 if graph.number < ALERTS_CHANGE_UNTIL:
                number = self._dice.randrange(ALERTS)
                owner = self._store.alerts.entries[f"da{number:08}"].data["incidentId"]
                self._store.put_alert(records.alert(number, changed, int(owner), status="resolved"))
            case 2:
                self._next += 1
                self._store.put_incident(self._incident(self._next, changed))
            case _:
                self._next += 1
                late = changed - timedelta(seconds=self._dice.randrange(300))
                self._store.put_incident(self._incident(self._next, late), graph.number + self._dice.randrange(1, 8))

    def finals(self, shelf: str) -> set[Version]:
        """Give id and version of everything as it stands now."""
        found = self._store.shelf(shelf)
        assert found is not None
        return {version(entry.data) for entry in found.entries.values()}

    def _incident(self, number: int, changed: Any, **facts: Any) -> dict[str, Any]:
        if number % 150 == 7:  # merged into another one
            facts |= {"status": "redirected", "redirectIncidentId": str(number + 1)}
        return records.incident(number, changed, **facts)


def version(data: Mapping[str, Any]) -> Version:
    return data["id"], utc(data["lastUpdateDateTime"])


def seen_by_syslog(stage: Stage) -> set[Version]:
    elements = [message.data["siemcast@32473"] for message in stage.world.syslog.messages]
    return {(element["id"], element["version"]) for element in elements}


def seen_by_elastic(stage: Stage, kind: str) -> Counter[Version]:
    stream = f"logs-m365_defender.{kind}-default"
    return Counter(
        (document.body["event"]["id"], utc(document.body["m365_defender"][kind]["last_update_datetime"]))
        for document in stage.world.bulk.documents
        if document.stream == stream
    )


def seen_by_file(lines: Iterable[bytes]) -> set[Version]:
    return {version(orjson.loads(line)) for line in lines}


def test_every_final_version_of_a_hostile_tenant_arrives_at_every_sink(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path, quirks=HOSTILE) as stage:
            tenant = Tenant(stage.world.graph, seed=2)
            reading = {"tenant": "lab", "every": "1s", "since": "7d"}
            stage.configure(
                {
                    "incidents": {"kind": "defender.incidents", **reading},
                    "alerts": {"kind": "defender.alerts", **reading},
                },
                {"splunk": {}, "elastic": {}, "syslog": {}, "archive": {}},
            )
            await stage.drained()
            incidents, alerts = tenant.finals("incidents"), tenant.finals("alerts_v2")
            assert len(incidents) >= INCIDENTS
            assert incidents | alerts <= set(stage.world.hec.versions())
            await until(lambda: incidents | alerts <= seen_by_syslog(stage))
            assert stage.world.syslog.refused == []
            assert incidents | alerts <= seen_by_file(stage.archived())
            for kind, finals in (("incident", incidents), ("alert", alerts)):
                seen = seen_by_elastic(stage, kind)
                assert finals <= seen.keys()
                assert max(seen.values()) == 1
            assert await stage.dead_letters() == []
            for source in ("incidents", "alerts"):
                journalled = Counter(version(orjson.loads(raw)) for raw in await stage.journalled(source))
                assert max(journalled.values()) == 1

    play(scenario())
