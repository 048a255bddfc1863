"""A record as Microsoft sent it, the shape that knows how to read it, and a document as a SIEM takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import msgspec

from siemcast.schema.head import Head
from siemcast.schema.mapping import TableMapping
from siemcast.schema.parse import parse_object
from siemcast.schema.typed.row import Row


class Record:
    """One JSON object exactly as Microsoft sent it, parsed at most once however many sinks ask."""

    __slots__ = ("_data", "_head", "_kin", "_tried", "glance", "raw", "read", "received_ms", "shape")

    def __init__(self, raw: bytes, shape: RecordShape, received_ms: int = 0) -> None:
        """Take the bytes, what knows how to read them, and when they came (milliseconds, UTC), where that is known."""
        self.raw = raw
        self.shape = shape
        self.received_ms = received_ms
        self._data: Mapping[str, Any] | None = None
        self._head: Head | None = None
        self._tried = False
        self._kin: bytes | None = None
        self.read: Row | None = None
        """The row if somebody has asked for it yet, as `parsed`."""
        self.glance: Any = None
        """What the shape saw when it made sure that the record is one (`check`), for it alone to use."""

    @property
    def row(self) -> Row | None:
        """The record read straight into types; None where its shape has no such way, or refuses this record."""
        if not self._tried:
            self._tried = True
            read = getattr(self.shape, "row", None)
            self.read = None if read is None else read(self)
        return self.read

    @property
    def kin(self) -> bytes:
        """What the bytes of records of one table have in common, as far as their shape can tell at a glance."""
        if self._kin is None:
            tell = getattr(self.shape, "kin", None)
            self._kin = b"" if tell is None else tell(self.raw)
        return self._kin

    @property
    def data(self) -> Mapping[str, Any]:
        """The parsed object, not to be changed. Raises Permanent when `raw` is not one JSON object."""
        if self._data is None:
            self._data = parse_object(self.raw)
        return self._data

    @property
    def parsed(self) -> Mapping[str, Any] | None:
        """The parsed object if somebody has asked for it yet: a shape may then spare itself a look at the bytes."""
        return self._data

    def check(self) -> None:
        """Make sure that this is one JSON object, at the least cost that there is. Raises Permanent as `data` does."""
        try:
            check = self.shape.check  # type: ignore[attr-defined]  # a TypedShape has it
        except AttributeError:
            self.head  # noqa: B018 - to read it is to parse the record
        else:
            check(self)

    def forget(self) -> None:
        """Let go of the parsed object, so that the next one is made in the same, warm memory: a fifth faster."""
        self._data = self.read = None
        self._tried = False

    @property
    def head(self) -> Head:
        """What the record says of itself; where it says no time, that when it came. Raises Permanent as `data` does."""
        if self._head is None:
            head = self.shape.head(self)
            if head.time_ms == 0 and self.received_ms:  # else a SIEM would file it under 1970, where nobody looks
                head = msgspec.structs.replace(head, time_ms=self.received_ms)
            self._head = head
        return self._head


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


class Document(msgspec.Struct, frozen=True, gc=False):
    """One encoded document on its way to a sink: a record makes one, or several (an incident and its alerts)."""

    body: bytes
    of: Head | Record
    """Its head, or the record that gives it when somebody asks: formats that pass a record's bytes on need none."""

    @property
    def head(self) -> Head:
        """What the document's record says of itself."""
        return self.of.head if self.of.__class__ is Record else self.of  # type: ignore[return-value]  # one of the two
