"""Names of files: the sink's name and the time at which each was begun, so that a restart knows them again. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_ODD = re.compile(r"[^\w.-]")
_TIME = "%Y%m%dT%H%M%S.%f"
COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A file of ours, by its name."""

    start: datetime
    name: str

    @property
    def compressed(self) -> bool:
        return self.name.endswith(COMPRESSED)


def new_name(sink: str, start: datetime, suffix: str, taken: Collection[str]) -> Named:
    """Name a file that begins now; one that begins in the same millisecond as another is a millisecond later."""
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    while True:
        name = f"{_ODD.sub('_', sink)}-{start.strftime(_TIME)[:-3]}Z{suffix}"
        if not any(name + ending in taken for ending in ("", *COMPRESSED)):
            return Named(start, name)
        start += timedelta(milliseconds=1)


def ours(sink: str, suffix: str, names: Iterable[str]) -> list[Named]:
    """Pick the files of this sink out of a folder's, oldest first; `soc` never takes those of `soc-eu`."""
    endings = "|".join(re.escape(ending) for ending in COMPRESSED)
    stem = re.escape(_ODD.sub("_", sink))
    pattern = re.compile(rf"{stem}-(\d{{8}}T\d{{6}}\.\d{{3}})Z{re.escape(suffix)}(?:{endings})?", re.ASCII)
    matches = (match for name in names if (match := pattern.fullmatch(name)) is not None)
    return sorted(Named(start, match[0]) for match in matches if (start := _time(match[1])) is not None)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text + "000", _TIME).replace(tzinfo=UTC)
    except ValueError:  # digits that are no date: somebody else's file
        return None
