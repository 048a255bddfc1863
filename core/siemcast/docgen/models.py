"""Tables of settings models: key, type, default and meaning, each as the model itself says it."""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from siemcast.api import SecretValue
from siemcast.api.units import parse_size, write_duration
from siemcast.config.explain import models_in

_PLAIN: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true` or `false`",
    timedelta: "duration",
    datetime: "time (ISO 8601)",
    AwareDatetime: "time (ISO 8601, with its zone)",
    Path: "path",
    SecretValue: "secret",
    Any: "anything",
    type(None): "`null`",
}
_SIZES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def settings(model: type[BaseModel], known: type[BaseModel] | None = None, title: str = "") -> str:
    """Write a model's table and those of the models within; what `known` says alike is left out."""
    fields = {name: field for name, field in model.model_fields.items() if not _said(name, field, known)}
    rows = [
        (f"`{field.alias or name}`", type_of(field), default_of(field), meaning(field))
        for name, field in fields.items()
    ]
    text = title + (table(("key", "type", "default", "meaning"), rows) if rows else "")
    for name, field in fields.items():
        for inner in models_in(field.annotation):
            text += "\n" + settings(inner, title=f"`{field.alias or name}`: {summary(inner)}\n\n")
    return text


def summary(of: type) -> str:
    """Give the first paragraph of a docstring, on one line."""
    return " ".join((of.__doc__ or "").split("\n\n")[0].split())


def meaning(field: FieldInfo) -> str:
    """Give a field's description on one line."""
    return " ".join((field.description or "").split())


def type_of(field: FieldInfo) -> str:
    """Name a field's type as users think of it."""
    if any(getattr(part, "func", None) is parse_size for part in field.metadata):
        return "size"
    return _named(field.annotation)


def default_of(field: FieldInfo) -> str:
    """Write a field's default as users would write it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or isinstance(value, BaseModel) or value in ((), [], {}):
        return ""
    if isinstance(value, timedelta):
        return f"`{write_duration(value)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int) and type_of(field) == "size":
        return f"`{_size(value)}`"
    return f"`{value}`"


def _said(name: str, field: FieldInfo, known: type[BaseModel] | None) -> bool:
    if name == "kind":
        return True
    other = known.model_fields.get(name) if known else None
    return other is not None and (meaning(other), default_of(other)) == (meaning(field), default_of(field))


def _named(annotation: Any) -> str:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        is_size = any(getattr(part, "func", None) is parse_size for part in inner[1:])
        return "size" if is_size else _named(inner[0])
    if origin is Literal:
        return ", ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_named(part) for part in inner if part is not type(None)))
    if origin in (list, tuple, set, frozenset, Sequence):
        return f"list of {_named(inner[0])}"
    return "mapping"


def _size(value: int) -> str:
    for unit, name in _SIZES:
        if value >= unit and value % unit == 0:
            return f"{value // unit}{name}"
    return str(value)
