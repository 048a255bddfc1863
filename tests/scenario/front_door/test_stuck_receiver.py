"""A receiver that takes connections and reads nothing is named, and gets everything once it reads."""

from __future__ import annotations

from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import open_stage, play

COUNT = 3000


def test_syslog_that_never_reads_is_named_and_gets_everything_after_its_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            file, syslog = stage.world.folder / "in.jsonl", stage.world.syslog
            file.write_bytes(records.lines([records.row(number) for number in range(COUNT)]))
            few = {"timeout": "1s", "batch": {"records": 20}}
            stage.configure({"replay": {"kind": "replay.file", "path": str(file)}}, {"syslog": few, "archive": {}})
            syslog.reading.clear()
            async with stage.running("--until-drained") as forwarder:
                assert "stuck" in await forwarder.unready("sinks.syslog")
                await until(lambda: len(stage.archived()) == COUNT)
                stuck = syslog.connections
                await until(lambda: syslog.connections > stuck + 1)
                await forwarder.unready("sinks.syslog", "stuck")
                await syslog.end()
                syslog.messages.clear()
                assert await forwarder.ended() == 0
            assert len({message.data["siemcast@32473"]["id"] for message in syslog.messages}) == COUNT
            assert len(set(stage.archived())) == COUNT

    play(scenario())
