"""Takes lists of evidence apart, piece by piece, and the alerts within an incident."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from siemcast.schema.compiler import Compiler
from siemcast.schema.convert import given
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast_sinks.formats.ocsf.facts import classes
from siemcast_sinks.formats.ocsf.mapping import ENTITIES, EVIDENCES, evidence_mapping, mapping
from siemcast_sinks.formats.ocsf.settle import Fields, Leftovers, Node, groups_of, nodes, settle
from siemcast_sinks.formats.shared.tree import Tree

_OF_FINDINGS = frozenset({"finding_info", "finding_info_list"})
_ROOTS = ENTITIES | {"resource"}
_LISTS = frozenset({"device.ip_list", "email.to", "email.cc", "email.delivered_to", "network_interface.ips"})
_FINDING = Activity("detection_finding")


class Evidence:
    """The columns of one table that hold lists of evidence."""

    def __init__(self, table: TableMapping, activity: Activity) -> None:
        of = classes().get(activity.of)
        tells = of is not None and not _OF_FINDINGS.isdisjoint(of.own)
        refs = [ref for ref, path in table.columns.items() if ref.part and path.partition(".")[0] in _ROOTS]
        gone = set(refs) if tells else set()
        self.columns = tuple(dict.fromkeys(ref.column for ref in refs if of and EVIDENCES in of.own and tells))
        self.table = replace(table, columns={ref: path for ref, path in table.columns.items() if ref not in gone})
        """The table without what single pieces of evidence say."""
        self._expanders = {column: table.expanders[column] for column in self.columns}
        self._parts = {
            column: {ref.part: path for ref, path in table.columns.items() if ref in gone and ref.column == column}
            for column in self.columns
        }
        self._nodes = {column: _nodes(set(parts.values())) for column, parts in self._parts.items()}
        self._pieces = {
            column: TableMapping(
                table=f"{table.table}.{column}",
                activity=Activity("base_event"),
                action="",
                columns={Ref(part): path for part, path in parts.items()},
            )
            for column, parts in self._parts.items()
        }

    def of(self, columns: Mapping[str, Any], left: Leftovers) -> list[Fields]:
        """Give the evidence of a record; a column that is told whole is taken out of `unmapped`."""
        found: list[Fields] = []
        for column in self.columns:
            value = columns.get(column)
            if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
                found += [self._piece(column, one, len(found) + place, left) for place, one in enumerate(value)]
                left.unmapped.pop(column, None)
        return found

    def _piece(self, column: str, one: Mapping[str, Any], place: int, left: Leftovers) -> Fields:
        told = self._expanders[column]([one])
        paths = self._parts[column]
        flat: Fields = dict.fromkeys(paths)  # of one layout, whatever the piece is
        flat |= {part: _single(paths[part], value) for part, value in told.items() if part in paths}
        own = Leftovers({}, [])
        made: Fields = _compiler().encode(self._pieces[column], flat)
        settle(made, self._nodes[column], own)
        left.observables += [{**mark, "name": f"{EVIDENCES}[{place}].{mark['name']}"} for mark in own.observables]
        made["data"] = one
        return made


def _single(path: str, value: Any) -> Any:
    """Give the one value of a part that a single piece of evidence says; the piece itself is kept whole beside it."""
    if not isinstance(value, list) or path in _LISTS:
        return value
    inner = next((one for one in value if given(one)), None)
    return _single(path, inner) if isinstance(inner, list) else inner


@cache
def _compiler() -> Compiler:
    return Compiler(evidence_mapping(), Tree, lambda column: None)


def _nodes(told: Collection[str]) -> tuple[Node, ...]:
    """Give the nodes of what pieces can be that say some canonical paths."""
    targets = evidence_mapping().targets[""]
    return nodes(groups_of(target.field for target in targets if not set(told).isdisjoint(target.sources)))


class Alerts:
    """Makes findings of the alerts within an incident, and lists what their evidence is worth to be looked for."""

    def __init__(self) -> None:
        self._compiler = Compiler(mapping(), Tree, lambda column: None)
        fields = [target.field for target in mapping().targets_of(_FINDING.of)]
        self._nodes = tuple(node for node in nodes(groups_of(fields)) if node.key == "finding_info")

    def of(self, column: str, alerts: Any, table: TableMapping, left: Leftovers) -> list[Fields]:
        """Give `finding_info` of each alert that has an id; the alerts themselves are kept under `unmapped`."""
        listed = [alerts] if isinstance(alerts, Mapping) else alerts if isinstance(alerts, list) else []
        evidence = _evidence_of(table)
        own = Leftovers({}, [])
        found = []
        for alert in listed:
            if isinstance(alert, Mapping):
                evidence.of(alert, own)
                event: Fields = self._compiler.encode(evidence.table, alert)
                settle(event, self._nodes, own)
                if "finding_info" in event:
                    found.append(event["finding_info"])
        different = {
            (mark["type_id"], mark["value"]): {**mark, "name": f"unmapped.{column}"} for mark in own.observables
        }
        left.observables += different.values()
        return found


_MOST_TABLES = 500
_made: dict[str, tuple[TableMapping, Evidence]] = {}


def _evidence_of(table: TableMapping) -> Evidence:
    made = _made.get(table.table)
    if made is None or made[0] is not table:
        if len(_made) >= _MOST_TABLES:  # a hostile stream may name a new table in each record
            _made.clear()
        made = _made[table.table] = (table, Evidence(table, _FINDING))
    return made[1]
