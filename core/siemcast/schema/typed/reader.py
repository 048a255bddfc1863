"""Reads a table's rows straight into typed Structs: types are checked while reading, at no cost.

A reader is made of the columns that Microsoft documents for a table. A row that has others, or holds what its columns
should not, is refused and takes the slow way, which loses nothing. When rows of that sort keep coming, the reader
learns: the column is added, or may hold anything from then on. Columns that always hold something, or never do, become
habits after some rows; a row against them is read by a wider form, and when such rows keep coming a habit is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import astuple

from siemcast.schema import unknown
from siemcast.schema.mapping import TableMapping
from siemcast.schema.typed.habits import Habits
from siemcast.schema.typed.row import KINDS, Form, Row, decoder

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "blank": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KIND_OF: Mapping[type, str] = {str: "text", int: "integer", bool: "boolean", float: "number", type(None): "text"}
_MOST_LESSONS = 64
_MOST_NEW = 200
_LONGEST_NAME = 128
_MOST_SEEN = 512
_Lesson = tuple[str, str, str]
"""`beside` or nothing, a name, and what it should hold."""
WATCHED = 64
"""So many rows make a habit."""


class Reader:
    """Reads rows of one table that stand in an envelope."""

    __slots__ = ("_habits", "_left", "_lessons", "_patience", "_seen", "_wide", "form", "read")

    def __init__(self, form: Form, watched: int = WATCHED) -> None:
        """Take the form of the rows to expect, and the number of rows that make a habit."""
        self._seen: set[_Lesson] = set()
        self._lessons = 0
        self._habits = Habits()
        self._left = self._patience = watched
        self.form = form
        """The form of all rows that are read, whatever their habits."""
        self._wide = decoder(form)
        self.read: Callable[[bytes], Row] = self.again
        """Gives the row of a record's bytes. Raises one of `REFUSED` for a record of another form."""

    def again(self, raw: bytes) -> Row:
        """Read what may have other habits, and take note of it. Raises as `read` does."""
        row = self._wide(raw)
        self._habits.see(self.form, astuple(row.columns))
        self._left -= 1
        if not self._left:
            self._patience = self._left = 2 * self._patience  # to make a form anew costs as much as to read hundreds
            self.read = decoder(self._habits.of(self.form))
        return row

    def learn(self, data: Mapping[str, Any]) -> bool:
        """Look at a refused record; say whether the reader is another now. It learns what it meets the second time."""
        columns = data.get(self.form.within)
        if not isinstance(columns, dict) or self._lessons >= _MOST_LESSONS:
            return False
        unknown.seen(self.form.table, columns)
        odd: set[_Lesson] = {("", *lesson) for lesson in _lessons(self.form.kinds, columns)}
        around = {key: value for key, value in data.items() if key != self.form.within}
        odd.update(("beside", *lesson) for lesson in _lessons(self.form.beside, around))
        if ("", self.form.table.action, "json") in odd:  # an action is text, or the row is beyond this way
            return False
        known = odd & self._seen
        if len(self._seen) < _MOST_SEEN:
            self._seen |= odd
        return bool(known) and self._widen(known)

    def _widen(self, lessons: Iterable[_Lesson]) -> bool:
        self._lessons += 1
        short = [lesson for lesson in sorted(lessons) if len(lesson[1]) <= _LONGEST_NAME]
        form = self.form.with_columns((name, kind) for where, name, kind in short if not where)
        form = form.with_beside((name, kind) for where, name, kind in short if where)
        if len(form.kinds) + len(form.beside) > len(self.form.table.layout) + _MOST_NEW:
            return False
        try:
            self._wide = decoder(form)
        except ValueError:  # a name that msgspec does not take: with quotes or control characters
            return False
        self.form = form
        if self.read != self.again:
            self.read = decoder(self._habits.of(form))
        return True


def _lessons(kinds: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what names should hold for their values to fit."""
    for name, value in values.items():
        kind = kinds.get(name)
        if value == "":
            if kind not in ("blank", "json"):
                yield name, "blank" if kind in (None, "text") else "json"
        elif kind is None:
            yield name, _KIND_OF.get(value.__class__, "json")
        elif value is not None and kind != "json" and value.__class__ not in _CLASSES[kind]:
            yield name, "json"


def form_of(
    table: TableMapping,
    beside: Sequence[str],
    within: str,
    asked: Sequence[str],
    said: Mapping[str, str],
) -> Form:
    """Give the form of a table's rows by its mapping: the envelope's usual keys, the key of the columns, columns to
    answer for in any case, and what of the envelope is the same in all rows.
    """
    kinds = {column: kind if (kind := table.types.get(column)) in KINDS else "text" for column in table.layout}
    return Form(table, kinds, dict.fromkeys(beside, "text"), within, tuple(asked), said)
