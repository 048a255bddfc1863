"""Reads the folder of users' own mapping files, and finds all that is wrong in them without knowing any vendor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.canonical import CLASSES
from siemcast.schema.files.joining import joined, twins
from siemcast.schema.files.loading import activity
from siemcast.schema.files.overlay import Overlay
from siemcast.schema.files.sections import LocatedError, Section, read_section
from siemcast.schema.mapping import COLUMN_TYPES, canonical, known

_TOP = ("columns", "classes", "types", "tables", "formats")
_OF_TABLE = ("is", "action", "actions", "has", "columns", "classes", "types", "expand")
_OF_FIELD = ("from", "by")


class BadMappingsError(ConfigError):
    """Holds one line a problem: `FILE:LINE: tables.T.columns.C: what is wrong; what to do`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def read_mappings(folder: Path) -> Overlay:
    """Read every `*.yaml` and `*.yml` of a folder as one. Raises BadMappingsError with all that is wrong."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    except OSError as error:
        raise BadMappingsError([f"{folder}: cannot be read: {error.strerror}; let this user read it"]) from None
    if not paths:
        raise BadMappingsError([f"{folder}: there is no *.yaml file in it; write one, or leave mappings out"])
    problems: list[str] = []
    whole = Section.empty(str(folder))
    for path in paths:
        try:
            section = read_section(path, str(path))
        except LocatedError as error:
            problems += error.lines
            continue
        problems += _Judge().judged(section)
        for before, own, key in twins(whole, section):
            problems.append(_line(own, key, f"{key} stands twice (first in {':'.join(map(str, before.place(key)))})"))
        whole = joined(whole, section)
    if not problems:
        problems += _spelt_twice(whole.section("tables"))
    if problems:
        raise BadMappingsError(dict.fromkeys(problems))
    columns, classes, types, tables, formats = (whole.section(name) for name in _TOP)
    files = frozenset(map(str, paths))
    return Overlay(columns=columns, classes=classes, types=types, tables=tables, formats=formats, files=files)


def _spelt_twice(tables: Section) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in tables:
        if name.lower() in seen:
            yield _line(tables, name, f"{name} and {seen[name.lower()]} are the same table")
        seen[name.lower()] = name


def _line(section: Section, key: str, message: str) -> str:
    file, line = section.place(key)
    return f"{file}:{line}: {message}; keep one of the two"


class _Judge:
    """Goes through one file, and notes what is wrong by its path from the top."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def judged(self, file: Section) -> list[str]:
        """Give a line for each thing that is wrong."""
        judges: dict[str, Callable[[Section, str], None]] = {
            "columns": self._dictionary,
            "classes": self._classes,
            "types": self._types,
            "tables": lambda section, path: self._nested(section, path, self._table),
            "formats": lambda section, path: self._nested(section, path, self._format),
        }
        self._keys(file, "", _TOP)
        for key, judge in judges.items():
            self._below(file, key, "", judge)
        return self._found

    def _table(self, table: Section, path: str) -> None:
        self._keys(table, path, _OF_TABLE)
        self._entries(table, path, lambda key, value: activity(value) if key == "is" else None)
        self._entries(table, path, lambda key, value: _check_names(value) if key == "has" else None)
        self._entries(table, path, lambda key, value: _check_word(value, "a column") if key == "action" else None)
        self._below(table, "actions", path, self._activities)
        self._below(table, "columns", path, lambda found, at: self._columns(found, at, parts=True))
        self._below(table, "classes", path, self._classes_of_table)
        self._below(table, "types", path, self._types)
        self._below(table, "expand", path, self._expanders)

    def _format(self, form: Section, path: str) -> None:
        """Judge what all formats have in common; sections of its own the format judges itself."""
        self._below(form, "fields", path, self._fields)
        self._below(form, "classes", path, lambda found, at: self._by_class(found, at, self._fields))
        self._below(form, "activities", path, lambda found, at: self._entries(found, at, lambda key, _: activity(key)))

    def _fields(self, fields: Section, path: str) -> None:
        def check(field: str, value: Any) -> None:
            if isinstance(value, Section):
                self._keys(value, _dotted(path, field), _OF_FIELD, "part of a field")
                if value.get("from") in (None, []):
                    raise ConfigError("made of nothing", hint="name paths under `from`; FIELD: alone leaves it out")
                value = value["from"]
            for source in value if isinstance(value, list) else [] if value is None else [value]:
                _check_path(source)

        self._entries(fields, path, check)

    def _dictionary(self, section: Section, path: str) -> None:
        self._columns(section, path, parts=False)

    def _columns(self, section: Section, path: str, *, parts: bool) -> None:
        def check(column: str, value: Any) -> None:
            if isinstance(value, Section):
                if not parts:
                    raise ConfigError(
                        "has parts", hint="write them in a table, which names its expander under `expand`"
                    )
                self._entries(value, _dotted(path, column), check_one)
            else:
                check_one("", value)

        def check_one(_: str, value: Any) -> None:
            if value is not None:
                _check_path(value)

        self._entries(section, path, check)

    def _classes(self, section: Section, path: str) -> None:
        self._by_class(section, path, self._dictionary)

    def _classes_of_table(self, section: Section, path: str) -> None:
        self._by_class(section, path, lambda found, at: self._columns(found, at, parts=True))

    def _by_class(self, section: Section, path: str, judge: Callable[[Section, str], None]) -> None:
        self._keys(section, path, CLASSES, "class")
        self._nested(section, path, judge)

    def _types(self, section: Section, path: str) -> None:
        kinds: dict[str, str] = {}

        def check(kind: str, names: Any) -> None:
            _check_names(names)
            for name in names.split():
                if kinds.setdefault(name, kind) != kind:
                    raise ConfigError(f"{name} holds {kinds[name]} already", hint="keep one of the two")

        self._keys(section, path, COLUMN_TYPES, "column type")
        self._entries(section, path, check)

    def _expanders(self, section: Section, path: str) -> None:
        self._entries(section, path, lambda _, value: _check_word(value, "an expander"))

    def _activities(self, section: Section, path: str) -> None:
        self._entries(section, path, lambda _, value: activity(value))

    def _nested(self, section: Section, path: str, judge: Callable[[Section, str], None]) -> None:
        for key in section:
            self._below(section, key, path, judge)

    def _below(self, section: Section, key: str, path: str, judge: Callable[[Section, str], None]) -> None:
        try:
            inner = section.section(key)
        except LocatedError as error:
            self._found += error.lines
        else:
            judge(inner, _dotted(path, key))

    def _keys(self, section: Section, path: str, there: Collection[str], noun: str = "section") -> None:
        self._entries(section, path, lambda key, _: known(key, there, noun))

    def _entries(self, section: Section, path: str, check: Callable[[str, Any], object]) -> None:
        for key, value in section.items():
            try:
                check(key, value)
            except ConfigError as error:
                file, line = section.place(key)
                self._found.append(f"{file}:{line}: {_dotted(path, key)}: {error}")


def _dotted(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _check_path(value: Any) -> None:
    if not isinstance(value, str):
        raise ConfigError(f"not a canonical path: {value!r}", hint="write a word such as device.hostname")
    canonical(value)


def _check_names(value: Any) -> None:
    if not isinstance(value, str) or "," in value:
        raise ConfigError("not names separated by blanks", hint="write key: A B C")


def _check_word(value: Any, noun: str) -> None:
    if not isinstance(value, str):
        raise ConfigError(f"not the name of {noun}", hint="write key: NAME")
