"""Holds documents of `cim` and `asim` to the dictionary of their model, and looks for values that are lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from siemcast.schema.convert import given
from siemcast.schema.dump import dumps
from siemcast.schema.times import moment
from siemcast_sinks.formats.flat.schemas import Schema

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "int": (int,),
    "integer": (int,),
    "long": (int,),
    "real": (float,),
    "number": (float, int),
    "bool": (bool,),
    "boolean": (bool,),
    "datetime": (str,),
    "time": (str,),
    "texts": (list,),
    "ip": (str,),
    "dynamic": (dict,),
}


def offences(document: Mapping[str, Any], schema: Schema) -> list[str]:
    """Say what fields hold that they may not: a wrong type, or a word that the model does not have."""
    found = []
    for name, value in document.items():
        kind = schema.types.get(name)
        if kind is None:
            continue
        if not isinstance(value, _CLASSES[kind]) or (isinstance(value, bool) and kind not in ("bool", "boolean")):
            found.append(f"{name} is no {kind}: {value!r}")
        elif kind == "int" and isinstance(value, int) and not -(2**31) <= value < 2**31:
            found.append(f"{name} is longer than 32 bits: {value}")
        elif kind in ("datetime", "time") and moment(value) is None:
            found.append(f"{name} is no time: {value}")
        elif name in schema.values:
            listed = value if isinstance(value, list) else [value]
            found += [f"{name} may not be {one!r}" for one in listed if one not in schema.values[name]]
    return found


def leaves(value: Any) -> Iterator[Any]:
    """Give all that is no object and no list, however deep."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def lost(columns: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """Name the columns of which some value stands nowhere in a document, in its own type or as JSON says it."""
    said = {repr(leaf) for leaf in leaves(document)}

    def told(value: Any) -> bool:
        as_json = dumps(value).decode()
        as_number = value if isinstance(value, str) else repr(value)  # where it was sent as text
        whole = repr(int(value)) if isinstance(value, float) and value.is_integer() else as_number
        return not said.isdisjoint({repr(value), repr(as_json), repr(as_json.strip('"')), as_number, whole})

    return [
        name
        for name, value in columns.items()
        if given(value) and not told(value) and not all(told(leaf) for leaf in leaves(value) if leaf is not None)
    ]
