"""Resolves `${env:NAME}`, `${file:/path}` and registered resolvers anywhere in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from siemcast.api import SecretValue
from siemcast.api.secret import Referenced
from siemcast.config.problems import Path, Problems
from siemcast.config.secret_file import SecretFile
from siemcast.errors import ConfigError, SiemcastError
from siemcast.registry import Registry

_REFERENCE = re.compile(r"\$(\$\{)|\$\{(?:([A-Za-z][A-Za-z0-9_.-]*):([^}]+))?\}?")
"""`$${` writes `${` itself; what begins as a reference and is none matches too, so that it is refused."""

Read = Callable[[], str]


class References:
    """Replaces references in plain data; what cannot be resolved is a problem at its path."""

    def __init__(self, registry: Registry, environ: Mapping[str, str], problems: Problems) -> None:
        self._registry = registry
        self._environ = environ
        self._problems = problems

    def resolved(self, value: Any, path: Path = ()) -> Any:
        """Give the same data with every reference resolved; a Referenced text remembers where it came from."""
        if isinstance(value, dict):
            return {key: self.resolved(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item, (*path, index)) for index, item in enumerate(value)]
        return self._text(value, path) if isinstance(value, str) and "${" in value else value

    def _text(self, text: str, path: Path) -> str:
        try:
            parts = self._parts(text)
            if all(isinstance(part, str) for part in parts):
                return "".join(str(part) for part in parts)
            secret = SecretValue(lambda: "".join(part if isinstance(part, str) else part() for part in parts))
            for part in parts:
                if not isinstance(part, str):
                    self._problems.hide(part())
            return Referenced.of(secret)
        except SiemcastError as error:
            self._problems.refused(path, error)
            return "unresolved"

    def _parts(self, text: str) -> list[str | Read]:
        """Split a text into literal pieces and readers of references."""
        parts: list[str | Read] = []
        end = 0
        for match in _REFERENCE.finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
            escaped, scheme, reference = match.groups()
            parts.append(escaped or self._reader(scheme, reference, closed=match[0].endswith("}")))
        return [part for part in (*parts, text[end:]) if part]

    def _reader(self, scheme: str | None, reference: str | None, *, closed: bool) -> Read:
        if not scheme or not reference or not closed:
            raise ConfigError(
                "not a reference", hint="write ${env:NAME} or ${file:/path}; for the characters themselves write $${"
            )
        if scheme == "file":
            return SecretFile(reference)
        value = self._variable(reference) if scheme == "env" else self._foreign(scheme, reference)
        return lambda: value

    def _variable(self, name: str) -> str:
        if not (value := self._environ.get(name, "")):
            state = "empty" if name in self._environ else "not set"
            raise ConfigError(f"the environment variable {name} is {state}", hint=f"set {name}, or use ${{file:/path}}")
        return value

    def _foreign(self, scheme: str, reference: str) -> str:
        """Ask a plugin's resolver, once: its answer holds until the next start."""
        try:
            resolver = self._registry.resolver(scheme)
        except ConfigError as error:
            raise ConfigError(error.message, hint=f"{error.hint}; env and file are always there") from None
        try:
            value = resolver.resolve(reference)
        except SiemcastError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's code, which may raise anything; its words may hold the value
            raise ConfigError(
                f"the resolver of ${{{scheme}:...}} failed ({type(error).__name__})", hint="tell the plugin's author"
            ) from None
        if not isinstance(value, str):
            raise ConfigError(f"${{{scheme}:...}} gave no text", hint="tell the plugin's author")
        if not value:
            raise ConfigError(f"${{{scheme}:...}} gave an empty value", hint="set it where the resolver looks")
        return value
