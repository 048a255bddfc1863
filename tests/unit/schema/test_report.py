"""What is told of columns is what formats do with them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions, FormatSpec
from siemcast.registry import load_registry
from siemcast.schema import Head, Record
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.report import report
from siemcast_defender.mappings import table_mapping
from siemcast_defender.shapes import HUNTING
from siemcast_defender.shapes.hunting import Hunting

MAPPED = [spec for spec in load_registry().formats.all() if spec.places is not None and spec.places().maps]
TABLES = tuple(HUNTING.tables())


def fields_of(spec: FormatSpec, body: bytes) -> dict[str, Any]:
    """Give a document's fields by their dotted names."""
    assert spec.places is not None
    read = spec.places().read
    if read is not None:
        return dict(read(body))
    fields: dict[str, Any] = {}

    def collect(value: Any, name: str) -> None:
        fields[name] = value
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(inner, f"{name}.{key}" if name else key)

    collect(orjson.loads(body), "")
    return fields


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("spec", MAPPED, ids=lambda spec: spec.name)
def test_columns_stand_where_they_are_said_to(spec: FormatSpec, table: str) -> None:
    assert spec.places is not None
    mapping = table_mapping(table)
    columns = {column: f"value of {column}" for column in mapping.layout if column not in mapping.types}
    columns |= {"Timestamp": "2026-11-20T10:00:00Z", "NeverSeen": "value of NeverSeen"}
    raw = orjson.dumps({"category": f"AdvancedHunting-{table}", "properties": columns})
    record = Record(raw, Hunting())
    told = report(mapping, record.head, {"f": spec.places()}, columns)
    (document,) = spec.open(FormatOptions()).encode(record)
    fields = fields_of(spec, document.body)
    written = document.body.decode()
    for line in told.lines:
        landing = line.landings["f"]
        if landing.status == "passed on" and not line.part:
            value = columns[line.column]
            assert fields[landing.vendor] in (value, {"value": value}), line  # an object, where a receiver wants one
        if landing.status == "mapped" and not line.part:
            made = any(field.partition(":")[0] in fields for field in landing.fields)
            assert made or columns[line.column] in written, line
        if landing.status == "not carried" and not line.part:
            assert columns[line.column] not in fields.values(), line
    assert told.statuses("f")["NeverSeen"] == "passed on"


def test_a_column_that_means_something_else_in_other_rows_is_told_of_both() -> None:
    table = TableMapping(
        table="T",
        activity=Activity("file_activity"),
        activities={"run": Activity("process_activity"), "walk": Activity("process_activity", "open")},
        columns={Ref("Name"): "file.name", Ref("Host"): "device.hostname"},
        classes={"process_activity": {Ref("Name"): "process.name"}},
    )
    told = report(table, Head(id="", kind="event", time_ms=0, table="T"), {})
    assert [(line.column, line.path, line.classes) for line in told.lines] == [
        ("Name", "file.name", ()),
        ("Name", "process.name", ("process_activity",)),
        ("Host", "device.hostname", ()),
    ]
    assert (told.columns, told.unmapped, told.type_of("Name")) == (["Name", "Host"], [], "")
