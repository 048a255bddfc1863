"""The protocols that plugins implement: Source, Sink and Format."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from siemcast.api.batch import Batch, Cursor, Encoded, Partition, Rejected
from siemcast.schema import Document, Record


class Source(Protocol):
    """A configured input, reading one tenant or one hub."""

    async def check(self) -> None:
        """Make one cheap real call. Raises AuthRefused, Transient or ConfigError, in words that say what to do."""
        ...

    def read(self, resume: Mapping[Partition, Cursor]) -> AsyncGenerator[Batch, None]:
        """Yield batches, in order within a partition, from the cursors on; a partition without one starts anew.

        Called again from the stored cursors after any error it raised. Repeats are allowed, gaps never. Ends when there
        is nothing more, or, under `context.until_drained`, when all that there was has been yielded.
        """
        ...


class Sink(Protocol):
    """A configured output."""

    async def check(self) -> None:
        """Make one cheap real call that changes nothing. Raises as Source.check does."""
        ...

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        """Deliver; a return means that all were accepted but the rejected ones.

        Raises Transient (nothing known: the whole call is made again), AuthRefused (again, slowly), or Permanent (the
        call as a whole can never work: the engine halves it).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatOptions:
    """What a format may know of its sink."""

    sink: str | None = None
    """The sink kind it encodes for."""
    max_bytes: int | None = None
    """Longest document that the sink takes; longer ones are cut at a character, least important first, and marked."""


class Format(Protocol):
    """A pure encoder: record in, documents in one SIEM's shape out. Only one thread calls it.

    It is given the records of a batch table by table, since it is fastest so. One that passes their bytes on may say
    so by an attribute `passes_on` that is true: then they come as they are, and nobody spends time on sorting.
    """

    def encode(self, record: Record) -> Sequence[Document]:
        """Encode; raises Permanent only for what is not a JSON object at all."""
        ...
