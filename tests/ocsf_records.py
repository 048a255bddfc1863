"""Records for the tests of OCSF, of every shape and table; and what tells whether an event says what a record did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from siemcast.registry import load_registry
from siemcast.schema import Record, RecordShape
from siemcast.schema.convert import given, ip
from siemcast.schema.dump import dumps
from siemcast.schema.times import epoch_ms
from siemcast_defender.mappings.tables import hunting_tables, tables
from siemcast_lab.generator import FURTHER, Generator
from siemcast_lab.generator.columns import COLUMNS


@cache
def shapes() -> Mapping[str, RecordShape]:
    """Give all shapes by name."""
    return load_registry().shapes


def shape_of(data: Mapping[str, Any]) -> RecordShape:
    """Give the shape that recognises an object; hunting's, where none does."""
    return next((shape for shape in shapes().values() if shape.recognise(data)), shapes()["hunting"])


def record(data: Mapping[str, Any], shape: RecordShape | None = None) -> Record:
    """Make a record, lone surrogates and huge integers included."""
    return Record(json.dumps(data).encode(), shape or shape_of(data))


@cache
def invented() -> tuple[tuple[RecordShape, Mapping[str, Any]], ...]:
    """Give objects of every sort that the lab invents, each with its shape."""
    lab = Generator(9)
    told = [*lab.hunting(2 * len(COLUMNS)), *lab.hunting(2 * len(FURTHER), FURTHER)]
    told += [*lab.incidents(2), *lab.alerts(4), *lab.cloud.export(21), *lab.azure.logs(20)]
    told += [lab.endpoint.alert(), lab.endpoint.vulnerability(), lab.endpoint.in_file(), lab.endpoint.change()]
    return tuple((shape_of(data), data) for data in told)


def filled(table: str) -> dict[str, Any]:
    """Give a row of a table in which every column has a value of its type, no two alike."""
    mapping = tables()[table]
    made = {"integer": 20_000, "number": 0.5, "boolean": True, "json": {"Inner": "token"}}
    row: dict[str, Any] = {}
    for number, column in enumerate(mapping.layout):
        kind = mapping.types.get(column, "text")
        row[column] = f"{column}-{number}" if kind == "text" else made[kind]
    row["Timestamp"] = "2026-11-21T10:00:00.1234567Z"
    return {"time": row["Timestamp"], "tenantId": "t", "category": f"AdvancedHunting-{table}", "properties": row}


def all_tables() -> list[str]:
    """Give the tables whose columns are known."""
    return [name for name in hunting_tables() if tables()[name].layout]


def lost(columns: Mapping[str, Any], event: Mapping[str, Any]) -> list[str]:
    """Name the columns whose value an event does not tell: as it came, as a time, or within a longer text."""
    said = _Said(event)
    return [column for column, value in columns.items() if given(value) and not said.tells(value)]


class _Said:
    """All values of an event, to be asked for those of a record."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        leaves = list(_leaves(event))
        self._numbers = {leaf for leaf in leaves if isinstance(leaf, (int, float)) and not isinstance(leaf, bool)}
        self._flags = {leaf for leaf in leaves if isinstance(leaf, bool)}
        self._texts = "\n".join(leaf for leaf in leaves if isinstance(leaf, str)).lower()

    def tells(self, value: Any) -> bool:
        """Say whether a value stands somewhere, or all that it is made of does."""
        if isinstance(value, Mapping):
            return self._tells_json(value) or all(self.tells(key) and self.tells(one) for key, one in value.items())
        if isinstance(value, list):
            return self._tells_json(value) or all(self.tells(one) for one in value)
        if value is None or value == "":
            return True
        if isinstance(value, bool):
            return value in self._flags or str(value).lower() in self._texts
        if isinstance(value, (int, float)):
            return value in self._numbers or dumps(value).decode().strip('"') in self._texts
        return self._tells_text(value)

    def _tells_text(self, value: str) -> bool:
        known = value.encode("utf-8", "replace").decode().lower()
        if known in self._texts or epoch_ms(value) in self._numbers:
            return True
        number = int(value) if value.lstrip("-").isdecimal() and value.isascii() and len(value) < 20 else None
        if number is not None and number in self._numbers:
            return True
        address, plain = ip(value), value.lower().replace("-", "").replace(":", "").replace(".", "")
        return (address is not None and address in self._texts) or (
            len(plain) == 12 and plain in self._texts.replace(":", "")
        )

    def _tells_json(self, value: Any) -> bool:
        return dumps(value).decode().lower() in self._texts


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
