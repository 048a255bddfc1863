"""What a stand-in Graph holds: incidents and alerts, indexed by time, some of them not to be seen yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from siemcast_lab.graph.odata import DATES, FILTERABLE, sortable


@dataclass(slots=True)
class Entry:
    """One object in its present version."""

    id: str
    data: Mapping[str, Any]
    body: bytes
    row: Mapping[str, str]
    """What `$filter` compares."""
    visible_from: int = 0
    """Number of the request that sees it first: until then it is committed but not replicated."""
    rank: int = 0
    """Its place where a list is shuffled."""

    @property
    def place(self) -> tuple[str, str]:
        """Where it lies in time."""
        return self.row["lastUpdateDateTime"], self.id


@dataclass(slots=True)
class Shelf:
    """One list."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)
    order: list[tuple[str, str]] = field(default_factory=list)

    def put(self, data: Mapping[str, Any], visible_from: int = 0, raw: bytes | None = None) -> Entry:
        """Add an object, or a new version of it; `raw` overrides the bytes that are served."""
        id_ = str(data.get("id", f"without-id-{len(self.entries)}"))
        names = FILTERABLE[self.name]
        row = {name: sortable(data.get(name)) if name in DATES else str(data.get(name) or "") for name in names}
        before = self.entries.pop(id_, None)
        if before is not None:
            del self.order[bisect_left(self.order, before.place)]
        rank = hash_of(id_)
        entry = Entry(id_, data, raw if raw is not None else orjson.dumps(data), row, visible_from, rank)
        self.entries[id_] = entry
        insort(self.order, entry.place)
        return entry

    def between(self, low: str, high: str, *, newest_first: bool = False) -> Iterator[Entry]:
        """Give entries by lastUpdateDateTime within bounds, both included; those without one come always, first."""
        nowhere = bisect_right(self.order, ("", "\U0010ffff"))
        begin = max(bisect_left(self.order, (low, "")), nowhere)
        end = bisect_right(self.order, (high, "\U0010ffff"))
        span = range(end - 1, begin - 1, -1) if newest_first else range(begin, end)
        for index in (*range(nowhere), *span):
            yield self.entries[self.order[index][1]]


@dataclass(slots=True)
class Store:
    """All that a stand-in Graph holds."""

    incidents: Shelf = field(default_factory=lambda: Shelf("incidents"))
    alerts: Shelf = field(default_factory=lambda: Shelf("alerts_v2"))
    members: dict[str, list[str]] = field(default_factory=dict)
    """Incident id to the ids of its alerts."""

    def put_incident(self, data: Mapping[str, Any], visible_from: int = 0, raw: bytes | None = None) -> None:
        """Add an incident or a new version of it; its `alerts`, if any, are put as alerts."""
        for alert in data.get("alerts", ()):
            self.put_alert({"incidentId": data["id"], **alert}, visible_from)
        bare = {name: value for name, value in data.items() if name != "alerts"}
        self.incidents.put(bare, visible_from, raw)

    def put_alert(self, data: Mapping[str, Any], visible_from: int = 0, raw: bytes | None = None) -> None:
        """Add an alert or a new version of it; it joins the incident that its `incidentId` names."""
        entry = self.alerts.put(data, visible_from, raw)
        mates = self.members.setdefault(str(data.get("incidentId", "")), [])
        if entry.id not in mates:
            mates.append(entry.id)

    def shelf(self, name: str) -> Shelf | None:
        """Give a list by its name in the URL."""
        return {"incidents": self.incidents, "alerts_v2": self.alerts}.get(name)

    def alerts_of(self, incident: str) -> list[Entry]:
        """Give an incident's alerts."""
        return [self.alerts.entries[id_] for id_ in self.members.get(incident, ())]


def hash_of(text: str) -> int:
    """Give a number that has nothing to do with order, and is the same in every run."""
    found = 2166136261
    for byte in text.encode():
        found = (found ^ byte) * 16777619 % 2**32
    return found
