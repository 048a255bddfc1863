"""Remembers the tables and columns that no mapping knows, each once, for the engine to tell and count.

Whoever makes a function for a new layout of columns calls `seen`: that is once a layout, never once a record. What is
remembered is bounded, since a hostile stream may name a new table or column in each record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from siemcast.schema.mapping import TableMapping

MOST_NAMES = 5000
"""So many names of tables and columns are remembered in all; those that come later go untold."""
MOST_OF_A_TABLE = 200
_LONGEST_NAME = 100
_ANNOTATES = "@"
"""Stands in names of OData's annotations (`@odata.type`), which any object may have beside its columns."""


class News(NamedTuple):
    """What of a table no mapping knows, and was not told before."""

    table: str
    columns: tuple[str, ...]
    """Of an unknown table, all that it was seen to have."""
    is_new: bool
    """Whether this is the first that is told of the table."""
    is_known: bool
    """Whether the table itself is known, and only the columns are not."""


class _Found:
    __slots__ = ("columns", "is_known")

    def __init__(self, *, is_known: bool) -> None:
        self.is_known = is_known
        self.columns: dict[str, None] = {}


class Unknown:
    """The names found so far; many threads may add to them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[str, _Found] = {}
        self._known: dict[str, tuple[TableMapping, frozenset[str]]] = {}
        self._names = 0
        self.version = 0
        """Changes whenever there is something new."""

    @property
    def is_full(self) -> bool:
        """Whether names may go untold from now on."""
        return self._names >= MOST_NAMES

    def seen(self, table: TableMapping, columns: Iterable[str]) -> None:
        """Take note of a layout; a table that does not list its columns has no unknown ones."""
        if not table.known:
            self.seen_table(table.table, columns)
        elif table.layout and not self.is_full:
            known = self._known_columns(table)
            strange = [column for column in columns if column not in known and _ANNOTATES not in column]
            if strange:
                self._add(table.table, strange, is_known=True)

    def seen_table(self, name: str, columns: Iterable[str] = ()) -> None:
        """Take note of a table that no mapping knows; one that has no name is none."""
        if name and not self.is_full:
            self._add(name, columns, is_known=False)

    def found(self) -> Mapping[str, tuple[bool, tuple[str, ...]]]:
        """Give by table whether it is known itself, and its unknown columns."""
        with self._lock:
            return {table: (found.is_known, tuple(found.columns)) for table, found in self._found.items()}

    def _add(self, table: str, columns: Iterable[str], *, is_known: bool) -> None:
        table = printable(table)
        with self._lock:
            found = self._found.get(table)
            before = self._names
            if found is None:
                found = self._found[table] = _Found(is_known=is_known)
                self._names += 1
            for column in columns:
                if self.is_full or len(found.columns) >= MOST_OF_A_TABLE:
                    break
                if (name := printable(column)) not in found.columns:
                    found.columns[name] = None
                    self._names += 1
            self.version += self._names > before

    def _known_columns(self, table: TableMapping) -> frozenset[str]:
        cached = self._known.get(table.table)
        if cached is None or cached[0] is not table:
            refs = [ref for mapped in (table.columns, *table.classes.values()) for ref in mapped]
            cached = table, frozenset([*table.layout, *(ref.column for ref in refs)])
            self._known[table.table] = cached
        return cached[1]


class Watch:
    """Gives what is new since it was last asked; it begins with what comes after it was made."""

    def __init__(self, unknown: Unknown) -> None:
        self._unknown = unknown
        self._version = unknown.version
        self._told = {table: len(columns) for table, (_, columns) in unknown.found().items()}

    def news(self) -> list[News]:
        """Give what nobody was told, a table at a time."""
        if self._version == self._unknown.version:
            return []
        self._version = self._unknown.version
        news = []
        for table, (is_known, columns) in self._unknown.found().items():
            told = self._told.get(table, -1)
            if len(columns) > told:
                news.append(News(table, columns[max(told, 0) :], told < 0, is_known))
                self._told[table] = len(columns)
        return news


def printable(name: str) -> str:
    """Give a name as a log may show it: not too long, and nothing in it that a terminal would obey."""
    short = name[:_LONGEST_NAME]
    return short if short.isprintable() else ascii(short)[1:-1]


UNKNOWN = Unknown()
"""What this process has met."""
seen = UNKNOWN.seen
seen_table = UNKNOWN.seen_table
