"""Killed at random moments, while reading and while delivering: nothing lost, nothing doubled up to the journal."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import orjson

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, open_stage, play
from siemcast_lab.graph import Quirks

KILLS = 15
INCIDENTS, ALERTS = 1_500, 2_500


def fill(stage: Stage) -> set[str]:
    """Fill the tenant, and give the ids."""
    store, start = stage.world.graph.store, records.now() - timedelta(days=5)
    for number in range(INCIDENTS):
        store.put_incident(records.incident(number, start + timedelta(minutes=number // 3)))
    for number in range(ALERTS):
        store.put_alert(records.alert(number, start + timedelta(minutes=number // 3), number % INCIDENTS))
    return {*store.incidents.entries, *store.alerts.entries}


async def run_and_kill(stage: Stage, dice: random.Random) -> None:
    """Run until Graph was asked, or a receiver was sent to, so many times more; then kill."""
    graph, hec, bulk = stage.world.graph, stage.world.hec, stage.world.bulk
    asked, sent = len(graph.seen) + dice.randrange(3, 20), hec.requests + bulk.requests + dice.randrange(1, 10)
    async with stage.running() as forwarder:
        await until(lambda: len(graph.seen) >= asked or hec.requests + bulk.requests >= sent)
        await forwarder.kill()


def test_15_kills_lose_nothing_and_double_nothing_between_source_and_journal(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path, quirks=Quirks(clamp=25)) as stage:
            wanted = fill(stage)
            small = {"batch": {"records": 100}}
            stage.configure(
                ("incidents", "alerts"), {"splunk": small, "elastic": small, "syslog": small, "archive": small}
            )
            dice = random.Random(15)
            for _ in range(KILLS):
                await run_and_kill(stage, dice)
            await stage.drained()
            assert set(stage.world.hec.ids()) == wanted
            assert {document.body["event"]["id"] for document in stage.world.bulk.documents} == wanted
            assert stage.world.bulk.count == len(wanted)
            assert {orjson.loads(line)["id"] for line in stage.archived()} == wanted
            await until(
                lambda: {message.data["siemcast@32473"]["id"] for message in stage.world.syslog.messages} >= wanted
            )
            for source, count in (("incidents", INCIDENTS), ("alerts", ALERTS)):
                journalled = Counter(orjson.loads(raw)["id"] for raw in await stage.journalled(source))
                assert (len(journalled), max(journalled.values())) == (count, 1)

    play(scenario())
