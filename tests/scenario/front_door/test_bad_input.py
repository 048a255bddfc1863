"""Whatever stands in a file is delivered or dead-lettered, record by record, and the process ends well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from scenario.front_door import records
from scenario.front_door.forwarder import until
from scenario.front_door.stage import Stage, open_stage, play
from siemcast.testing.hostile import HOSTILE_TEXT

TORN = (
    b'{"category":"AdvancedHunting-DeviceInfo","properties":{"Report',
    b'{"a":1}}',
    b"null",
    b'"text"',
    b'{"a":"\xff"}',
    b"{'single':'quotes'}",
)
"""Lines that are no record; `\\xff` is no UTF-8."""


def odd() -> Sequence[bytes]:
    """Records that are well-formed and yet odd, each another one."""
    columns: list[dict[str, Any]] = [{"ProcessCommandLine": text} for text in HOSTILE_TEXT]
    columns += [{"Timestamp": time} for time in ("9999-12-31T23:59:59.9999999Z", "1601-01-01T00:00:00Z", "soon", None)]
    columns += [
        {"ActionType": "actionOfTheYear2031", "Severity": "apocalyptic"},
        {"ProcessCommandLine": {"a": [1, {"b": None}]}, "DeviceName": 7},
        {"ProcessCommandLine": "x" * 5_000_000},
        {"AdditionalFields": '{"a": "b'},
        {"\x00": "\x00", "": "", "emoji \U0001f47e": "\U0001f3f4\u200d\u2620\ufe0f"},
    ]
    made = [records.row(number, **each) for number, each in enumerate(columns)]
    made.append(records.row(len(made), table="TableOfNextYear", NewColumn=[1, 2]))
    bare = {"category": "AdvancedHunting-DeviceEvents", "properties": {}}
    made += [orjson.dumps(bare), orjson.dumps({"category": "AdvancedHunting-DeviceEvents", "time": None}), b"{}"]
    return made


def configure(stage: Stage, content: bytes) -> None:
    file = stage.world.folder / "in.jsonl"
    file.write_bytes(content)
    replay = {"kind": "replay.file", "path": str(file), "kind_of_record": "defender.streaming"}
    stage.configure({"replay": replay}, {"splunk": {}, "elastic": {}, "syslog": {}, "archive": {}})


def test_bad_records_among_good_ones_are_delivered_or_dead_lettered_and_stop_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            good = [records.row(1_000 + number) for number in range(100)]
            sound = [*good[:50], *odd(), *good[50:]]
            configure(stage, records.lines([*sound[:60], *TORN, *sound[60:], b"", b"   "]))
            stage.world.hec.faults.max_bytes = 2_000_000
            await stage.drained()
            letters = await stage.dead_letters()
            assert {sink: sum(letter.sink == sink for letter in letters) for sink in ("archive", "elastic")} == {
                "archive": len(TORN),
                "elastic": len(TORN),
            }
            assert {letter.record for letter in letters if letter.sink != "splunk"} == set(TORN)
            refused = {letter.record: letter.reason for letter in letters if letter.sink == "splunk"}
            (long,) = (record for record in sound if len(record) > 2_000_000)
            assert refused.keys() == {*TORN, b"{}", long}
            assert "takes no request of this size (413)" in refused[long]
            assert "Event field cannot be blank" in refused[b"{}"]  # what HEC says of an empty object
            assert all(letter.reason for letter in letters)
            assert sorted(stage.archived()) == sorted(sound)
            assert stage.world.bulk.count == len(sound)
            assert len(set(stage.world.hec.ids())) == len(sound) - 2
            await until(lambda: len(stage.world.syslog.messages) == len(sound))
            assert stage.world.syslog.refused == []

    play(scenario())


def test_a_file_torn_in_the_middle_of_its_last_record_ends_well_and_goes_on_when_it_has_grown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            whole = records.lines([records.row(number) for number in range(20)])
            configure(stage, whole[:-100])
            await stage.drained()
            assert {letter.sink for letter in await stage.dead_letters()} == {"splunk", "elastic", "syslog", "archive"}
            configure(stage, whole)
            await stage.drained()
            assert sorted(stage.archived()) == sorted(whole.splitlines())

    play(scenario())
