"""Reads mapping files (YAML), and says file and line of whatever is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

from siemcast.errors import ConfigError
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

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")


class Section(dict[str, Any]):
    """A YAML mapping that knows its file and the line of each key."""

    file: str = ""
    lines: Mapping[str, int] = MappingProxyType({})

    @classmethod
    def empty(cls, file: str = "") -> Section:
        """Give a section of nothing."""
        section = cls()
        section.file = file
        return section

    @contextmanager
    def at(self, key: str) -> Iterator[None]:
        """Put file and line of a key before whatever is refused within."""
        try:
            yield
        except ConfigError as error:
            if error.message.startswith(self.file):
                raise
            raise ConfigError(f"{self.file}:{self.lines.get(key, 1)}: {error.message}", hint=error.hint) from None

    def each(self, read: Callable[[str, Any], T]) -> dict[str, T]:
        """Read every entry, naming the line of one that is refused."""
        result = {}
        for key, value in self.items():
            with self.at(key):
                result[key] = read(key, value)
        return result

    def section(self, key: str) -> Section:
        """Give a nested mapping, empty where there is none."""
        value = self.get(key)
        if value is None:
            return Section.empty(self.file)
        if not isinstance(value, Section):
            with self.at(key):
                raise ConfigError(f"{key} must be a mapping", hint="write key: value lines below it")
        return value


def read_file(path: Traversable | Path) -> Section:
    """Read a mapping file. Raises ConfigError with file and line."""
    name = path.name
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: cannot be read: {error}", hint="a mapping file is UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{name}:{line}: no YAML: {getattr(error, 'problem', error)}", hint="mend the line") from None
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{name}:1: a mapping file is a YAML mapping", hint="see docs/reference/mappings")
    section: Section = _build(node, name, loader)
    return section


def _build(node: yaml.Node, name: str, loader: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        section = Section()
        section.file = name
        _refuse_twins(node, name)
        loader.flatten_mapping(node)  # what `<<` brings comes first, so that a section's own keys override it
        lines = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node, deep=True))
            lines[key] = key_node.start_mark.line + 1
            section[key] = _build(value_node, name, loader)
        section.lines = lines
        return section
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, name, loader) for item in node.value]
    return loader.construct_object(node, deep=True)


def _refuse_twins(node: yaml.MappingNode, name: str) -> None:
    seen = set()
    for key_node, _ in node.value:
        if key_node.value in seen:
            line = key_node.start_mark.line + 1
            raise ConfigError(f"{name}:{line}: {key_node.value} stands twice", hint="keep one of the two")
        seen.add(key_node.value)


def activity(value: object) -> Activity:
    """Read `class` or `class/activity`."""
    of, _, name = str(value).partition("/")
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
    """
    expanders = own.section("expand").each(lambda column, expander: _named(str(expander), expand, "expander"))
    mine = columns(own.section("columns"))
    layout = tuple(str(own.get("has") or "").split())
    silent = {key for key, path in own.section("columns").items() if path is None}
    merged = {ref: path for ref, path in shared.items() if ref.column not in silent} | mine
    held = {**types, **column_types(own.section("types"))}
    special = {of: columns(own.section("classes").section(of)) for of in own.section("classes")}
    return TableMapping(
        table=name,
        activity=activity(own.get("is", "base_event")),
        activities={action.lower(): activity(of) for action, of in own.section("actions").items()},
        action=str(own.get("action", "ActionType")),
        columns=merged,
        classes={
            of: {ref: path for ref, path in classes.get(of, {}).items() if ref not in mine} | special.get(of, {})
            for of in {**classes, **special}
        },
        expanders=expanders,
        layout=layout,
        types={column: held[column] for column in layout if held.get(column, "text") != "text"},
    )


def column_types(section: Section) -> dict[str, str]:
    """Read `kind: columns separated by blanks` into column to kind."""

    def names_of(kind: str, names: Any) -> list[str]:
        known(kind, COLUMN_TYPES, "column type")
        return str(names).split()

    return {name: kind for kind, names in section.each(names_of).items() for name in names}


def targets(section: Section, converters: Mapping[str, Any], default: Callable[[str], str]) -> tuple[Target, ...]:
    """Read `field: path` and `field: {from: [paths], by: converter}`; `field:` alone drops a field of all classes.

    `default` names a field's usual converter.
    """

    def target(name: str, value: Any) -> Target:
        if isinstance(value, Section):
            sources, by = value.get("from"), value.get("by")
        else:
            sources, by = value, None
        usual = default(name)  # asked for in any case: it refuses a field that the format does not have
        convert = str(by) if by else usual
        known(convert, converters, "converter")
        listed = sources if isinstance(sources, list) else [] if sources is None else [sources]
        return Target(field=name, sources=tuple(str(path) for path in listed), convert=convert)

    return tuple(section.each(target).values())


def format_mapping(
    file: Section, converters: Mapping[str, Callable[..., Any]], default: Callable[[str], str]
) -> FormatMapping:
    """Build a format's mapping from its file; `default` raises ConfigError for a field that the format lacks."""
    classes = {"": file.section("fields")} | {of: file.section("classes").section(of) for of in file.section("classes")}
    with file.at("fields"):
        return FormatMapping(
            name=str(file.get("format", "")),
            converters=converters,
            targets={of: targets(section, converters, default) for of, section in classes.items()},
            constants={activity(key): value for key, value in file.section("activities").items()},
            says={str(name): kind == "all" for kind, names in file.section("says").items() for name in names},
        )


def _named(name: str, names: Mapping[str, T], what: str) -> T:
    known(name, names, what)
    return names[name]
