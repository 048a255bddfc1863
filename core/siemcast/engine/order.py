"""Says in which order the records of a batch are encoded; documents stay in the records' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from siemcast.api import Format
from siemcast.schema import Record


def order_for(format: Format) -> Callable[[Sequence[Record]], Sequence[int]]:  # noqa: A002 - its name
    """Give what says in which order a format takes a batch's records."""
    return as_they_come if getattr(format, "passes_on", False) else by_kin


def as_they_come(records: Sequence[Record]) -> Sequence[int]:
    """Give the places of records in their order."""
    return range(len(records))


def by_kin(records: Sequence[Record]) -> Sequence[int]:
    """Give the places of records, those of one table together: their function then stays in the processor's cache."""
    kin = [record.kin for record in records]
    return sorted(range(len(records)), key=kin.__getitem__)
