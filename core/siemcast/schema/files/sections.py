"""Mapping files as they were written: YAML of which every key knows its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import yaml

from siemcast.errors import ConfigError

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_VALUES = 200_000
"""Far beyond any mapping file; aliases of aliases of aliases would otherwise fill the memory."""
_MOST_BYTES = 4_000_000
T = TypeVar("T")


class Place(NamedTuple):
    """Where a key stands."""

    file: str
    line: int


class LocatedError(ConfigError):
    """Says in which file and line something is wrong, or several things, a line each."""

    @property
    def lines(self) -> Sequence[str]:
        """What is wrong, each with its file and line."""
        return str(self).splitlines()


class Section(dict[str, Any]):
    """A YAML mapping that knows its file, and the place of each key, which another file may have brought."""

    file: str = ""
    lines: Mapping[str, Place] = MappingProxyType({})

    @classmethod
    def empty(cls, file: str = "") -> Section:
        """Give a section of nothing."""
        section = cls()
        section.file = file
        return section

    def copy(self) -> Section:
        """Give a section of the same entries at the same places."""
        section = Section(self)
        section.file, section.lines = self.file, dict(self.lines)
        return section

    def place(self, key: str) -> Place:
        """Say where a key stands."""
        return self.lines.get(key, Place(self.file, 1))

    @contextmanager
    def at(self, key: str) -> Iterator[None]:
        """Put file and line of a key before whatever is refused within."""
        try:
            yield
        except LocatedError:
            raise
        except ConfigError as error:
            file, line = self.place(key)
            raise LocatedError(f"{file}:{line}: {error.message}", hint=error.hint) from None

    def each(self, read: Callable[[str, Any], T]) -> dict[str, T]:
        """Read every entry, naming the lines of all that are refused."""
        result = {}
        refused: list[str] = []
        for key, value in self.items():
            try:
                with self.at(key):
                    result[key] = read(key, value)
            except LocatedError as error:
                refused += error.lines
        if refused:
            raise LocatedError("\n".join(refused))
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


def read_section(path: Traversable | Path, name: str = "") -> Section:
    """Read a mapping file. Raises LocatedError with file (`name`, or the path's last part) and line."""
    name = name or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LocatedError(f"{name}:1: cannot be read: {error}", hint="a mapping file is UTF-8 text") from None
    if len(text) > _MOST_BYTES:
        raise LocatedError(f"{name}:1: longer than {_MOST_BYTES} characters", hint="give a mapping file")
    try:
        return _Reader(text, name).read()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        raise LocatedError(
            f"{name}:{line}: no YAML: {getattr(error, 'problem', error)}",
            hint="mend the line, or the one before it: entries begin in one column, after blanks and no tabs",
        ) from None
    except (RecursionError, ValueError) as error:  # nested beyond reason; a word that looks like a date and is none
        raise LocatedError(f"{name}:1: no mapping file: {error}", hint="put such a word in quotes") from None


class _Reader:
    """Builds sections of one file."""

    def __init__(self, text: str, name: str) -> None:
        self._loader = _Loader(text)
        self._name = name
        self._values = 0

    def read(self) -> Section:
        node = self._loader.get_single_node()
        if node is None:
            return Section.empty(self._name)
        if not isinstance(node, yaml.MappingNode):
            raise LocatedError(f"{self._name}:1: a mapping file is a YAML mapping", hint="see docs/reference/mappings")
        section: Section = self._build(node)
        return section

    def _build(self, node: yaml.Node) -> Any:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise self._refused(node, "aliases make this endless", "write out what the anchors stand for")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item) for item in node.value]
        return self._loader.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode) -> Section:
        section = Section.empty(self._name)
        self._refuse_twins(node)
        self._loader.flatten_mapping(node)  # what `<<` brings comes first, so that a section's own keys override it
        lines = {}
        for key_node, value_node in node.value:
            key = str(self._loader.construct_object(key_node, deep=True))
            lines[key] = Place(self._name, key_node.start_mark.line + 1)
            section[key] = self._build(value_node)
        section.lines = lines
        return section

    def _refuse_twins(self, node: yaml.MappingNode) -> None:
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refused(key_node, "a list or mapping as a key", "put it in quotes")
            if key_node.value in seen:
                raise self._refused(key_node, f"{key_node.value} stands twice", "keep one of the two")
            seen.add(key_node.value)

    def _refused(self, node: yaml.Node, message: str, hint: str) -> LocatedError:
        return LocatedError(f"{self._name}:{node.start_mark.line + 1}: {message}", hint=hint)
