"""Writes the source that puts values into nested Structs, whose writer leaves out what is nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from siemcast.schema.typed import Value

ALWAYS = ""
"""The test of what always has a value."""


@dataclass(slots=True)
class _Group:
    name: str
    cells: dict[str, Value] = field(default_factory=dict)
    groups: dict[str, _Group] = field(default_factory=dict)

    def inner(self, path: Sequence[str]) -> _Group:
        """Give the group at a path below this one."""
        group = self
        for name in path:
            group = group.groups.setdefault(name, _Group(f"{group.name}_{name}"))
        return group

    def lines(self, names: dict[str, Any]) -> list[str]:
        """Give the statements that make this group a variable, the innermost groups first; `names` gets the Structs."""
        made: list[str] = []
        cells = dict(self.cells)
        for name, group in self.groups.items():
            made += group.lines(names)
            always = any(cell.test == ALWAYS for cell in group.every())
            cells[name] = Value(group.variable, ALWAYS if always else f"{group.variable} is not None")
        cells = dict(sorted(cells.items()))  # the same order of keys, whichever way a document was made
        whole = self._whole(cells, names)
        tests = list(dict.fromkeys(cell.test for cell in cells.values()))
        condition = "" if ALWAYS in tests else f" if {' or '.join(tests)} else None"
        return [*made, f"{self.variable} = {whole}{condition}"]

    def _whole(self, cells: Mapping[str, Value], names: dict[str, Any]) -> str:
        """Give the expression of an object, of which one value at least is there."""
        if len(cells) == 1:  # no value to leave out: a dict is made faster than a Struct
            return f"{{{', '.join(f'{name!r}: {cell.code}' for name, cell in cells.items())}}}"
        structure = f"S{self.variable}"
        names[structure] = _struct(structure, list(cells))
        return f"{structure}({', '.join(cell.code for cell in cells.values())})"

    def every(self) -> list[Value]:
        """Give the cells of this group and of all below."""
        return [*self.cells.values(), *(cell for group in self.groups.values() for cell in group.every())]

    @property
    def variable(self) -> str:
        """A name that Python takes, and that no other group has."""
        return "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):x}_" for one in self.name)


def nest(cells: Mapping[str, Value], names: dict[str, Any]) -> list[str]:
    """Give the statements that make the variable `g` of cells by dotted field; what they call is put into `names`."""
    root = _Group("g")
    for path, cell in cells.items():
        *groups, name = path.split(".")
        root.inner(groups).cells[name] = cell
    return root.lines(names)


def _struct(name: str, keys: Sequence[str]) -> type[msgspec.Struct]:
    """Make a Struct of these keys, of which the writer leaves out those that are None."""
    fields = [(f"f{index}", Any, None) for index in range(len(keys))]
    rename = {f"f{index}": key for index, key in enumerate(keys)}
    return msgspec.defstruct(name, fields, rename=rename, omit_defaults=True, gc=False)
