"""Reads a table's rows straight into typed Structs: types are checked while reading, at no cost.

A reader is made of the columns that Microsoft documents for a table. A row that has others, or holds what its columns
should not, is refused and takes the slow way, which loses nothing. When rows of that sort keep coming, the reader
learns: the column is added, or may hold anything from then on.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Protocol

import msgspec

from siemcast.schema import unknown
from siemcast.schema.mapping import TableMapping

_Integer = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_TYPES: Mapping[str, Any] = {
    "text": Annotated[str, msgspec.Meta(min_length=1)] | None,
    "blank": str | None,
    "integer": _Integer | None,
    "number": _Integer | float | None,
    "boolean": bool | None,
    "json": Any,
}
"""By what a column holds, if not nothing; `blank` is text that may be empty, of which most columns know nothing."""
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
_UNREAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Row(Protocol):
    """One row as its reader gives it; what stands beside the columns are attributes of its own."""

    form: ClassVar[Form]
    columns: Any
    """A Struct with an attribute a column."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What a reader's rows have: `table`, columns by what they hold, and the keys beside them."""

    table: TableMapping
    kinds: Mapping[str, str]
    """Column to type, all of a row's columns in the reader's order."""
    beside: Mapping[str, str]
    """Key to type, of what stands beside the columns in a record."""
    within: str
    """The key under which a record holds its columns."""
    asked: tuple[str, ...] = ()
    """Columns that may be asked for though the table has none such; they give None."""

    def with_columns(self, lessons: Iterable[tuple[str, str]]) -> Form:
        """Give the form with columns added, or holding something else."""
        return replace(self, kinds={**self.kinds, **dict(lessons)})

    def with_beside(self, lessons: Iterable[tuple[str, str]]) -> Form:
        """Give the form with more keys beside the columns, or keys that hold something else."""
        return replace(self, beside={**self.beside, **dict(lessons)})


def attribute(name: str, index: int) -> str:
    """Give the attribute that holds a column: its own name wherever Python takes that."""
    plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return name if plain and not name.startswith("__") and name not in ("columns", "form") else f"column_{index}"


def attributes(names: Iterable[str]) -> list[str]:
    """Give the attributes of names, in their order."""
    return [attribute(name, index) for index, name in enumerate(names)]


class Reader:
    """Reads rows of one table that stand in an envelope."""

    __slots__ = ("_lessons", "_seen", "form", "read")

    def __init__(self, table: TableMapping, beside: Sequence[str], within: str, asked: Sequence[str]) -> None:
        """Take the usual keys of the envelope, the key of the columns, and columns to answer for in any case."""
        kinds = {column: _kind(table.types.get(column, "text")) for column in table.layout}
        self._seen: set[_Lesson] = set()
        self._lessons = 0
        self.form = Form(table, kinds, dict.fromkeys(beside, "text"), within, tuple(asked))
        self.read = _decoder(self.form)
        """Gives the row of a record's bytes. Raises one of `REFUSED` for a record of another form."""

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
            self.read = _decoder(form)
        except ValueError:  # a name that msgspec does not take: with quotes or control characters
            return False
        self.form = form
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


REFUSED = _UNREAD
"""What a reader raises for a record that is of another form, or no sound JSON."""


def _kind(kind: str) -> str:
    return kind if kind in _TYPES else "text"


def _decoder(form: Form) -> Callable[[bytes], Row]:
    absent = {name: None for name in form.asked if name not in form.kinds}
    columns = _struct("Columns", {name: _TYPES[kind] for name, kind in form.kinds.items()}, absent)
    beside = {name: _TYPES[kind] for name, kind in form.beside.items()}
    record = _struct("Record", beside, {"form": form}, (form.within, columns))
    read: Callable[[bytes], Row] = msgspec.json.Decoder(record).decode  # type: ignore[assignment]  # it is a Struct
    return read


def _struct(
    title: str, types: Mapping[str, Any], namespace: dict[str, Any], within: tuple[str, Any] | None = None
) -> type[msgspec.Struct]:
    names = attributes(types)
    fields = [(name, kind, None) for name, kind in zip(names, types.values(), strict=True)]
    rename = dict(zip(names, types, strict=True))
    first: list[Any] = [] if within is None else [("columns", within[1])]  # no default: a record has columns
    rename |= {} if within is None else {"columns": within[0]}
    return msgspec.defstruct(
        title,
        [*first, *fields],
        rename={name: key for name, key in rename.items() if name != key} or None,
        namespace=namespace,
        forbid_unknown_fields=True,
        gc=False,
    )
