"""Reads mapping files (YAML), and says file and line of whatever is wrong in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources.abc import Traversable
from inspect import signature
from pathlib import Path
from typing import Any, TypeVar

from siemcast.errors import ConfigError
from siemcast.schema.canonical import ACTIVITIES, CLASSES
from siemcast.schema.convert import Of
from siemcast.schema.files.joining import joined
from siemcast.schema.files.overlay import Overlay, own_mappings
from siemcast.schema.files.sections import Section, read_section
from siemcast.schema.mapping import (
    COLUMN_TYPES,
    NOTHING,
    Activity,
    Expander,
    FormatMapping,
    Ref,
    TableMapping,
    Target,
    canonical,
    known,
)

__all__ = [
    "Section", "activity", "column_types", "columns", "constants", "format_mapping", "new_tables", "only", "read_file",
    "table_mapping", "takes", "targets",
]  # fmt: skip  # names

T = TypeVar("T")


def read_file(path: Traversable | Path) -> Section:
    """Read a mapping file, a format's with what users have for it. Raises ConfigError with file and line."""
    return own_mappings().with_format(read_section(path))


def new_tables(known_ones: Iterable[str]) -> Sequence[str]:
    """Name the tables of which users wrote a mapping and that are not among the known ones, however these are spelt."""
    return own_mappings().new_tables(known_ones)


def activity(value: object) -> Activity:
    """Read `class` or `class/activity`. Raises ConfigError for one that there is not."""
    of, _, name = str(value).partition("/")
    known(of, CLASSES, "class")
    known(name or "other", ACTIVITIES, "activity")
    return Activity(of, name or "other")


def columns(section: Section) -> dict[Ref, str]:
    """Read `Column: path` and `Column: {part: path}`; a path of nothing says that a column has no canonical one."""
    result: dict[Ref, str] = {}
    for key, value in section.items():
        parts = value if isinstance(value, Section) else {"": value}
        with section.at(key):
            for part, path in parts.items():
                if path is not None:
                    canonical(str(path))
                    result[Ref(key, part)] = str(path)
    return result


def table_mapping(
    name: str,
    own: Section,
    shared: Mapping[Ref, str],
    classes: Mapping[str, Mapping[Ref, str]],
    expand: Mapping[str, Expander],
    types: Mapping[str, str] = NOTHING,
) -> TableMapping:
    """Build a table's mapping from its section, the shared column dictionary and what columns mean in each class.

    `types` says of any column what it holds, where that is not text, and the section's own `types` what it holds in
    this table; `has` in the section lists the table's columns, and `classes` says what columns mean in rows of a class.
    What users have of their own goes before all of it; their column dictionary is for tables that use a dictionary.
    """
    users = own_mappings()
    held = {**types, **column_types(users.types), **column_types(own.section("types"))}
    if shared:
        shared = _dictionary(shared, users.columns)
        classes = {
            of: _dictionary(classes.get(of, {}), users.classes.section(of)) for of in {**classes, **users.classes}
        }
    changes = users.table(name)
    if changes:
        held |= column_types(changes.section("types"))
        own = joined(own, changes)
    expanders = own.section("expand").each(lambda column, expander: _named(str(expander), expand, "expander"))
    mine = columns(own.section("columns"))
    layout = tuple(dict.fromkeys(str(own.get("has") or "").split()))
    silent = {key for key, path in own.section("columns").items() if path is None}
    merged = {ref: path for ref, path in shared.items() if ref.column not in silent} | mine
    with _whole(users, name):
        return TableMapping(
            table=name,
            activity=activity(own.get("is", "base_event")),
            activities={action.lower(): activity(of) for action, of in own.section("actions").items()},
            action=str(own.get("action", "ActionType")),
            columns=merged,
            classes=_by_class(own.section("classes"), classes, {ref.column for ref in mine if not ref.part} | silent),
            expanders=expanders,
            layout=layout,
            types={column: held[column] for column in layout if held.get(column, "text") != "text"},
        )


def _by_class(
    own: Section, shared: Mapping[str, Mapping[Ref, str]], mine: Collection[str]
) -> Mapping[str, Mapping[Ref, str]]:
    """Give what columns mean in rows of a class: what the table says, else the dictionary but for its own columns."""
    said = {of: columns(own.section(of)) for of in own}
    meant = {of: {ref: path for ref, path in words.items() if ref.column not in mine} for of, words in shared.items()}
    return {of: {**meant.get(of, {}), **said.get(of, {})} for of in {**meant, **said}}


def _dictionary(shared: Mapping[Ref, str], own: Section) -> Mapping[Ref, str]:
    """Give a column dictionary with a user's words for some columns, whatever was said of these before."""
    return {ref: path for ref, path in shared.items() if ref.column not in own} | columns(own)


@contextmanager
def _whole(users: Overlay, table: str) -> Iterator[None]:
    """Name the place of a user's table before what is refused of the table as a whole."""
    spelt = next((name for name in users.tables if name.lower() == table.lower()), None)
    if spelt is None:
        yield
    else:
        with users.tables.at(spelt):
            yield


def column_types(section: Section) -> dict[str, str]:
    """Read `kind: columns separated by blanks` into column to kind."""

    def names_of(kind: str, names: Any) -> list[str]:
        known(kind, COLUMN_TYPES, "column type")
        return str(names).split()

    return {name: kind for kind, names in section.each(names_of).items() for name in names}


