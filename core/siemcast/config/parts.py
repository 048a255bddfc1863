"""Judges the parts of a configuration by the models of their kinds, and the names by which they refer to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from siemcast.config.configuration import JournalPart, SinkPart, SourcePart, TransformPart
from siemcast.config.explain import explain, nearest
from siemcast.config.problems import Path, Problems
from siemcast.errors import ConfigError
from siemcast.kit.tenant import TenantSettings
from siemcast.registry import Registry

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
ModelT = TypeVar("ModelT", bound=BaseModel)
SpecT = TypeVar("SpecT")


def mapping(value: Any) -> Mapping[str, Any]:
    """Give a mapping as it is and anything else as an empty one; the envelope has already objected to that."""
    return value if isinstance(value, dict) else {}


class Parts:
    """Validates part by part; what is wrong becomes a problem, and the part is left out."""

    def __init__(self, data: Mapping[str, Any], registry: Registry, problems: Problems) -> None:
        self._data = data
        self._registry = registry
        self._problems = problems

    def model(self, model: type[ModelT], value: Any, path: Path) -> ModelT | None:
        """Validate a value; a part with an unresolved reference is not blamed for what follows from it."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            found = [one for one in explain(error, model, value, path) if not self._problems.about(one.path)]
            for one in found:
                self._problems.add(one.path, one.message, one.hint)
        except ConfigError as error:
            self._problems.refused(path, error)
        except PermissionError as error:
            self._problems.add(path, f"may not look at {error.filename}", "let this user read it, and its folder")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's validator, which may raise anything; its words may hold the value
            self._problems.add(path, f"its settings model failed ({type(error).__name__})", "tell the plugin's author")
        return None

    def tenants(self) -> dict[str, TenantSettings]:
        tenants = {name: self.model(TenantSettings, value, path) for name, value, path in self._named("tenants")}
        return {name: settings for name, settings in tenants.items() if settings is not None}

    def sources(self) -> list[SourcePart]:
        parts = []
        for name, value, path in self._named("sources"):
            if found := self._of_kind(value, path, self._registry.source, self._registry.sources.names):
                spec, settings = found
                self._check_tenant(settings, path)
                self._check_records(settings, path)
                parts.append(SourcePart(name=name, spec=spec, settings=settings))
        return parts

    def sinks(self) -> list[SinkPart]:
        parts = []
        for name, value, path in self._named("sinks"):
            if found := self._of_kind(value, path, self._registry.sink, self._registry.sinks.names):
                spec, settings = found
                self._check_tenant(settings, path)
                try:
                    form = self._registry.format(settings.format, spec.kind)
                except ConfigError as error:
                    self._problems.refused((*path, "format"), error)
                else:
                    parts.append(SinkPart(name=name, spec=spec, settings=settings, format=form))
        return parts

    def journal(self) -> JournalPart | None:
        value = {"kind": "sqlite", **mapping(self._data.get("journal"))}
        found = self._of_kind(value, ("journal",), self._registry.journal, self._registry.journals.names)
        return JournalPart(spec=found[0], settings=found[1]) if found else None

    def transform(self, value: Any, path: Path) -> TransformPart | None:
        found = self._of_kind(value, path, self._registry.transform, self._registry.transforms.names)
        return TransformPart(spec=found[0], settings=found[1]) if found else None

    def _named(self, section: str) -> list[tuple[str, Mapping[str, Any], Path]]:
        """Give the well-formed entries of a section."""
        entries: list[tuple[str, Mapping[str, Any], Path]] = []
        for name, value in mapping(self._data.get(section)).items():
            if not _NAME.fullmatch(name):
                self._problems.add((section, name), "not a name", "use letters, digits, '_', '.' and '-'")
            if isinstance(value, dict):
                entries.append((name, value, (section, name)))
        return entries

    def _of_kind(
        self, value: Mapping[str, Any], path: Path, look_up: Callable[[str], Any], known: Callable[[], list[str]]
    ) -> tuple[Any, Any] | None:
        """Find the spec of a part's kind and validate its settings."""
        kind = value.get("kind")
        if not isinstance(kind, str):
            self._no_kind(value, path, known())
            return None
        try:
            spec = look_up(kind)
        except ConfigError as error:
            self._problems.refused((*path, "kind"), error)
            return None
        settings = self.model(spec.settings, value, path)
        return None if settings is None else (spec, settings)

    def _no_kind(self, value: Mapping[str, Any], path: Path, known: list[str]) -> None:
        hint = f"give one of: {', '.join(known)}"
        if "kind" in value:
            self._problems.add((*path, "kind"), "not a word", hint)
        elif misspelt := get_close_matches("kind", value, n=1, cutoff=0.5):
            self._problems.add((*path, misspelt[0]), "unknown key", f"did you mean kind? {hint}")
        else:
            self._problems.add((*path, "kind"), "it is missing", hint)

    def _check_tenant(self, settings: BaseModel, path: Path) -> None:
        tenants = mapping(self._data.get("tenants"))
        name = getattr(settings, "tenant", None)
        if isinstance(name, str) and name not in tenants:
            self._problems.add((*path, "tenant"), f"no tenant {name!r} under tenants", nearest(name, tenants))

    def _check_records(self, settings: BaseModel, path: Path) -> None:
        """Refuse a kind of record that nobody brings, where a source of records from anywhere names one."""
        kind = getattr(settings, "kind_of_record", None)
        if isinstance(kind, str):
            try:
                self._registry.records(kind)
            except ConfigError as error:
                self._problems.refused((*path, "kind_of_record"), error)
