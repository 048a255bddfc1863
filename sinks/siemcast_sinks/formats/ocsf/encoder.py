"""`ocsf`: the Open Cybersecurity Schema Framework 1.8.0; each record becomes a valid event of its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import astuple

from siemcast.api import FormatOptions
from siemcast.schema import Document, Head, Record
from siemcast.schema.compiler import Compiler
from siemcast.schema.convert import given
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.mapping import Activity, TableMapping
from siemcast.schema.typed.bodies import RowBodies
from siemcast.schema.typed.row import Row, around
from siemcast_sinks.formats.ocsf.carried import Carried, always, carried, prune
from siemcast_sinks.formats.ocsf.evidence import Alerts, Evidence
from siemcast_sinks.formats.ocsf.finish import Frame, finish, frame, groups_told
from siemcast_sinks.formats.ocsf.mapping import mapping, own_names, unmapped_field
from siemcast_sinks.formats.ocsf.own import UNMAPPED
from siemcast_sinks.formats.ocsf.settle import Fields, Leftovers
from siemcast_sinks.formats.ocsf.shrink import shrink
from siemcast_sinks.formats.shared.tree import Tree

_MOST_TABLES = 500
_AROUND = "envelope"


class _Known(NamedTuple):
    """What is known of a table's records of one activity."""

    table: TableMapping
    evidence: Evidence
    carried: Mapping[str, Carried]
    compiler: Compiler
    rows: RowBodies
    frame: Frame


class Ocsf:
    """Encodes a record as one OCSF event."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes
        self._alerts = Alerts()
        self._known: dict[tuple[str, Activity], _Known] = {}

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document; `metadata.uid` is the head's id."""
        event = self.event(record)
        body = dumps_sorted(event)
        if self._limit is not None and len(body) > self._limit:
            body = shrink(event, self._limit)
        return (Document(body, record.head),)

    def event(self, record: Record) -> Fields:
        """Give the event as an object."""
        row = record.row
        return self.event_of(record) if row is None else self.event_of_row(row, record.head)

    def event_of_row(self, row: Row, head: Head) -> Fields:
        """Give the event of a row that was read into types, as `event_of` does."""
        table, columns = row.form.table, dict(zip(row.form.kinds, astuple(row.columns), strict=True))
        known = self._of(table, table.activity_of(columns))
        event: Fields = known.rows.encode(row)
        left = _left_of(event, columns, known)
        _keep_around(around(row), event, head, left)
        self._take_apart(event, columns, known, left)
        return finish(event, head, known.frame, left)

    def event_of(self, record: Record) -> Fields:
        """Give the event of any record."""
        data, head = record.data, record.head
        columns = record.shape.columns(data)
        table = record.shape.mapping(head.table)
        known = self._of(table, table.activity_of(columns))
        event: Fields = known.compiler.encode(known.evidence.table, columns)
        left = _left_of(event, columns, known)
        beside = {key: value for key, value in data.items() if value is not columns}
        if len(beside) < len(data):  # else the shape made the columns of all that there is
            _keep_around({key: value for key, value in beside.items() if given(value)}, event, head, left)
        self._take_apart(event, columns, known, left)
        if head.kind == "incident" and "alerts" in columns:
            event["_alerts"] = self._alerts.of("alerts", columns.get("alerts"), record.shape.mapping("alerts"), left)
        return finish(event, head, known.frame, left)

    def _take_apart(self, event: Fields, columns: Mapping[str, Any], known: _Known, left: Leftovers) -> None:
        pieces = known.evidence.of(columns, left) if known.evidence.columns else []
        if pieces:
            event["_evidences"] = pieces
            device = next((piece["device"] for piece in pieces if "device" in piece), None)
            if device is not None:
                event["_device"] = device

    def _of(self, table: TableMapping, activity: Activity) -> _Known:
        known = self._known.get((table.table, activity))
        if known is None or known.table is not table:
            if len(self._known) >= _MOST_TABLES:
                self._known.clear()
            evidence = Evidence(table, activity)
            told = carried(evidence.table, mapping(), activity)
            rest = _unmapped_but(always(told))
            compiler, rows = Compiler(mapping(), Tree, rest), RowBodies(mapping(), Tree, rest, table=evidence.table)
            made = frame(activity.of, groups_told(evidence.table, activity))
            known = self._known[table.table, activity] = _Known(table, evidence, told, compiler, rows, made)
        return known


def _unmapped_but(told: frozenset[str]) -> Callable[[str], str | None]:
    return lambda column: None if column in told else unmapped_field(column)


def _left_of(event: Fields, columns: Mapping[str, Any], known: _Known) -> Leftovers:
    """Give what an event does not tell of its columns."""
    unmapped = event.pop(UNMAPPED, {})
    own = {name: unmapped.pop(name) for name in own_names() if name in unmapped}
    left = Leftovers(unmapped, [], own)
    prune(left.unmapped, columns, known.carried)
    return left


def _keep_around(beside: Mapping[str, Any], event: Fields, head: Head, left: Leftovers) -> None:
    """Keep what stands around a row, but for the tenant and the table that the event names."""
    tenant = event.get("metadata", {}).get("tenant_uid", head.tenant)
    category = beside.get("category")
    named = {
        "tenantId": beside.get("tenantId") == tenant,
        "category": isinstance(category, str) and category.rpartition("-")[2] == head.table,
    }
    kept = {key: value for key, value in beside.items() if not named.get(key)}
    if kept:
        left.keep(_AROUND, kept)
