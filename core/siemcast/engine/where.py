"""Compiles the `where` of a route into a predicate, and refuses what has no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema import Record, Severity
from siemcast.schema.access import getter

Predicate = Callable[[Record], bool]
Field = Callable[[Record], Any]
"""Gives the value of one key, None where the record has none."""
Test = Callable[[Any], bool]

_RECORD = "record."


class WhereError(ConfigError):
    """Says which part of a `where` has no meaning; `path` leads to it from the `where` on."""

    def __init__(self, path: tuple[str, ...], message: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.path = path


def check_where(where: Mapping[str, Any]) -> None:
    """Raise WhereError for an unknown key, an unknown operator or an operand of the wrong type."""
    compile_where(where)


def compile_where(where: Mapping[str, Any]) -> Predicate:
    """Make the predicate: every key must match. Raises WhereError as `check_where` does."""
    conditions = [(_field(key), _test(key, condition, (key,))) for key, condition in where.items()]

    def matches(record: Record) -> bool:
        return all(test(value(record)) for value, test in conditions)

    return matches


def _field(key: str) -> Field:
    try:
        return getter(key)
    except ConfigError as error:
        raise WhereError((key,), error.message, hint=error.hint) from None


def _test(key: str, condition: Any, path: tuple[str, ...]) -> Test:
    if isinstance(condition, Mapping):
        return _operators(key, condition, path)
    if isinstance(condition, list):
        if not condition:
            raise WhereError(
                path, "an empty list matches nothing", hint="name at least one value, or leave the key out"
            )
        return _any_of([_test(key, item, path) for item in condition])
    return _equals(key, condition, path)


def _any_of(tests: list[Test]) -> Test:
    return lambda value: any(test(value) for test in tests)


def _equals(key: str, expected: Any, path: tuple[str, ...]) -> Test:
    if expected is None:
        raise WhereError(path, "no value", hint="give a value; for an absent field write {exists: false}")
    if key == "severity":
        level = _severity(expected, path)
        return lambda value: bool(value == level)
    word = _word(expected)
    return _over_items(lambda value: _word(value) == word)


def _over_items(test: Test) -> Test:
    """Let a field that holds a list match when any item does; an absent field matches nothing."""

    def over_items(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(test(item) for item in value)
        return value is not None and test(value)

    return over_items


def _word(value: Any) -> str:
    """Write a value for comparison: case is no difference, since Microsoft's own products do not agree on it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()


def _severity(value: Any, path: tuple[str, ...]) -> Severity:
    level = Severity.parse(value)
    if level is Severity.UNKNOWN and value != "unknown":
        raise WhereError(
            path, f"unknown severity {value!r}", hint=f"use one of {', '.join(member.label for member in Severity)}"
        )
    return level


def _operators(key: str, operators: Mapping[str, Any], path: tuple[str, ...]) -> Test:
    if not operators:
        raise WhereError(path, "no operator", hint=f"use one of {', '.join(sorted(_OPERATORS))}")
    tests = [_operator(key, name, operand, (*path, str(name))) for name, operand in operators.items()]
    return lambda value: all(test(value) for test in tests)


def _operator(key: str, name: str, operand: Any, path: tuple[str, ...]) -> Test:
    if name not in _OPERATORS:
        raise WhereError(path, f"unknown operator {name!r}", hint=f"use one of {', '.join(sorted(_OPERATORS))}")
    return _OPERATORS[name](key, operand, path)


def _at_least(key: str, operand: Any, path: tuple[str, ...]) -> Test:
    if key == "severity":
        level = _severity(operand, path)
        return lambda value: bool(value >= level)
    if key.startswith(_RECORD) and isinstance(operand, (int, float)) and not isinstance(operand, bool):
        return _over_items(lambda value: isinstance(value, (int, float)) and value >= operand)
    raise WhereError(path, f"at_least cannot compare {key}", hint="use it with severity, or a number and record.Column")


def _not(key: str, operand: Any, path: tuple[str, ...]) -> Test:
    test = _test(key, operand, path)
    return lambda value: not test(value)


def _glob(key: str, operand: Any, path: tuple[str, ...]) -> Test:
    patterns = operand if isinstance(operand, list) else [operand]
    if not patterns or not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise WhereError(path, "not a pattern", hint="write text with * and ?, for example {glob: 'Device*'}")
    match = re.compile("|".join(translate(pattern) for pattern in patterns), re.IGNORECASE).match
    if key == "severity":
        return lambda value: match(value.label) is not None
    return _over_items(lambda value: match(str(value)) is not None)


def _exists(key: str, operand: Any, path: tuple[str, ...]) -> Test:
    if not isinstance(operand, bool):
        raise WhereError(path, "not true or false", hint="write {exists: true} or {exists: false}")
    return lambda value: (value not in (None, "", (), [], {})) is operand


_OPERATORS: Mapping[str, Callable[[str, Any, tuple[str, ...]], Test]] = {
    "at_least": _at_least,
    "exists": _exists,
    "glob": _glob,
    "not": _not,
}
