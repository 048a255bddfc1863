"""Writes what the receivers got into files, to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import orjson

from siemcast_lab.world import World

_MOST = 2000


def write_samples(world: World) -> None:
    """Write the first documents of each receiver into the world's folder."""
    _write(world.folder / "splunk.jsonl", (orjson.dumps(asdict(event)) for event in world.hec.events))
    _write(world.folder / "elastic.jsonl", (orjson.dumps(document.body) for document in world.bulk.documents))
    _write(world.folder / "syslog.log", (message.body for message in world.syslog.messages))


def _write(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in islice(lines, _MOST))
