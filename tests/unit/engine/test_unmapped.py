"""Each table is said once, aloud; what comes later of it is counted and left to those who debug."""

from __future__ import annotations

from typing import Any

from siemcast.api import Notice
from siemcast.engine.notices import Notices
from siemcast.engine.unmapped import Unmapped
from siemcast.observe.metrics import Metrics
from siemcast.schema.mapping import Activity, TableMapping
from siemcast.schema.unknown import Unknown
from siemcast.testing import FakeLog

KNOWN = TableMapping(table="Things", activity=Activity("base_event"), layout=("A",))


def said(log: FakeLog) -> list[tuple[str, str, Any, Any]]:
    return [(level, event, facts["table"], facts["columns"]) for level, event, facts in log.entries]


def test_what_is_new_is_said_and_counted_once() -> None:
    log, metrics, notices, unknown = FakeLog(), Metrics(), list[Notice](), Unknown()
    unmapped = Unmapped(metrics, Notices({"hearer": notices.append}, log), log, unknown)
    unknown.seen(KNOWN, ["A", "B", "C"])
    unknown.seen_table("New", ["X"])
    unmapped.tell()
    unmapped.tell()
    first = [
        ("warning", "unknown_columns", KNOWN.table, ["B", "C"]),
        ("warning", "unknown_table", "New", ["X"]),
    ]
    assert said(log) == first
    assert [(notice.event, notice.part, notice.details["columns"]) for notice in notices] == [
        ("unknown_columns", "engine", ["B", "C"]),
        ("unknown_table", "engine", ["X"]),
    ]
    unknown.seen(KNOWN, ["D"])
    unknown.seen_table("New", ["X", "Y"])
    unmapped.tell()
    assert said(log)[2:] == [
        ("debug", "more_unknown_columns", KNOWN.table, ["D"]),
        ("debug", "more_unknown_columns", "New", ["Y"]),
    ]
    assert len(notices) == 2
    rendered = metrics.render().decode()
    assert f'siemcast_unknown_columns_total{{table="{KNOWN.table}"}} 3.0' in rendered
    assert "siemcast_unknown_tables_total 1.0" in rendered


def test_a_line_names_no_more_columns_than_anybody_reads() -> None:
    log, unknown = FakeLog(), Unknown()
    unmapped = Unmapped(Metrics(), Notices({}, log), log, unknown)
    unknown.seen_table("Wide", [f"Column{number}" for number in range(100)])
    unmapped.tell()
    ((_, _, _, columns),) = said(log)
    assert len(columns) == 31
    assert columns[-1] == "..."
