"""Where reading a list goes on: a timestamp, and all that was delivered at or after it less the overlap."""

from __future__ import annotations

from typing import Any

import msgspec

from siemcast.api import Cursor
from siemcast.errors import ConfigError
from siemcast_defender.graph import stamp
from siemcast_defender.graph.page import Item

MOST_ODD = 10_000
"""Records without a timestamp, and others outside of the window, that are remembered; then the oldest is forgotten."""
_GRACE = stamp.SECOND
"""Kept beyond the overlap, for servers that compare with less than seven digits."""


class Progress(msgspec.Struct, omit_defaults=True):
    """The cursor: all below `at` was read, but for late commits, and all that was delivered since `floor` is `seen`."""

    at: int
    """The newest lastUpdateDateTime below which all was read, never ahead of the server's clock. In ticks."""
    floor: int
    """Reading never goes back beyond this: first the start, later as far as `seen` reaches."""
    begun: int
    """Where the very first reading began."""
    seen: dict[str, list[int]] = {}
    """id to the versions (ticks) delivered."""
    odd: dict[str, None] = {}
    """`id version` of what has no place in time, oldest first."""
    memory: dict[str, str] = {}
    """What `updates` remembers of each id, oldest first."""
    todo: list[tuple[int, int | None]] = []
    """Windows that a pass under way has still to read, lowest last."""
    clock: int = 0
    """When that pass began."""
    newest: int = 0
    """The newest lastUpdateDateTime that it came upon."""
    brought: bool = False
    """Whether it brought anything that is older than itself."""
    wanted: list[str] = []
    """Incidents that others were merged into, and that were not seen yet."""
    v: int = 1

    def is_new(self, item: Item) -> bool:
        """Say whether this version was never delivered."""
        if _odd(item) in self.odd:
            return False
        return item.stamp is None or item.stamp not in self.seen.get(item.id, ())

    def note(self, item: Item) -> None:
        """Remember this version as delivered."""
        if item.stamp is None or item.stamp < self.floor:  # which `seen` would forget
            self.odd[_odd(item)] = None
            while len(self.odd) > MOST_ODD:
                del self.odd[next(iter(self.odd))]
        else:
            self.seen.setdefault(item.id, []).append(item.stamp)

    def start(self, overlap: int) -> int:
        """Give where the next reading begins."""
        return max(self.floor, self.at - overlap)

    def advance(self, covered: int, overlap: int) -> None:
        """Move up to what is covered (never back), and forget what no reading will come upon again."""
        self.at = max(self.at, covered)
        floor = max(self.floor, self.at - overlap - _GRACE)
        if floor == self.floor:
            return
        self.floor = floor
        kept = {id_: [version for version in versions if version >= floor] for id_, versions in self.seen.items()}
        self.seen = {id_: versions for id_, versions in kept.items() if versions}

    def dump(self) -> Cursor:
        """Write it for the journal."""
        return Cursor(msgspec.json.encode(self).decode())


def load(cursor: str) -> Progress:
    """Read a stored cursor. Raises ConfigError for one that this version does not understand."""
    try:
        version: Any = msgspec.json.decode(cursor, type=dict[str, Any]).get("v", 1)
        if version == 1:
            return msgspec.json.decode(cursor, type=Progress)
    except msgspec.DecodeError:
        version = "unknown"
    raise ConfigError(
        f"the stored cursor is of version {version}, and this siemcast reads version 1",
        hint="run the siemcast that wrote it, or begin with an empty state folder",
    )


def _odd(item: Item) -> str:
    return f"{item.id} {item.version}"
