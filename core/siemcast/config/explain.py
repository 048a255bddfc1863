"""Says pydantic's errors in the words of the configuration: where, what is wrong, what to do; never the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from siemcast.config.problems import Path, Problem

Model = type[BaseModel]


def explain(error: ValidationError, model: Model, data: Any, path: Path) -> list[Problem]:
    """Give the problems of a value at `path` that a model refused."""
    details = error.errors(include_url=False, include_input=False)
    by_path: dict[Path, list[Problem]] = {}
    for detail in _likeliest(details, data):
        where = _within(detail["loc"], data, absent=detail["type"] == "missing")
        problem = Problem((*path, *where), *_words(detail, _models(model, where), where))
        by_path.setdefault(where, []).append(problem)
    return [_joined(problems) for problems in by_path.values()]


def _joined(problems: Sequence[Problem]) -> Problem:
    """Say the objections of several alternatives as one."""
    messages = dict.fromkeys(problem.message for problem in problems)
    hints = dict.fromkeys(problem.hint for problem in problems if problem.hint)
    return Problem(problems[0].path, ", or ".join(messages), next(iter(hints), ""))


def _within(loc: Sequence[str | int], data: Any, *, absent: bool) -> Path:
    """Keep of pydantic's location what is in the file: it also names the alternatives that it tried."""
    kept: list[str | int] = []
    for index, step in enumerate(loc):
        last = absent and index == len(loc) - 1
        if _has(data, step):
            data = data[step]
        elif not last:
            continue
        kept.append(step)
    return tuple(kept)


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, Mapping):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _likeliest(details: Iterable[ErrorDetails], data: Any) -> Iterator[ErrorDetails]:
    """Of several alternatives that all refused a value keep those with the fewest objections."""
    groups: dict[Path, dict[str | int | None, list[ErrorDetails]]] = {}
    for detail in details:
        place, label = _alternative(detail["loc"], data, absent=detail["type"] == "missing")
        groups.setdefault(place, {}).setdefault(label, []).append(detail)
    for alternatives in groups.values():
        fewest = min(len(found) for found in alternatives.values())
        for label, found in alternatives.items():
            if label is None or len(found) == fewest:
                yield from found


def _alternative(loc: Sequence[str | int], data: Any, *, absent: bool) -> tuple[Path, str | int | None]:
    """Find where the first alternative was tried, and its label; the label is None where there was none."""
    for index, step in enumerate(loc):
        if _has(data, step):
            data = data[step]
        elif not (absent and index == len(loc) - 1):
            return tuple(loc[:index]), step
    return tuple(loc), None


def _words(detail: ErrorDetails, models: Sequence[Model], where: Path) -> tuple[str, str]:
    """Give message and hint of one error."""
    name = where[-1] if where and isinstance(where[-1], str) else ""
    if say := _SAYINGS.get(detail["type"]):
        return say(str(name), models)
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if detail["type"] == "value_error":
        return message, ""
    if noun := _NOUNS.get(detail["type"]):
        message = f"input should be {noun}"
    meaning = _meaning(str(name), models)
    return message[:1].lower() + message[1:], f"it means: {meaning}" if meaning else ""


def _missing(name: str, models: Sequence[Model]) -> tuple[str, str]:
    meaning = _meaning(name, models)
    return "it is missing", f"add {name}: {meaning}" if meaning else f"add {name}"


def _unknown(name: str, models: Sequence[Model]) -> tuple[str, str]:
    return "unknown key", nearest(name, [key for model in models for key in keys(model)])


_SAYINGS: Mapping[str, Callable[[str, Sequence[Model]], tuple[str, str]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
}

_MAPPING = "a mapping, such as {key: value}"
_LIST = "a list, such as [one, two]"
_NOUNS: Mapping[str, str] = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": _MAPPING,
    "frozen_set_type": _LIST,
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": _LIST,
    "model_type": _MAPPING,
    "path_type": "a path",
    "set_type": _LIST,
    "string_type": "text, in quotes where it looks like something else",
    "tuple_type": _LIST,
}
"""By the type of pydantic's error: what users call what Python calls a dictionary, a tuple, an instance."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that a wrong one is nearest to, and list them all."""
    names = sorted(set(known))
    near = [name.lower()] if name.lower() in names else get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {near[0]}? known: {', '.join(names)}" if near else f"known: {', '.join(names) or 'none'}"


def keys(model: Model) -> dict[str, str]:
    """Give the keys that users write for a model, each with its field's name."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def _meaning(name: str, models: Sequence[Model]) -> str:
    for model in models:
        if (field := model.model_fields.get(keys(model).get(name, ""))) and field.description:
            return field.description.split("\n\n")[0].strip().rstrip(".")
    return ""


def _models(model: Model, where: Path) -> list[Model]:
    """Give the models that may hold the last step of a path."""
    current = [model]
    for step in where[:-1]:
        found = [
            inner
            for outer in current
            if (name := keys(outer).get(str(step)))
            for inner in models_in(outer.model_fields[name].annotation)
        ]
        current = found or current  # a position in a list, or a key of a mapping
    return current


def models_in(annotation: Any) -> list[Model]:
    """Give the models that a field's annotation holds, in unions, lists and mappings too."""
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]
