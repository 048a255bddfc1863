"""A receiver that is down holds back nobody, is named, and gets everything when it is back, and nothing twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, numbers, open_stage, play

FIRST, SECOND = 500, 700
ALL = set(range(FIRST + SECOND))


@contextmanager
def refusing_port() -> Iterator[int]:
    """Hold a port at which connections are refused, until somebody else may have it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def configure(stage: Stage, port: int) -> Path:
    """Forward a file to four sinks, Splunk being at a port of its own; gives the file."""
    file = stage.world.folder / "in.jsonl"
    splunk = {"url": f"https://localhost:{port}", "batch": {"records": 100}}
    stage.configure(
        {"replay": {"kind": "replay.file", "path": str(file)}},
        {"splunk": splunk, "elastic": {}, "syslog": {}, "archive": {}},
    )
    return file


async def others_have(stage: Stage, count: int) -> None:
    """Wait until all sinks but Splunk have so many records, each once."""
    world = stage.world
    await until(lambda: (world.bulk.items, len(world.syslog.messages), len(stage.archived())) == (count,) * 3)


def test_hec_down_holds_back_nobody_and_gets_everything_once_when_it_is_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            hec, tls = stage.world.hec, stage.world.certificates.server_context()
            with refusing_port() as port:
                file = configure(stage, port)
                file.write_bytes(records.lines([records.row(number) for number in range(FIRST)]))
            async with hec.serving(port=port, tls=tls):
                await stage.drained()
            with refusing_port() as _, file.open("ab") as more:
                more.write(records.lines([records.row(number) for number in range(FIRST, FIRST + SECOND)]))
            async with stage.running("--until-drained") as forwarder:  # nobody listens
                await others_have(stage, FIRST + SECOND)
                cause = await forwarder.unready("sinks.splunk")
                assert f"localhost:{port}" in cause
                assert "refuses connections; check the port" in cause
                assert await forwarder.stop() == 1
                assert b"not everything is settled" in forwarder.said
            hec.faults.answer(503, times=10_000, body='{"text":"Server is busy","code":9}')
            async with hec.serving(port=port, tls=tls), stage.running("--until-drained") as forwarder:
                assert "Server is busy" in await forwarder.unready("sinks.splunk", "503")
                hec.faults.answers.clear()
                assert await forwarder.ended() == 0
            assert sorted(event.event["properties"]["ReportId"] for event in hec.events) == sorted(ALL)
            await others_have(stage, FIRST + SECOND)
            assert set(numbers(stage.archived())) == ALL
            assert await stage.dead_letters() == []

    play(scenario())
