"""What flows: batches from a source, encoded batches to a sink, and a sink's refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from siemcast.schema import Document

Partition = NewType("Partition", str)
"""The part of a source with an order and a cursor of its own."""

Cursor = NewType("Cursor", str)
"""Where a source goes on reading a partition; opaque to the core."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one partition in order, and the cursor that stands after them.

    A batch without records is welcome: it may advance the cursor, and it always says "the source is well".
    """

    partition: Partition
    records: Sequence[bytes]
    cursor: Cursor
    shape: str
    """Name of the RecordShape of all its records (one of the spec's `shapes`)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Documents for one call of `Sink.write`, within the sink's limits of number and bytes."""

    documents: Sequence[Document]

    @property
    def size(self) -> int:
        """Bytes of all documents, without what the sink's protocol adds."""
        return sum(len(document.body) for document in self.documents)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One document that the receiver can never take; all others of the call were accepted."""

    index: int
    """Position in `Encoded.documents`."""
    reason: str
    """The receiver's words."""
