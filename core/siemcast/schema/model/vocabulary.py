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


class Attribute(NamedTuple):
    """One attribute of an object."""

    name: str
    """OCSF's name."""
    kind: str
    """The type, or the name of another object."""
    many: bool
    """Whether it holds several."""
    meaning: str
    """Empty where its name says it all."""
    model: type[Model] | None
    """The other object's model."""


def models() -> Mapping[str, type[Model]]:
    """Give the model of every object that the event is made of, by the object's name; the event itself comes first."""
    found: list[type[Model]] = [Content]
    for model in found:  # grows while it is walked
        inner = (attribute.model for attribute in attributes_of(model))
        found += dict.fromkeys(one for one in inner if one is not None and one not in found)
    return {name_of(model): model for model in found}


def attributes_of(model: type[Model]) -> list[Attribute]:
    """Give the attributes of an object."""
    made = []
    for name, field in model.model_fields.items():
        kind = _kind(field.annotation)
        inner = None if isinstance(kind, str) else kind
        made.append(
            Attribute(
                field.alias or name,
                kind if isinstance(kind, str) else name_of(kind),
                _is_many(field.annotation),
                field.description or "",
                inner,
            )
        )
    return made


def objects() -> Mapping[str, Mapping[str, str]]:
    """Give every object's attributes, and of each the type or the object's name.

    An object has its model's name, in words (`reg_key` of RegKey).
    """
    return {name: {one.name: one.kind for one in attributes_of(model)} for name, model in models().items()}


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
    model: type[Model] | None = Content
    kind, many = "", list[int]()
    for index, name in enumerate(names):
        if model is None:
            raise KeyError(path)
        found = next(one for one in attributes_of(model) if one.name == name)
        if found.many:
            many.append(index)
        kind, model = found.kind, found.model
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
