"""Writes the source that puts values into nested Structs, whose writer leaves out what is nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from siemcast.schema.typed.source import ALWAYS, Value


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

    def value(self, names: dict[str, Any], lines: list[str]) -> Value:
        """Give this group's value; `lines` gets the statements that make what it speaks of, `names` the Structs."""
        cells = self.cells | {name: group.value(names, lines) for name, group in self.groups.items()}
        cells = dict(sorted(cells.items()))  # the same order of keys, whichever way a document was made
        tests = dict.fromkeys(cell.test for cell in cells.values())
        test = ALWAYS if ALWAYS in tests else " or ".join(tests)
        if len(cells) == 1:  # no value to leave out: a dict is made faster than a Struct, and in its place
            return Value("".join(f"{{{name!r}: {cell.code}}}" for name, cell in cells.items()), test)
        structure = f"S{self.variable}"
        names[structure] = _struct(structure, list(cells))
        whole = f"{structure}({', '.join(map(_in_place, cells.values()))})"
        lines.append(f"{self.variable} = {whole}" + (f" if {test} else None" if test else ""))
        return Value(self.variable, test and f"{self.variable} is not None")

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
    lines: list[str] = []
    code = root.value(names, lines).code
    return lines if code == "g" else [*lines, f"g = {code}"]


def _in_place(cell: Value) -> str:
    """Give the expression of a cell; an object is made where it has something to hold."""
    return f"({cell.code} if {cell.test} else None)" if cell.code.startswith("{") and cell.test else cell.code


def _struct(name: str, keys: Sequence[str]) -> type[msgspec.Struct]:
    """Make a Struct of these keys, of which the writer leaves out those that are None."""
    fields = [(f"f{index}", Any, None) for index in range(len(keys))]
    rename = {f"f{index}": key for index, key in enumerate(keys)}
    return msgspec.defstruct(name, fields, rename=rename, omit_defaults=True, gc=False)
