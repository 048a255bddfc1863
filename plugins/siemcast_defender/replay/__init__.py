"""replay.file: records from files, for demos, tests and backfill from archives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siemcast.api import SourceSpec, hookimpl
from siemcast_defender.replay.config import ReplaySettings
from siemcast_defender.replay.source import open_source
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT

SPEC = SourceSpec(
    kind="replay.file",
    summary="Records from files: JSON lines, pages and arrays, plain, gzip or zstd",
    settings=ReplaySettings,
    open=open_source,
    shapes=(HUNTING, INCIDENT, ALERT),
)


@hookimpl
def register_sources() -> Iterable[SourceSpec[Any]]:
    """Give the kind replay.file."""
    return (SPEC,)
