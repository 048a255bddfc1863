"""Fields of users' own in formats of several models: such a field may stand in every model, and in none's place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from siemcast.errors import ConfigError
from siemcast.schema.files.joining import joined
from siemcast.schema.files.loading import Section
from siemcast.schema.files.overlay import own_mappings
from siemcast.schema.mapping import known
from siemcast_sinks.formats.flat.schemas import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFields:
    """What a format asks of the names of fields that users add."""

    name: re.Pattern[str] = re.compile(r"\S+")
    rule: str = ""
    """The pattern in words."""
    taken: Collection[str] = ()
    """Names that the receiver has for itself."""

    def types(self, dictionary: Section, schemas: Iterable[Schema], usual: Mapping[str, str]) -> Mapping[str, str]:
        """Give the users' fields with their types. Raises ConfigError for one that would shadow another."""
        there = {name.lower(): name for name in (*self.taken, *(name for one in schemas for name in one.types))}

        def fields(kind: str, listed: str) -> list[str]:
            known(kind, usual, "type")
            for name in listed.split():
                if name.lower() in there:
                    raise ConfigError(
                        f"the format has a field {there[name.lower()]!r} already", hint="begin with a word of your own"
                    )
                if not self.name.fullmatch(name):
                    raise ConfigError(f"no field may be called {name!r}", hint=self.rule)
            return listed.split()

        return {name: kind for kind, names in dictionary.each(fields).items() for name in names}


def for_all(fields: Section, schemas: Collection[Schema]) -> None:
    """Raise ConfigError for fields of every record that a model does not have."""

    def check(name: str, _: object) -> None:
        lacking = next((schema.name for schema in schemas if name not in schema.types), None)
        if lacking is not None:
            raise ConfigError(f"no field {name!r} in {lacking}", hint="write it in `models`, or add it to `dictionary`")

    fields.each(check)


def with_common(fields: Section, common: Section) -> Section:
    """Give a model's fields with what users say of all models' and not of this one's."""
    users = own_mappings()
    rest = common.copy()
    for name in common:
        if users.wrote(fields, name):
            del rest[name]
    return joined(fields, rest, "fields")
