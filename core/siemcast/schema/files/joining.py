"""Joins two sections of mapping files: what the second says is added to the first, or stands instead of it."""

from __future__ import annotations

from collections.abc import Iterator

from siemcast.schema.files.sections import Section

_ENTRIES = frozenset({"fields", "columns", "actions", "expand"})
"""Sections of which an entry is replaced as a whole, even where it is a mapping (`{from: ..., by: ...}`)."""
_NAMES = frozenset({"dictionary", "types"})
"""Sections whose entries are names separated by blanks, which add up."""
_LISTS = frozenset({"has"})
"""Entries of that sort elsewhere."""


def joined(base: Section, own: Section, name: str = "") -> Section:
    """Give a section of both; `name` is the key that both stand under. Keys of the base keep their order."""
    result = base.copy()
    result.lines = {**base.lines, **{key: own.place(key) for key in own}}
    for key, value in own.items():
        old = base.get(key)
        if isinstance(old, Section) and isinstance(value, Section) and name not in _ENTRIES:
            result[key] = joined(old, value, _below(name, key))
        elif isinstance(old, Section) and value is None and name not in _ENTRIES:
            continue  # a section without entries adds nothing, and takes nothing away
        elif _both_are_names(old, value, name, key):
            result[key] = f"{old} {value}"
        else:
            result[key] = value
    return result


def twins(base: Section, own: Section, name: str = "") -> Iterator[tuple[Section, Section, str]]:
    """Give the entries that stand in both and would not add up: both sections that have them, and the key."""
    for key, value in own.items():
        if key not in base:
            continue
        old = base[key]
        if isinstance(old, Section) and isinstance(value, Section) and name not in _ENTRIES:
            yield from twins(old, value, _below(name, key))
        elif not _both_are_names(old, value, name, key):
            yield base, own, key


def _both_are_names(old: object, value: object, name: str, key: str) -> bool:
    return isinstance(old, str) and isinstance(value, str) and (name in _NAMES or key in _LISTS)


def _below(name: str, key: str) -> str:
    return "fields" if name == "classes" else key
