"""What a reader's rows are: Structs of typed columns, made from a form that says what each column may hold."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, Protocol

import msgspec
from msgspec.structs import astuple

from siemcast.schema.convert import given
from siemcast.schema.mapping import TableMapping

_Integer = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Text = Annotated[str, msgspec.Meta(min_length=1)]
_SURE: Mapping[str, Any] = {
    "text": _Text,
    "blank": _Text,
    "integer": _Integer,
    "number": _Integer | float,
    "boolean": bool,
}
"""By what a column holds, where it always holds something."""
_MAYBE: Mapping[str, Any] = {**{kind: of | None for kind, of in _SURE.items()}, "blank": str | None, "json": Any}
"""By what a column holds, if not nothing; `blank` is text that may be empty, of which most columns know nothing."""
KINDS = frozenset(_MAYBE)
"""What a column may hold; of `json` nothing is asked."""
REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for a record that is of another form, or no sound JSON."""


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
    said: Mapping[str, str] = field(default_factory=dict)
    """Keys beside the columns that say the same in every row, and what: a row that says another thing is refused."""
    sure: frozenset[str] = frozenset()
    """Columns that hold something in every row: one of which they do not is refused."""
    void: frozenset[str] = frozenset()
    """Columns that hold nothing in any row, or it is refused."""

    def with_columns(self, lessons: Iterable[tuple[str, str]]) -> Form:
        """Give the form with columns added, or holding something else."""
        return replace(self, kinds={**self.kinds, **dict(lessons)})

    def with_beside(self, lessons: Iterable[tuple[str, str]]) -> Form:
        """Give the form with more keys beside the columns, or keys that hold something else."""
        return replace(self, beside={**self.beside, **dict(lessons)})


def around(row: Row) -> dict[str, Any]:
    """Give what stands beside a row's columns, and is more than nothing."""
    values = astuple(row)[1:]  # type: ignore[arg-type]  # it is a Struct, whose first field holds the columns
    return {key: value for key, value in zip(row.form.beside, values, strict=True) if value or given(value)}


def attribute(name: str, index: int) -> str:
    """Give the attribute that holds a column: its own name wherever Python takes that."""
    plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return name if plain and not name.startswith("__") and name not in ("columns", "form") else f"column_{index}"


def attributes(names: Iterable[str]) -> list[str]:
    """Give the attributes of names, in their order."""
    return [attribute(name, index) for index, name in enumerate(names)]


def decoder(form: Form) -> Callable[[bytes], Row]:
    """Make what reads the rows of a form. Raises ValueError for a name that msgspec does not take."""
    absent = {name: None for name in form.asked if name not in form.kinds}
    columns = _struct("Columns", {name: _type(form, name) for name in form.kinds}, absent, required=form.sure)
    beside = {name: _MAYBE[kind] for name, kind in form.beside.items()}
    beside |= {name: Literal[value] for name, value in form.said.items()}
    record = _struct("Record", beside, {"form": form}, (form.within, columns))
    read: Callable[[bytes], Row] = msgspec.json.Decoder(record).decode  # type: ignore[assignment]  # it is a Struct
    return read


def _type(form: Form, name: str) -> Any:
    kind = form.kinds[name]
    if name in form.void:
        return Literal[""] | None if kind == "blank" else None
    return _SURE[kind] if name in form.sure else _MAYBE[kind]


def _struct(
    title: str,
    types: Mapping[str, Any],
    namespace: dict[str, Any],
    within: tuple[str, Any] | None = None,
    required: Collection[str] = (),
) -> type[msgspec.Struct]:
    names = attributes(types)
    rename = dict(zip(names, types, strict=True))
    fields: list[Any] = [
        (name, types[key]) if key in required else (name, types[key], None) for name, key in rename.items()
    ]
    if within is not None:
        key, columns = within
        fields.insert(0, ("columns", columns))  # no default: a record has columns
        rename["columns"] = key
    return msgspec.defstruct(
        title,
        fields,
        rename={name: key for name, key in rename.items() if name != key} or None,
        namespace=namespace,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )
