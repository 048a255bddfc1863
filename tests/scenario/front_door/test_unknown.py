"""What no mapping knows is delivered, said once a table, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scenario.front_door import records
from scenario.front_door.forwarder import Forwarder, until
from scenario.front_door.stage import Stage, numbers, open_stage, play


def configure(stage: Stage, rows: Sequence[bytes], sinks: Sequence[str]) -> None:
    file = stage.world.folder / "in.jsonl"
    file.write_bytes(records.lines(rows))
    replay = {"kind": "replay.file", "path": str(file), "kind_of_record": "defender.streaming"}
    stage.configure({"replay": replay}, {name: {} for name in sinks})


def told(forwarder: Forwarder, event: str) -> list[tuple[str, Any]]:
    """Give what the log said of an event: table and columns."""
    return [(entry["table"], entry["columns"]) for entry in forwarder.log if entry.get("event") == event]


@pytest.mark.parametrize("sinks", [["elastic"], ["syslog"], ["splunk", "elastic", "syslog", "archive"]], ids="-".join)
def test_a_new_table_and_new_columns_are_said_once_and_nothing_of_them_is_lost(
    tmp_path: Path, sinks: Sequence[str]
) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            rows = [records.row(number, ColumnOfNextYear=number, Another="one") for number in range(30)]
            rows += [records.row(30 + number, table="TableOfNextYear", Own="x" * number) for number in range(30)]
            rows += [records.row(60 + number) for number in range(30)]
            configure(stage, rows, sinks)
            forwarder = await stage.drained()
            assert told(forwarder, "unknown_columns") == [(records.TABLE, ["ColumnOfNextYear", "Another"])]
            ((table, columns),) = told(forwarder, "unknown_table")
            assert table == "TableOfNextYear"
            assert "Own" in columns
            if "archive" in sinks:
                assert numbers(stage.archived()).total() == len(rows)
            if "elastic" in sinks:
                assert stage.world.bulk.count == len(rows)

    play(scenario())


def test_a_new_table_is_said_also_where_records_travel_as_they_are(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            configure(stage, [records.row(number, table="TableOfNextYear") for number in range(5)], ["splunk"])
            forwarder = await stage.drained()
            assert told(forwarder, "unknown_table") == [("TableOfNextYear", [])]

    play(scenario())


def test_they_are_counted_by_known_table_whatever_a_stream_names(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_stage(tmp_path) as stage:
            hostile = [records.row(number, table=f"Made up\n{number}") for number in range(200)]
            rows = [records.row(number, **{f"New{number % 3}": 1}) for number in range(30)]
            configure(stage, [*hostile, *rows], ["elastic"])
            async with stage.running() as forwarder:
                await until(lambda: stage.world.bulk.count == len(hostile) + len(rows))
                metrics = (await forwarder.ask("/metrics")).text
                assert await forwarder.stop() == 0
            assert "siemcast_unknown_tables_total 200.0" in metrics
            assert f'siemcast_unknown_columns_total{{table="{records.TABLE}"}} 3.0' in metrics
            assert "Made up" not in metrics
            assert len(told(forwarder, "unknown_columns")) == 1
            assert all("\n" not in table for table, _ in told(forwarder, "unknown_table"))

    play(scenario())
