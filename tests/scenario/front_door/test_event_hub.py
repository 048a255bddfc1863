"""2,000 Event Hub messages of 20 records arrive once each, across restarts, broken connections and kills."""

from __future__ import annotations

from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import Forwarder, until
from scenario.front_door.stage import Stage, numbers, open_stage, play
from siemcast_lab.world import HUB

MESSAGES, EACH, PARTITIONS = 2_000, 20, 4
RECORDS = MESSAGES * EACH


def at_elastic(stage: Stage) -> list[int]:
    return [document.body["properties"]["ReportId"] for document in stage.world.bulk.documents]


async def arrived(stage: Stage, more: int) -> None:
    """Wait until so many records more, or all, have come to Elastic."""
    wanted = min(stage.world.bulk.count + more, RECORDS)
    await until(lambda: stage.world.bulk.count >= wanted)


async def drop(stage: Stage) -> None:
    """Break all connections, once every partition is being read over them."""
    await until(lambda: len(stage.world.hubs.readers()) == PARTITIONS)
    assert stage.world.hubs.drop_connections() > 0


async def disturb(stage: Stage, forwarder: Forwarder) -> None:
    """Break all connections twice, and end it gracefully."""
    await arrived(stage, 4_000)
    for _ in range(2):
        await drop(stage)
        await arrived(stage, 1_000)
    assert await forwarder.stop() == 0


def test_every_record_of_a_hub_arrives_once_across_restarts_drops_and_kills(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            for number in range(MESSAGES):
                stage.world.hubs.publish(HUB, number % PARTITIONS, records.message(number * EACH, EACH))
            stage.configure(("telemetry",), {"elastic": {"format": "raw"}, "archive": {}})
            async with stage.running() as forwarder:
                await disturb(stage, forwarder)
            for _ in range(2):
                async with stage.running() as forwarder:
                    await arrived(stage, 3_000)
                    await forwarder.kill()
            async with stage.running("--until-drained") as forwarder:
                await until(lambda: stage.world.hubs.readers() or forwarder.process.returncode is not None)
                stage.world.hubs.drop_connections()  # of as many partitions as are still being read
                assert await forwarder.ended() == 0
            assert sorted(at_elastic(stage)) == list(range(RECORDS))
            assert numbers(stage.archived()).keys() == set(range(RECORDS))
            journalled = numbers(await stage.journalled("telemetry"))
            assert (len(journalled), max(journalled.values())) == (RECORDS, 1)
            assert await stage.dead_letters() == []

    play(scenario())
