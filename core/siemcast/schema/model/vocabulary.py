"""Reads off the models which attributes each object has, and of which type or object each is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from siemcast.schema.model.event import Content
from siemcast.schema.model.types import Model

ROOT = "event"
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def objects() -> Mapping[str, Mapping[str, str]]:
    """Give every object that the event is made of: by name its attributes, and of each the type or the object's name.

    An object has its model's name, in words (`reg_key` of RegKey); the event itself comes first.
    """
    found: dict[str, dict[str, str]] = {}
    models: list[type[Model]] = [Content]
    for model in models:  # grows while it is walked
        own = found[name_of(model)] = {}
        for name, field in model.model_fields.items():
            kind = _kind(field.annotation)
            own[field.alias or name] = kind if isinstance(kind, str) else name_of(kind)
            if not isinstance(kind, str) and kind not in models:
                models.append(kind)
    return found


class Place(NamedTuple):
    """Where a canonical path leads in the event."""

    names: tuple[str, ...]
    """The attributes on the way, in OCSF's names."""
    kind: str
    """The type at its end."""
    many: tuple[int, ...]
    """Which of the names hold several, by their place."""


@lru_cache(maxsize=4096)
def place_of(path: str) -> Place:
    """Give the place of a canonical path, of those that exist."""
    names = tuple(path.split("."))
    model: type[Model] = Content
    kind, many = "", list[int]()
    for index, name in enumerate(names):
        field = next(one for own, one in model.model_fields.items() if (one.alias or own) == name)
        if _is_many(field.annotation):
            many.append(index)
        found = _kind(field.annotation)
        if isinstance(found, str):
            kind = found
        else:
            model = found
    return Place(names, kind, tuple(many))


def _is_many(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def name_of(model: type[Model]) -> str:
    """Give the name of an object by its model."""
    return ROOT if model is Content else _WORD.sub("_", model.__name__).lower()


def _kind(annotation: Any) -> str | type[Model]:
    return next(_kinds(annotation))


def _kinds(annotation: Any) -> Iterator[str | type[Model]]:
    """Give what is named within an annotation, through optional ones and tuples."""
    if get_origin(annotation) is Annotated:
        yield annotation.__metadata__[0]
    elif isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)
