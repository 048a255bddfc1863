"""Puts the users' own mappings to use, once plugins are known: then their formats and tables judge the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from siemcast.config.explain import nearest
from siemcast.config.problems import InvalidConfigError
from siemcast.errors import ConfigError
from siemcast.registry import Registry
from siemcast.schema.files.overlay import Overlay, use_mappings
from siemcast.schema.files.sections import LocatedError, Section


def put_to_use(overlay: Overlay | None, registry: Registry) -> None:
    """Build mappings with these from now on. Raises InvalidConfigError with what formats and tables refuse."""
    use_mappings(overlay)
    if overlay is not None:
        lines = [*_of_formats(overlay, registry), *_of_tables(overlay, registry)]
        if lines:
            raise InvalidConfigError(dict.fromkeys(lines))


def _of_formats(overlay: Overlay, registry: Registry) -> Iterator[str]:
    known = {spec.name for spec in registry.formats.all()}
    for name in overlay.formats:
        if name not in known:
            yield _told(overlay.formats, name, ConfigError(f"no format {name!r}", hint=nearest(name, known)))
            continue
        asked = [spec.places for spec in registry.formats.all() if spec.name == name]
        for places in asked:
            if places is not None:  # one that does not tell its places refuses when it first encodes
                yield from _refused(overlay.formats, name, places)
        if None not in asked and name not in overlay.used:
            refused = ConfigError(f"{name} maps nothing: it passes records on as they came", hint="leave it out")
            yield _told(overlay.formats, name, refused)


def _of_tables(overlay: Overlay, registry: Registry) -> Iterator[str]:
    for name in overlay.tables:
        for shape in registry.shapes.values():
            yield from _refused(overlay.tables, name, partial(shape.mapping, name))


def _refused(section: Section, key: str, build: Callable[[], object]) -> Iterator[str]:
    try:
        with section.at(key):
            build()
    except LocatedError as error:
        yield from error.lines


def _told(section: Section, key: str, error: ConfigError) -> str:
    file, line = section.place(key)
    return f"{file}:{line}: {error}"
