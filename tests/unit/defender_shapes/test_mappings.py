"""The mapping files of Defender: complete, sound, and no table is an error."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast.schema.mapping import Activity, Ref
from siemcast_defender.mappings import table_mapping, table_name
from siemcast_defender.mappings.expand import EXPANDERS
from siemcast_defender.mappings.tables import tables
from siemcast_lab.generator.columns import COLUMNS

# Columns that say nothing an event's canonical form has a word for; each travels on under its own name.
_PASSED_ON_AT_MOST = 0.6


def test_all_tables_are_read() -> None:
    assert {"DeviceProcessEvents", "DeviceEvents", "AlertInfo", "alerts", "incidents"} <= set(tables())


@pytest.mark.parametrize("table", sorted(name for name in COLUMNS if name.startswith(("Device", "Alert"))))
def test_most_columns_of_device_tables_have_a_canonical_path(table: str) -> None:
    columns = COLUMNS[table]
    mapping = table_mapping(table)
    known = {ref.column for ref in mapping.columns}
    assert len([column for column in columns if column not in known]) <= _PASSED_ON_AT_MOST * len(columns)


def test_the_process_that_was_made_is_not_the_one_that_made_it() -> None:
    table = table_mapping("DeviceProcessEvents")
    activity = table.activity_of({"ActionType": "ProcessCreated"})
    assert activity == Activity("process_activity", "launch")
    meant = table.columns_of(activity.of)
    assert meant[Ref("FileName")] == "process.name"
    assert meant[Ref("InitiatingProcessFileName")] == "actor.process.name"
    assert table_mapping("DeviceFileEvents").columns_of("file_activity")[Ref("FileName")] == "file.name"


def test_an_unknown_table_maps_what_recurs() -> None:
    made = table_mapping("TableNobodyHasSeen")
    assert made.activity == Activity("base_event")
    assert made.columns[Ref("DeviceName")] == "device.hostname"
    for number in range(300):
        table_mapping(f"Table{number}")


def test_tables_are_spelt_as_microsoft_spells_them() -> None:
    assert table_name("deviceprocessevents") == "DeviceProcessEvents"
    assert table_name("Unheard") == "Unheard"


@pytest.mark.parametrize("name", sorted(EXPANDERS))
@pytest.mark.parametrize(
    "value", [None, "", 0, 0.1, True, "{", "[1", "null", [1, None, "x"], {"a": 1}, [{"@odata.type": 5}], "[[]]"]
)
def test_expanders_give_parts_of_anything(name: str, value: Any) -> None:
    assert dict(EXPANDERS[name](value)) is not None


def test_evidence_is_lifted_by_type() -> None:
    evidence = [
        {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "203.0.113.5"},
        {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"fileName": "a.exe", "sha1": None}},
        {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"fileName": "b.exe"}},
        {"@odata.type": "#microsoft.graph.security.neverSeenEvidence", "x": 1},
    ]
    parts = EXPANDERS["evidence"](evidence)
    assert parts["ip"] == ["203.0.113.5"]
    assert parts["file.name"] == ["a.exe", "b.exe"]
    assert parts["types"] == ["ip", "file", "file", "neverSeen"]
    assert "file.sha1" not in parts


def test_techniques_are_taken_apart() -> None:
    parts = EXPANDERS["techniques"]('["Regsvr32 (T1218.010)","Rundll32 (T1218.011)","odd"]')
    assert parts == {"ids": ["T1218.010", "T1218.011"], "names": ["Regsvr32", "Rundll32"]}
