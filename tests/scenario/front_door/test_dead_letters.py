"""One poisonous record among thousands is alone in the dead letters, and is delivered once it is accepted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, open_stage, play
from siemcast_lab.bulk.rules import BulkDocument
from siemcast_lab.hec import HecEvent

COUNT, BAD = 4_000, 2_718
WORDS = "failed to parse field [owl] of type [long]"


def poison(stage: Stage) -> None:
    """Let both receivers refuse one record."""

    def splunk(event: HecEvent) -> str | None:
        return "Incorrect owl" if event.event["properties"]["ReportId"] == BAD else None

    def elastic(document: BulkDocument) -> str | None:
        return WORDS if document.body["properties"]["ReportId"] == BAD else None

    stage.world.hec.poison, stage.world.bulk.poison = splunk, elastic


def accept(stage: Stage) -> None:
    """Let both receivers take everything."""
    stage.world.hec.poison = stage.world.bulk.poison = None


def at_elastic(stage: Stage) -> Counter[int]:
    return Counter(document.body["properties"]["ReportId"] for document in stage.world.bulk.documents)


def at_splunk(stage: Stage) -> Counter[int]:
    return Counter(event.event["properties"]["ReportId"] for event in stage.world.hec.events)


def configure(stage: Stage) -> None:
    file = stage.world.folder / "in.jsonl"
    file.write_bytes(records.lines([records.row(number) for number in range(COUNT)]))
    stage.configure(
        {"replay": {"kind": "replay.file", "path": str(file)}}, {"splunk": {}, "elastic": {"format": "raw"}}
    )


def test_a_poisonous_record_is_alone_in_the_dead_letters_and_retry_delivers_it_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            configure(stage)
            poison(stage)
            forwarder = await stage.drained()
            assert b"2 dead letters; see siemcast dead-letters list" in forwarder.said
            others = Counter(number for number in range(COUNT) if number != BAD)
            assert at_elastic(stage) == others
            assert at_splunk(stage).keys() == others.keys()
            listed = await stage.call("dead-letters", "list", "--json")
            letters = {letter["sink"]: letter for letter in listed.answer}
            assert (len(listed.answer), set(letters)) == (2, {"elastic", "splunk"})
            assert letters["elastic"].keys() == {"id", "sink", "source", "time", "event_id", "reason"}
            assert WORDS in letters["elastic"]["reason"]
            assert "Incorrect owl" in letters["splunk"]["reason"]
            shown = await stage.call("dead-letters", "show", str(letters["elastic"]["id"]))
            assert orjson.loads(shown.out) == records.envelope(BAD)

            again = await stage.call("dead-letters", "retry")  # still refused
            assert again.code == 1
            assert WORDS in again.err
            accept(stage)
            assert (await stage.call("dead-letters", "retry", "--sink", "elastic")).code == 0
            assert at_elastic(stage) == Counter(range(COUNT))
            assert [letter.sink for letter in await stage.dead_letters()] == ["splunk"]
            assert (await stage.call("dead-letters", "retry")).code == 0
            assert at_splunk(stage)[BAD] == 1
            assert (await stage.call("dead-letters", "list", "--json")).answer == []
            assert at_elastic(stage) == Counter(range(COUNT))

    play(scenario())


def test_retry_beside_a_running_forwarder_is_delivered_by_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            configure(stage)
            poison(stage)
            async with stage.running() as forwarder:
                for sink in ("splunk", "elastic"):
                    await forwarder.logged("dead_letter", part=f"sinks.{sink}")
                await until(lambda: stage.world.bulk.count == COUNT - 1)
                accept(stage)
                retried = await retry_all(stage, 2)
                assert retried == {"retried": 2, "delivered": 0, "came_back": [], "waiting": True}
                await until(lambda: BAD in at_elastic(stage) and BAD in at_splunk(stage))
                assert await forwarder.stop() == 0
            assert at_elastic(stage) == Counter(range(COUNT))
            assert at_splunk(stage)[BAD] == 1
            assert await stage.dead_letters() == []

    play(scenario())


async def retry_all(stage: Stage, count: int) -> object:
    """Retry once so many letters are on disk: they are written with the batch that they belong to."""
    while len((await stage.call("dead-letters", "list", "--json")).answer) < count:
        pass
    return (await stage.call("dead-letters", "retry", "--json")).answer
