"""A stop is graceful whatever hangs, a state folder serves one forwarder, and a full journal makes sources wait."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, numbers, open_stage, play

COUNT = 1_000


def replay(stage: Stage, count: int, **columns: str) -> dict[str, dict[str, str]]:
    """Write a file of so many records, and give the source that reads it."""
    dice = random.Random(8)
    rows = [records.row(number, SHA256=f"{dice.getrandbits(2_000):x}", **columns) for number in range(count)]
    file = stage.world.folder / "in.jsonl"
    file.write_bytes(records.lines(rows))
    return {"replay": {"kind": "replay.file", "path": str(file)}}


def test_sigterm_ends_a_run_with_0_though_a_receiver_hangs_and_nothing_is_lost(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            bulk = stage.world.bulk
            stage.configure(replay(stage, COUNT), {"elastic": {"timeout": "10m"}, "archive": {}})
            bulk.faults.gate = asyncio.Event()
            async with stage.running() as forwarder:
                await until(lambda: bulk.requests and len(stage.archived()) == COUNT)
                assert await forwarder.stop() == 0
            bulk.faults.gate.set()
            await stage.drained()
            assert bulk.count == COUNT
            assert numbers(stage.archived()).total() == COUNT

    play(scenario())


def test_a_second_forwarder_on_the_same_state_is_refused_and_disturbs_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            stage.configure(replay(stage, COUNT), {"archive": {}})
            async with stage.running() as forwarder:
                await forwarder.ready()
                second = await stage.call("run")
                assert second.code == 2
                assert f"in use by another siemcast (pid {forwarder.process.pid})" in second.err
                assert "stop that one" in second.err
                await until(lambda: len(stage.archived()) == COUNT)
                assert (await stage.call("status", "--json")).answer["running"] is True
                assert await forwarder.stop() == 0
            assert (await stage.call("status", "--json")).answer["running"] is False

    play(scenario())


def test_a_full_journal_makes_the_source_wait_and_goes_on_when_the_receiver_is_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            hec, count, limit = stage.world.hec, 20_000, 2_000_000
            source = replay(stage, count)
            stage.configure(source, {"splunk": {}, "archive": {}}, journal={"kind": "sqlite", "max_bytes": limit})
            hec.faults.answer(503, times=100_000)
            async with stage.running("--until-drained") as forwarder:
                assert "sources wait" in await forwarder.unready("journal", "full")
                await forwarder.unready("sinks.splunk")
                standing = (await stage.call("status", "--json")).answer
                assert limit <= standing["journal"]["bytes"] < 2 * limit
                assert len(stage.archived()) < count
                hec.faults.answers.clear()
                assert await forwarder.ended() == 0
            assert sorted(event.event["properties"]["ReportId"] for event in hec.events) == list(range(count))
            assert numbers(stage.archived()).total() == count
            assert (await stage.call("status", "--json")).answer["journal"]["bytes"] < limit

    play(scenario())


def test_sigterm_ends_a_run_though_the_sign_in_hangs(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            entra = stage.world.entra
            entra.gate.clear()
            stage.configure(("incidents", "alerts"), {"archive": {}})
            async with stage.running() as forwarder:
                await until(entra.arrived.is_set)
                forwarder.process.terminate()
                assert await asyncio.wait_for(forwarder.process.wait(), 8) == 0  # the sign-in would wait for 15 s
            entra.gate.set()

    play(scenario())
