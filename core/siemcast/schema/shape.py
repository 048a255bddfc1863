"""What a source knows of the records it yields: how to recognise them, and what their head says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from siemcast.schema.head import Head
    from siemcast.schema.mapping import TableMapping
    from siemcast.schema.record import Record
    from siemcast.schema.row import Row


class RecordShape(Protocol):
    """One generation of Microsoft's JSON (Graph incident, Graph alert, hunting row, ...). Stateless and pure."""

    @property
    def name(self) -> str:
        """Stable name, kept in the journal beside each batch: `graph.incident`, `graph.alert`, `hunting`."""
        ...

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Say whether a parsed object is of this shape (for archives whose kind nobody told)."""
        ...

    def head(self, record: Record) -> Head:
        """Read the head; absent or odd fields are defaults and anomalies, never an error."""
        ...

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the object that holds the columns (`properties` of a streamed record, else the object itself)."""
        ...

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of a table's columns to canonical paths; an unknown table maps what is common to all."""
        ...


class TypedShape(RecordShape, Protocol):
    """A shape whose records can be read straight into types, which is several times as fast."""

    def kin(self, raw: bytes) -> bytes:
        """Give what the bytes of one table's records have in common; a guess, by which records are put together."""
        ...

    def check(self, record: Record) -> None:
        """Make sure that a record is one JSON object in UTF-8. Raises Permanent when it is not."""
        ...

    def row(self, record: Record) -> Row | None:
        """Read a record's row; None for one that is of no known form: it is encoded the slow way."""
        ...


@runtime_checkable
class KnowsTables(Protocol):
    """What a shape may also tell, for the mapping reference and `siemcast mappings`.

    One whose heads name another product than Head does by itself says so in an attribute, `product`.
    """

    def tables(self) -> Mapping[str, str]:
        """Give the tables whose columns it knows, with the kind that their heads say (`event`, `alert`, ...)."""
        ...
