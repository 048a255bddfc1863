"""The generator: the same seed gives the same values, and they look like Microsoft's."""

from __future__ import annotations

import orjson
import pytest

from siemcast_lab.generator import FURTHER, Generator
from siemcast_lab.generator.columns import COLUMNS


def test_the_same_seed_gives_the_same_records() -> None:
    def made(seed: int) -> list[bytes]:
        lab = Generator(seed)
        items = [*lab.hunting(30), *lab.alerts(3), *lab.incidents(2)]
        return [orjson.dumps(item) for item in items]

    assert made(5) == made(5)
    assert made(5) != made(6)


def test_every_table_comes_within_few_records_with_all_its_columns() -> None:
    rows = {row["category"].partition("-")[2]: row["properties"] for row in Generator(1).hunting(15)}
    assert set(rows) == set(COLUMNS)
    for table, row in rows.items():
        assert set(row) >= set(COLUMNS[table]) - {"Category"}, table


@pytest.mark.parametrize("table", sorted(FURTHER))
def test_further_tables_come_where_they_are_asked_for(table: str) -> None:
    rows = [row["properties"] for row in Generator(1).hunting(8, [table])]
    for row in rows:
        assert tuple(row) == FURTHER[table]
        assert sum(value is not None for value in row.values()) >= min(5, len(row))
    assert len({orjson.dumps(row) for row in rows}) == 8


def test_records_are_as_large_as_real_ones_and_hold_nulls() -> None:
    rows = list(Generator(1).hunting(300))
    assert 2000 < sum(len(orjson.dumps(row)) for row in rows) / len(rows) < 3000
    assert any(value is None for row in rows for value in row["properties"].values())


def test_no_two_rows_are_the_same_and_times_go_on() -> None:
    rows = [orjson.dumps(row["properties"]) for row in Generator(1).hunting(500)]
    assert len(set(rows)) == 500
    times = [row["properties"]["Timestamp"] for row in Generator(1).hunting(100)]
    assert times == sorted(times)
    assert all(len(time) == len("2025-03-03T08:00:00.1234567Z") for time in times)


def test_updates_change_the_same_object_later() -> None:
    lab = Generator(3)
    incident = next(lab.incidents(1))
    versions = [incident, *lab.updates(incident, 6)]
    stamps = [version["lastUpdateDateTime"] for version in versions]
    assert stamps == sorted(set(stamps))
    assert {version["id"] for version in versions} == {incident["id"]}
    assert {"inProgress", "resolved"} <= {version["status"] for version in versions}


def test_alerts_of_an_incident_name_it() -> None:
    for incident in Generator(4).incidents(20):
        assert {alert["incidentId"] for alert in incident["alerts"]} == {incident["id"]}


def test_a_message_holds_its_records() -> None:
    rows = list(Generator(1).hunting(3))
    assert orjson.loads(Generator.message(rows)) == {"records": rows}
