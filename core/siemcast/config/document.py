"""Reads YAML into plain data and remembers the line of everything in it; expands nothing beyond reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from siemcast.config.problems import InvalidConfigError, Path, dotted
from siemcast.config.scalars import Loader, scalar

MAX_BYTES = 4_000_000
MAX_DEPTH = 64
MAX_VALUES = 100_000
"""Far beyond any configuration; aliases of aliases of aliases would otherwise fill the memory."""


class MalformedError(Exception):
    """Says what is wrong at a line (1-based)."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.text = f"{message}; {hint}"
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration as it was written: `data` by key, and the line (1-based) of every path."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]


def read_document(file: str) -> Document:
    """Read a file. Raises InvalidConfigError when it cannot be read or is not one YAML mapping."""
    try:
        with open(file, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidConfigError([f"{file}:1: cannot be read: {reason}; give the configuration with -c FILE"]) from None
    return parse_document(content, file)


def parse_document(content: bytes, file: str) -> Document:
    """Parse YAML. Raises InvalidConfigError with the line of what is no YAML, doubled, or not plain data."""
    try:
        reader = _Reader()
        data = reader.read(_compose(_decode(content)))
    except MalformedError as error:
        raise InvalidConfigError([f"{file}:{error.line}: {error.text}"]) from None
    if reader.problems:
        raise InvalidConfigError(f"{file}:{line}: {text}" for line, text in sorted(reader.problems))
    if not isinstance(data, dict):
        raise InvalidConfigError([f"{file}:1: not a mapping; begin with sources:, sinks: and routes:"])
    return Document(file, data, reader.lines)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise MalformedError(1, f"longer than {MAX_BYTES} bytes", "give a configuration")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MalformedError(line, "not UTF-8", "save the file as UTF-8") from None


def _compose(text: str) -> yaml.Node | None:
    try:
        _check_depth(yaml.parse(text, Loader=Loader))
        return yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark  # the C loader's class of marks or the Python one's
        problem = " ".join((error.problem or "no YAML").split())
        line = mark.line if mark else 0
        raise MalformedError(line + 1, f"not YAML: {problem}", _hint(problem, text.split("\n")[line:])) from None
    except yaml.reader.ReaderError as error:
        before = text.encode("utf-8", "replace")[: error.position]  # libyaml counts bytes
        raise MalformedError(before.count(b"\n") + 1, f"not YAML: {error.reason}", "remove it") from None


def _hint(problem: str, lines: Sequence[str]) -> str:
    """Say what to do about a problem in the first of these lines."""
    if "tab character" in problem or any(line.lstrip(" ").startswith("\t") for line in lines[:1]):
        return "indent with spaces"
    if "cannot start any token" in problem:
        return "put the value in quotes"
    if "another document" in problem:
        return "keep one configuration a file, without a second ---"
    return "check quotes, brackets and indentation here and in the line above"


def _check_depth(events: Iterable[yaml.Event]) -> None:
    """Refuse deep nesting before anything recurses over it."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise MalformedError(_line(event), f"nested deeper than {MAX_DEPTH} levels", "no setting is")


@dataclass(slots=True)
class _Reader:
    """Turns composed nodes into plain data."""

    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    _values: int = 0

    def read(self, node: yaml.Node | None, path: Path = ()) -> Any:
        if node is None:
            return {}
        self._values += 1
        if self._values > MAX_VALUES or len(path) > MAX_DEPTH:
            raise MalformedError(_line(node), "aliases make this endless", "write out what the anchors stand for")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._at((*path, index), item, item) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _at(self, path: Path, place: yaml.Node, node: yaml.Node) -> Any:
        self.lines[path] = _line(place)
        return self.read(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node):
            key = key_node.value
            if key in data:
                here = (*path, key)
                self._problem(
                    key_node, f"{dotted(here)}: stands twice (first on line {self.lines[here]})", "keep one of them"
                )
            else:
                data[key] = self._at((*path, key), key_node, value_node)
        for key_node, value_node in self._merged(node):
            if key_node.value not in data:  # what is written here beats what is merged in
                data[key_node.value] = self._at((*path, key_node.value), key_node, value_node)
        return data

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        """Give the entries written in the mapping itself, but merge keys."""
        pairs = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, "a list or mapping as a key", "put the value in quotes")
            elif key.tag != _MERGE:
                pairs.append((key, value))
        return pairs

    def _merged(self, node: yaml.MappingNode, depth: int = 0) -> Iterable[tuple[yaml.ScalarNode, yaml.Node]]:
        """Give the entries that `<<` brings, earlier ones first."""
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != _MERGE:
                continue
            for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                self._values += 1
                if not isinstance(item, yaml.MappingNode) or depth > MAX_DEPTH or self._values > MAX_VALUES:
                    raise MalformedError(_line(key), "<< does not lead to a mapping", "write <<: *anchor of a mapping")
                yield from self._pairs(item)
                yield from self._merged(item, depth + 1)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return scalar(node.tag, node.value)
        except ValueError as error:
            self._problem(node, str(error), "put the value in quotes")
            return None

    def _problem(self, node: yaml.Node, message: str, hint: str) -> None:
        self.problems.append((_line(node), re.sub(r"\s+", " ", f"{message}; {hint}")))


_MERGE = "tag:yaml.org,2002:merge"


def _line(place: yaml.Node | yaml.Event) -> int:
    return place.start_mark.line + 1 if place.start_mark else 1
