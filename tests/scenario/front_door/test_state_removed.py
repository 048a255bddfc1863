"""A state folder that is cleared away under a running forwarder is told, and takes over nothing that it would lose."""

from __future__ import annotations

import shutil
from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import numbers, open_stage, play

HUB = "insights-logs-advancedhunting"


def test_nothing_is_taken_into_a_journal_that_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            hubs = stage.world.hubs
            stage.configure(["telemetry"], {"archive": {}})
            hubs.publish(HUB, 0, records.message(0, 10))
            async with stage.running() as forwarder:
                await until(lambda: len(stage.archived()) == 10)
                shutil.rmtree(stage.state)
                hubs.publish(HUB, 0, records.message(10, 10))
                assert "put it back" in await forwarder.unready("journal", "moved or removed")
                await forwarder.kill()
            assert set(numbers(stage.archived())) == set(range(10))
            await stage.drained()
            assert set(numbers(stage.archived())) == set(range(20))

    play(scenario())
