"""No secret stands anywhere: not in the log at its most talkative, nor in what is stored, shown or measured."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import open_stage, play
from siemcast_lab.entra.app import Fault
from siemcast_lab.world import HUB


def test_no_secret_is_said_stored_or_shown_whatever_goes_wrong(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            world, changed = stage.world, records.now() - timedelta(hours=1)
            given = {name: value.decode() for name, value in stage.secrets().items()}
            for number in range(20):
                world.graph.store.put_incident(records.incident(number, changed))
                world.graph.store.put_alert(records.alert(number, changed, number))
                world.hubs.publish(HUB, None, records.message(number, 1))
            world.hec.poison = lambda event: "Incorrect owl" if "ReportId" in str(event.event) else None
            world.entra.faults.append(Fault(status=400, body=f"not {given['entra']}"))  # all repeat what they were sent
            world.hec.faults.answer(403, body=f'{{"text":"Invalid token {given["hec"]}","code":4}}')
            world.bulk.faults.answer(401, body=f'{{"error":{{"reason":"no key {given["elastic"]}"}}}}')
            stage.configure(
                ("incidents", "alerts", "telemetry"),
                {"splunk": {}, "elastic": {}, "syslog": {}, "archive": {}},
                log={"level": "debug", "format": "json"},
            )
            assert (await stage.call("validate")).code == 0
            assert (await stage.call("check")).code == 1
            async with stage.running() as forwarder:
                await until(world.hubs.readers)
                world.hubs.drop_connections()
                await until(lambda: len(stage.archived()) == 60)
                await until(lambda: world.bulk.count == 60)
                await forwarder.logged("dead_letter")
                for path in ("/readyz", "/healthz", "/metrics"):
                    assert (await forwarder.ask(path)).content
                assert await forwarder.stop() == 0
            letters = (await stage.call("dead-letters", "list", "--json")).answer
            assert len(letters) == 20
            for words in ("dead-letters list", f"dead-letters show {letters[0]['id']}", "status"):
                assert (await stage.call(*words.split())).code == 0
            assert stage.leaks() == []

    play(scenario())


def test_the_search_for_secrets_finds_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            secret = stage.secrets()["hec"]
            stage.said.append(bytearray(b"..." + secret))
            stage.state.mkdir()
            (stage.state / "left").write_bytes(b"Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln")
            assert stage.leaks() == ["hec in output 0", f"a token in {stage.state}/left"]
            stage.said.clear()
            (stage.state / "left").unlink()

    play(scenario())