def targets(
    section: Section, converters: MutableMapping[str, Callable[..., Any]], default: Callable[[str], str]
) -> tuple[Target, ...]:
    """Read `field: path` and `field: {from: [paths], by: converter}`; `field:` alone drops a field of all classes.

    `default` names a field's usual converter. What a user's own choice of converter gives goes through that as well, so
    that no field ever holds what its type does not: such converters are added.
    """
    users = own_mappings()

    def target(name: str, value: Any) -> Target:
        if isinstance(value, Section):
            for key in value:
                with value.at(key):
                    known(key, ("from", "by"), "part of a field")
            sources, by = value.get("from"), value.get("by")
        else:
            sources, by = value, None
        usual = default(name)  # asked for in any case: it refuses a field that the format does not have
        convert = str(by) if by else usual
        known(convert, converters, "converter")
        listed = sources if isinstance(sources, list) else [] if sources is None else [sources]
        _check_number(convert, converters[convert], len(listed))
        if convert != usual and usual in converters and users.wrote(section, name):
            if takes(converters[usual])[0] > 1:
                raise ConfigError(f"{name!r} is made by {usual} alone", hint="leave `by` out")
            fitted = Fitted(converters[convert], converters[usual])
            convert = f"{convert} as {usual}"
            converters[convert] = fitted
        return Target(field=name, sources=tuple(str(path) for path in listed), convert=convert)

    return tuple(section.each(target).values())


class Fitted:
    """A converter whose results are made to fit a field by the converter that is usual there."""

    __slots__ = ("_usual", "made", "words")

    def __init__(self, convert: Callable[..., Any], usual: Callable[..., Any]) -> None:
        self.made = convert
        self._usual = usual
        self.words: Collection[Any] = getattr(convert, "words", frozenset())
        """All that it may give, where that is known."""

    def __call__(self, *values: Any) -> Any:
        """Give what fits, or None."""
        made = self.made(*values)
        return None if made is None else self._usual(made)


def _check_number(name: str, convert: Callable[..., Any], number: int) -> None:
    least, most = takes(convert)
    if number and not least <= number <= most:
        counted = f"{least}" if least == most else f"{least} to {most}"
        raise ConfigError(f"{name} takes {counted} path(s), not {number}", hint="name another converter under `by`")


@lru_cache(maxsize=1024)
def takes(convert: Callable[..., Any]) -> tuple[int, float]:
    """Give the least and most values that a converter takes."""
    if isinstance(convert, (Of, Fitted)):
        return takes(convert.made)
    try:
        parameters = signature(convert).parameters.values()
    except ValueError:  # of a function that does not tell
        return 0, math.inf
    places = [one for one in parameters if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    endless = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    return sum(one.default is one.empty for one in places), math.inf if endless else len(places)


def format_mapping(
    file: Section, converters: Mapping[str, Callable[..., Any]], default: Callable[[str], str]
) -> FormatMapping:
    """Build a format's mapping from its file; `default` raises ConfigError for a field that the format lacks."""
    all_converters = dict(converters)
    by_class, by_activity = file.section("classes"), file.section("activities")
    with file.at("fields"):
        common = targets(file.section("fields"), all_converters, default)
    with file.at("classes"):
        of_classes = by_class.each(lambda of, _: _of_class(of, by_class, all_converters, default))
    with file.at("activities"):
        usual = _or_text(default) if "dictionary" in file else default
        told = by_activity.each(
            lambda key, _: (activity(key), constants(by_activity.section(key), all_converters, usual))
        )
    with file.at("fields"):
        return FormatMapping(
            name=str(file.get("format", "")),
            converters=all_converters,
            targets={"": common, **of_classes},
            constants=dict(told.values()),
            cased=bool(file.get("cased", True)),
            says={str(name): kind == "all" for kind, names in file.section("says").items() for name in names},
        )


def _or_text(default: Callable[[str], str]) -> Callable[[str], str]:
    """Take for text what no record says, and so is in no dictionary: the overlay knows the names that there are."""

    def usual(name: str) -> str:
        try:
            return default(name)
        except ConfigError:
            return "text"

    return usual


def _of_class(
    of: str, section: Section, converters: MutableMapping[str, Callable[..., Any]], default: Callable[[str], str]
) -> tuple[Target, ...]:
    known(of, CLASSES, "class")
    return targets(section.section(of), converters, default)


def constants(
    section: Section, converters: Mapping[str, Callable[..., Any]], default: Callable[[str], str]
) -> Mapping[str, Any]:
    """Read `field: value`; what users write is made to fit its field, and `field:` alone leaves it out."""
    users = own_mappings()

    def fitted(name: str, value: Any) -> Any:
        if value is None or not users.wrote(section, name):
            return value
        usual = default(name)
        made = None if isinstance(value, Section) else converters[usual](value)
        if made is None:
            words = ", ".join(sorted(map(str, getattr(converters[usual], "words", ()))))
            raise ConfigError(
                f"{name!r} cannot hold {value!r}", hint=f"one of {words}" if words else f"its type is {usual}"
            )
        return made

    return {name: value for name, value in section.each(fitted).items() if value is not None}


def only(section: Section, names: Collection[str], what: str) -> None:
    """Raise ConfigError for keys of other names."""
    section.each(lambda key, _: known(key, names, what))


def _named(name: str, names: Mapping[str, T], what: str) -> T:
    known(name, names, what)
    return names[name]
