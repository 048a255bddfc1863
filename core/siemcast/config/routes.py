"""Judges the routes: what they name must exist, and nothing may be left without a way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from siemcast.config.configuration import RoutePart
from siemcast.config.envelope import RouteSettings
from siemcast.config.explain import nearest
from siemcast.config.parts import Parts, mapping
from siemcast.config.problems import Path, Problems
from siemcast.errors import ConfigError

CheckWhere = Callable[[Mapping[str, Any]], None]
"""Raises ConfigError for a `where` without a meaning; the error's `path`, if any, leads to the wrong part of it."""


def judge_routes(
    data: Mapping[str, Any], parts: Parts, problems: Problems, check_where: CheckWhere
) -> Sequence[RoutePart]:
    """Give the routes; every wrong name, condition and transform is a problem, and so is what no route uses."""
    routes = data.get("routes", [])
    found = []
    for index, value in enumerate(routes if isinstance(routes, list) else []):
        path: Path = ("routes", index)
        settings = parts.model(RouteSettings, value, path)
        if settings is None:
            continue
        _check_names(settings.from_, mapping(data.get("sources")), "source", (*path, "from"), problems)
        _check_names(settings.to, mapping(data.get("sinks")), "sink", (*path, "to"), problems)
        _check_where(settings.where, (*path, "where"), problems, check_where)
        steps = [parts.transform(step, (*path, "transforms", at)) for at, step in enumerate(settings.transforms)]
        transforms = [step for step in steps if step is not None]
        found.append(RoutePart(sources=settings.from_, sinks=settings.to, where=settings.where, transforms=transforms))
    if not problems.about(("routes",)):
        _check_used(data, found, problems)
    return found


def _check_names(names: Sequence[str], known: Mapping[str, Any], noun: str, path: Path, problems: Problems) -> None:
    for index, name in enumerate(names):
        if name not in known:
            problems.add((*path, index), f"no {noun} {name!r} under {noun}s", nearest(name, known))
        elif name in names[:index]:
            problems.add((*path, index), f"{name} is named twice", "name it once")


def _check_where(where: Mapping[str, Any], path: Path, problems: Problems, check: CheckWhere) -> None:
    try:
        check(where)
    except ConfigError as error:
        problems.refused((*path, *getattr(error, "path", ())), error)


def _check_used(data: Mapping[str, Any], routes: Sequence[RoutePart], problems: Problems) -> None:
    """Refuse a source whose records go nowhere and a sink that gets none: they are mistakes, silent ones."""
    taken = {name for route in routes for name in route.sources}
    fed = {name for route in routes for name in route.sinks}
    for name in mapping(data.get("sources")):
        if name not in taken:
            problems.add(("sources", name), "no route takes it", f"add {name} to the from of a route, or remove it")
    for name in mapping(data.get("sinks")):
        if name not in fed:
            problems.add(("sinks", name), "no route feeds it", f"add {name} to the to of a route, or remove it")
