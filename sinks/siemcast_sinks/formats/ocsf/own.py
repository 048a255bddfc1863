"""What users' mapping files say of `ocsf`: fields of their own, and what OCSF's are made of instead.

Events stay valid by the official schema: own fields stand below `unmapped`, which may hold anything, and OCSF's own are
made by converters of their types, an enumeration's number and word together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.files.loading import targets
from siemcast.schema.files.sections import Section
from siemcast.schema.mapping import Target, known

UNMAPPED = "unmapped"
_NAME = re.compile(rf"{UNMAPPED}(\.\w+)+")
_TYPES = {
    "text": "first", "texts": "texts", "integer": "first_integer", "number": "decimal", "boolean": "first_boolean",
    "time": "first_milliseconds", "ip": "first_ip",
}  # fmt: skip  # a table
_USUAL = {
    **dict.fromkeys((
        "text", "string", "first_string", "lower", "file_name", "file_path", "folder_and_name", "process_file_name",
        "process_path", "registry_key", "registry_value_path", "value_name",
    ), "first"),
    "integer": "first_integer", "boolean": "first_boolean", "milliseconds": "first_milliseconds", "ip": "first_ip",
}  # fmt: skip  # a table
"""What makes a field that our mapping makes by another converter of the same type, maybe of several paths."""


def types_of(dictionary: Section) -> Mapping[str, str]:
    """Give the users' fields, each with the converter of its type."""

    def fields(kind: str, listed: str) -> list[str]:
        known(kind, _TYPES, "type")
        for name in listed.split():
            if not _NAME.fullmatch(name):
                raise ConfigError(
                    f"OCSF has no place for {name!r}", hint=f"own fields stand below it: {UNMAPPED}.WORD.NAME"
                )
        return listed.split()

    return {name: _TYPES[kind] for kind, names in dictionary.each(fields).items() for name in names}


def with_own(
    published: Mapping[str, Target],
    section: Section,
    types: Mapping[str, str],
    converters: MutableMapping[str, Callable[..., Any]],
) -> dict[str, Target]:
    """Give fields as users want them: made of something else, left out, or added."""
    made = dict(published)
    if not section:
        return made  # as nearly always
    for target in targets(_with_numbers(section, published), converters, lambda name: _usual(name, published, types)):
        if target.sources:
            made[target.field] = target
        else:
            made.pop(target.field, None)
    return made


def _usual(name: str, published: Mapping[str, Target], types: Mapping[str, str]) -> str:
    if name in types:
        return types[name]
    if name not in published:
        own = name if name.startswith(f"{UNMAPPED}.") else f"{UNMAPPED}.{name}"
        raise ConfigError(f"no OCSF field {name!r} here", hint=f"mend it, or add {own} to `dictionary`")
    return _USUAL.get(published[name].convert, published[name].convert)


def _with_numbers(section: Section, published: Mapping[str, Target]) -> Section:
    """Let the number of an enumeration be made of what its word is."""
    numbers = {
        name: number
        for name in published
        for number in (f"{name}_id", f"{name.removesuffix('s')}_ids")
        if number in published
    }
    words = {number: name for name, number in numbers.items()}

    def check(name: str, _: Any) -> None:
        if name in words:
            raise ConfigError(f"{name!r} goes with {words[name]!r}", hint="write that one: it makes both")

    section.each(check)
    both = section.copy()
    both.update({numbers[name]: value for name, value in section.items() if name in numbers})
    both.lines = {**section.lines, **{numbers[name]: section.place(name) for name in section if name in numbers}}
    return both
