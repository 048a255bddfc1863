"""Where a format puts what a record says: what the mapping reference, `siemcast mappings` and `preview` ask of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from siemcast.schema.head import Head
from siemcast.schema.mapping import NOTHING, FormatMapping, TableMapping


def _as_sent(head: Head, column: str) -> str | None:
    return column


def _endless(field: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Tells a format's fields; without a mapping it passes records on under Microsoft's own names."""

    mapping: FormatMapping | None = None
    choose: Callable[[TableMapping, Mapping[str, Any]], FormatMapping] | None = None
    """Gives the mapping of a record with such columns, for a format that has several."""
    rest: Callable[[Head, str], str | None] = _as_sent
    """From a record's head and a column, names the field of what has none; None where it is not carried."""
    reserved: Collection[str] = ()
    """Fields that no such column may have."""
    head: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By column: the field in which the head says it, whatever the mapping does."""
    longest: Callable[[str], int | None] = _endless
    """Gives the most characters that a field takes; None where there is no limit."""
    read: Callable[[bytes], Mapping[str, str]] | None = None
    """Reads a document back into fields, where it is a line of text; any bytes in, never an error."""

    @property
    def maps(self) -> bool:
        """Whether there is a mapping at all."""
        return self.mapping is not None or self.choose is not None

    def mapping_of(self, table: TableMapping, columns: Mapping[str, Any]) -> FormatMapping | None:
        """Give the mapping of a record with such columns."""
        return self.mapping if self.choose is None else self.choose(table, columns)


def as_sent() -> Places:
    """Give the places of a format that passes records on as they came."""
    return Places()
