"""Counts what arrived at each SIEM against what left Microsoft. Pure but for reading the archive's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from siemcast_lab.cef import parse_cef
from siemcast_lab.life import Left
from siemcast_lab.world import World

ROWS = ("incidents", "alerts", "telemetry")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one SIEM holds."""

    counts: Mapping[str, int]
    """Distinct documents by row."""
    doubles: int = 0


class Tally:
    """Reads the receivers; each has its own way of telling one version of a thing from another."""

    def __init__(self, world: World, left: Left) -> None:
        self._world = world
        self._left = left
        self._places: dict[Path, int] = {}
        self._archived: Counter[tuple[str, str, str]] = Counter()
        self._heard: Counter[tuple[str, str, str]] = Counter()
        self._heard_up_to = 0

    def arrived(self) -> Mapping[str, Arrived]:
        """Count what each SIEM holds now."""
        ways: Mapping[str, Callable[[], Counter[tuple[str, str, str]]]] = {
            "splunk": self._splunk,
            "elastic": self._elastic,
            "syslog": self._syslog,
            "archive": self._archive,
        }
        return {name: _summed(way()) for name, way in ways.items()}

    def _splunk(self) -> Counter[tuple[str, str, str]]:
        return Counter((self._row(id_), id_, version) for id_, version in self._world.hec.versions())

    def _elastic(self) -> Counter[tuple[str, str, str]]:
        rows = {"incident": "incidents", "alert": "alerts", "event": "telemetry"}
        return Counter(
            (rows[document.stream.split("-")[1].rpartition(".")[2]], document.id, "")
            for document in self._world.bulk.documents
        )

    def _syslog(self) -> Counter[tuple[str, str, str]]:
        messages = self._world.syslog.messages
        for message in messages[self._heard_up_to :]:
            extension = parse_cef(message.body).extension
            id_ = extension["externalId"]
            self._heard[self._row(id_), id_, extension.get("deviceCustomDate1", "")] += 1
        self._heard_up_to = len(messages)
        return self._heard

    def _archive(self) -> Counter[tuple[str, str, str]]:
        for path in sorted((self._world.folder / "archive").glob("*.jsonl")):
            self._archived.update(self._lines(path))
        return self._archived

    def _lines(self, path: Path) -> Iterable[tuple[str, str, str]]:
        """Read the whole lines that a file has grown by."""
        with path.open("rb") as file:
            file.seek(self._places.get(path, 0))
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._places[path] = self._places.get(path, 0) + len(line)
                data = orjson.loads(line)
                if "properties" in data:
                    yield "telemetry", str(hash(line)), ""
                else:
                    yield self._row(data["id"]), data["id"], data["lastUpdateDateTime"]

    def _row(self, id_: str) -> str:
        return self._left.rows.get(id_, "telemetry")


def _summed(found: Counter[tuple[str, str, str]]) -> Arrived:
    counts = Counter(row for row, _, _ in found)
    return Arrived({row: counts[row] for row in ROWS}, found.total() - len(found))
