"""What is refused for its credentials is said in plain words, tried again slowly, and loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import yaml

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, numbers, open_stage, play
from siemcast_lab.certificates import make_certificates
from siemcast_lab.world import HUB

COUNT = 300


def mend(stage: Stage, name: str, secret: str) -> None:
    """Write a secret's file anew, as a platform does when it is rotated."""
    path = stage.world.folder / "secrets" / name
    fresh = path.with_suffix(".new")
    fresh.write_text(secret)
    fresh.replace(path)


def test_receivers_that_refuse_are_named_with_what_to_do_and_get_everything_once_mended(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            world = stage.world
            right = {name: value.decode() for name, value in stage.secrets().items()}
            mend(stage, "hec", "not-the-hec-token")
            mend(stage, "elastic", "bm90LXRoZS1rZXk6eHh4")
            file = world.folder / "in.jsonl"
            file.write_bytes(records.lines([records.row(number) for number in range(COUNT)]))
            source = {"replay": {"kind": "replay.file", "path": str(file)}}
            sinks = {"splunk": {}, "elastic": {"format": "raw"}, "archive": {}}
            foreign = {"tls": {"ca_file": str(make_certificates(world.folder / "foreign").ca)}}
            stage.configure(source, {**sinks, "syslog": foreign})
            async with stage.running() as forwarder:
                for sink, what in (("splunk", "Invalid token"), ("elastic", "unable to authenticate")):
                    cause = await forwarder.unready(f"sinks.{sink}", what)
                    assert "check" in cause  # what to do
                    await forwarder.logged("not_ready", part=f"sinks.{sink}", cause=cause)
                assert "ca_file" in await forwarder.unready("sinks.syslog", "certificate")
                await until(lambda: len(stage.archived()) == COUNT)
                assert (world.hec.count, world.bulk.count) == (0, 0)
                mend(stage, "hec", right["hec"])
                mend(stage, "elastic", right["elastic"])
                await until(lambda: (world.hec.count, world.bulk.count) == (COUNT, COUNT))
                await forwarder.readiness(lambda status, causes: set(causes) == {"sinks.syslog"})
                assert await forwarder.stop() == 0
            stage.configure(source, {**sinks, "syslog": {}})
            await stage.drained()
            await until(lambda: len(world.syslog.messages) == COUNT)
            assert (world.hec.count, world.bulk.items) == (COUNT, COUNT)
            assert numbers(stage.archived()).total() == COUNT
            assert await stage.dead_letters() == []

    play(scenario())


def test_a_tenant_that_refuses_is_named_with_what_to_do_tried_slowly_and_read_once_mended(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            world, graph = stage.world, stage.world.graph
            graph.quirks = replace(graph.quirks, forbidden=frozenset({"alerts_v2"}))
            changed = records.now() - timedelta(hours=1)
            for number in range(30):
                graph.store.put_incident(records.incident(number, changed))
                graph.store.put_alert(records.alert(number, changed, number))
            mend(stage, "mistyped", "not~the-secret")
            ca = world.folder / "tenant-ca.pem"
            ca.write_bytes(make_certificates(world.folder / "foreign").ca.read_bytes())
            stage.configure(
                {
                    "mistyped": {"kind": "defender.incidents", "tenant": "mistyped"},
                    "foreign": {"kind": "defender.incidents", "tenant": "foreign"},
                    "forbidden": {"kind": "defender.alerts", "tenant": "lab"},
                },
                {"archive": {}},
            )
            stage.add_tenant("mistyped", credential={"secret": f"${{file:{world.folder}/secrets/mistyped}}"})
            stage.add_tenant("foreign", ca_file=str(ca))
            async with stage.running() as forwarder:
                for source, words, todo in (
                    ("mistyped", "AADSTS7000215", "secret"),
                    ("foreign", "certificate", "ca_file"),
                    ("forbidden", "403", "SecurityAlert.Read.All"),
                ):
                    part = f"sources.{source}"
                    cause = await forwarder.unready(part, words)
                    assert todo in cause
                    await forwarder.logged("not_ready", part=part, cause=cause)
                    await forwarder.logged("retry", part=part, again_in=lambda seconds: seconds >= 60)
                assert await forwarder.stop() == 0
            mend(stage, "mistyped", world.registration.secret)
            ca.write_bytes(world.certificates.ca.read_bytes())
            graph.quirks = replace(graph.quirks, forbidden=frozenset())
            await stage.drained()
            assert len(stage.archived()) == 90

    play(scenario())


def test_one_list_or_hub_that_fails_among_others_is_named_and_holds_none_of_them_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            graph = stage.world.graph
            graph.quirks = replace(graph.quirks, forbidden=frozenset({"alerts_v2"}))
            graph.store.put_incident(records.incident(1, records.now() - timedelta(hours=1)))
            both = {"kind": "defender.incidents", "tenant": "lab", "every": "1s", "alerts": "separate"}
            stage.configure(["telemetry"], {"archive": {}})
            document = yaml.safe_load(stage.config.read_text())
            telemetry = document["sources"]["telemetry"]
            hubs = {**telemetry, "hubs": [*telemetry["hubs"], "no-such-hub"]}
            stage.configure({"lists": both, "hubs": hubs}, {"archive": {}})
            async with stage.running() as forwarder:
                assert "SecurityAlert.Read.All" in await forwarder.unready("sources.lists", "403")
                await forwarder.unready("sources.hubs", "no-such-hub")
                graph.store.put_incident(records.incident(2, records.now()))
                stage.world.hubs.publish(HUB, 0, records.message(0, 5))
                await until(lambda: len(stage.archived()) == 7)
                causes = await forwarder.readiness(lambda status, causes: status == 503)
                assert set(causes) == {"sources.lists", "sources.hubs"}
                assert await forwarder.stop() == 0

    play(scenario())
