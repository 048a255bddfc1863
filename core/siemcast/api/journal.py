"""The journal's contract: the durable, ordered log of batches, the only place where sources hand over to sinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import Field

from siemcast.api.batch import Batch, Cursor, Partition
from siemcast.api.settings import Settings
from siemcast.api.units import Duration, Size


class JournalSettings(Settings):
    """Base of all journals' settings."""

    kind: str = "sqlite"
    """Kind of the journal."""
    keep: Duration = Field(default="24h", validate_default=True)
    """How long batches stay after every sink has settled them, for replay and audit."""
    max_bytes: Size = Field(default="10GB", validate_default=True, ge=1)
    """Most bytes on disk: settled batches go first; when only unsettled ones are left, sources stop reading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One journalled batch."""

    seq: int
    """Position in the journal, growing, never used twice."""
    source: str
    partition: Partition
    shape: str
    time: datetime
    """When it was received (UTC)."""
    records: Sequence[bytes]
    sink: str | None = None
    """The only sink that shall take it (dead letters sent again); None leaves it to the routes."""
    damage: str = ""
    """What befell it in the journal, and what to do; empty when it is whole."""
    torn: Sequence[bytes] = ()
    """What the journal could not give back as a record that was taken: dead letters, for the reason in `damage`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that a sink could not take, kept with the reason."""

    id: int = 0
    """Given by the journal."""
    sink: str
    source: str
    time: datetime
    """When it was refused (UTC)."""
    event_id: str
    reason: str
    """The receiver's words."""
    shape: str
    record: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How full the journal is."""

    bytes: int
    """Stored bytes of all batches, as compressed."""
    batches: int
    first: int
    """Lowest kept seq; 0 when empty."""
    last: int
    """Highest seq ever given; 0 when none was."""
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    """How many are kept, by sink."""


class Journal(Protocol):
    """A durable log. Every coroutine returns when its effect survives a `kill -9`."""

    async def append(self, source: str, batch: Batch) -> Entry | None:
        """Store a batch and its partition's cursor in ONE transaction; without records only the cursor (None then)."""
        ...

    async def cursors(self, source: str) -> Mapping[Partition, Cursor]: ...

    async def read(self, after: int, max_bytes: int) -> Sequence[Entry]:
        """Give the entries after a seq, in order: at least one, if any, and about `max_bytes` of records.

        One that is damaged says so and holds nobody up.
        """
        ...

    async def lanes(self) -> Mapping[str, int]:
        """Give each sink's position: all entries up to and with it are settled there."""
        ...

    async def settle(self, sink: str, seq: int, dead: Sequence[DeadLetter] = ()) -> None:
        """Move a lane (never back) and keep its dead letters, in ONE transaction."""
        ...

    async def dead_letters(
        self, *, sink: str | None = None, ids: Sequence[int] | None = None
    ) -> Sequence[DeadLetter]: ...

    async def retry(self, ids: Sequence[int]) -> int:
        """Append dead letters anew, each for its sink alone, and forget them, in ONE transaction."""
        ...

    async def drop(self, ids: Sequence[int]) -> int:
        """Forget dead letters; gives how many there were."""
        ...

    async def trim(self, sinks: Sequence[str], now: datetime) -> None:
        """Delete settled batches that are older than `keep` or over `max_bytes`; unsettled ones of `sinks` never."""
        ...

    async def usage(self) -> Usage: ...

    async def changed(self) -> bool:
        """Say whether another process wrote since this was last asked (a `dead-letters retry` beside a forwarder)."""
        ...


JournalS = TypeVar("JournalS", bound=JournalSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSpec(Generic[JournalS]):
    """Describes one kind of journal. `open` gets the settings, the state folder and a clock."""

    kind: str
    summary: str
    settings: type[JournalS]
    open: Callable[[JournalS, Path, Callable[[], datetime]], AbstractAsyncContextManager[Journal]]


AnyJournalSpec = JournalSpec[Any]
