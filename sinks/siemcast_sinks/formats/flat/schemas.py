"""The dictionary of a format that is several models: which fields each has, of which type, and what they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.files.loading import Section, read_file

_MANDATORY = "mandatory"
_LEVELS = (_MANDATORY, "recommended", "optional", "alias")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The fields of one model."""

    name: str
    types: Mapping[str, str]
    """By field, every field that the model has."""
    levels: Mapping[str, str]
    """By field: `mandatory`, `recommended`, `optional`, or `alias` of another."""
    values: Mapping[str, frozenset[Any]]
    """By field: all that it may hold, where that is fixed."""
    facts: Mapping[str, Any]
    """What else the dictionary says of the model: its tags, its version, its table."""
    mandatory: frozenset[str]
    """The fields that every record of the model must have."""

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError for a field that there is not, or a value that it may not hold."""
        if name not in self.types:
            raise ConfigError(f"no field {name!r} in {self.name}", hint="mend it, or add it to `dictionary`")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (dict, list)):
                raise ConfigError(f"{name} of {self.name} is no mapping and no list of lists", hint="write words")
            if one not in self.values.get(name, (one,)):
                allowed = ", ".join(sorted(map(str, self.values[name])))
                raise ConfigError(f"{name} of {self.name} is never {one!r}", hint=f"one of {allowed}")


def read_schemas(name: str) -> Mapping[str, Schema]:
    """Read a format's dictionary."""
    file = read_file(files("siemcast_sinks.formats") / name / "models.yaml")
    types = {column: kind for kind, columns in file.section("types").items() for column in str(columns).split()}
    common = file.section("common")
    made = {}
    for model, own in file.section("models").items():
        levels = {**_levels(common), **_levels(own)}
        made[model] = Schema(
            name=model,
            types={column: types.get(column, "text") for column in levels},
            levels=levels,
            values={**_values(common), **_values(own)},
            mandatory=frozenset(column for column, level in levels.items() if level == _MANDATORY),
            facts={key: value for key, value in own.items() if key not in (*_LEVELS, "values")},
        )
    return made


def _levels(section: Section) -> dict[str, str]:
    return {column: level for level in _LEVELS for column in str(section.get(level) or "").split()}


def _values(section: Section) -> dict[str, frozenset[Any]]:
    return {
        column: frozenset(values) for names, values in section.section("values").items() for column in names.split()
    }
