"""What users add to the mappings or change in them: set once at the start, before any mapping is built.

Core knows neither the tables nor the fields that these speak of. So what can be judged without them is judged when the
files are read (`own`), and the rest when `siemcast.schema.files.loading` builds a mapping, with the user's file and
line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

from siemcast.errors import ConfigError
from siemcast.schema.convert import COMMON
from siemcast.schema.files.joining import joined
from siemcast.schema.files.sections import Section
from siemcast.schema.mapping import known

_ALIKE = 0.94
"""Likeness of two names of tables from which on one is taken for the other, misspelt."""
_USUAL = ("activities", "classes", "dictionary", "fields")
"""What users may write for a format that has fields, whether its own file has such a section or not."""
_NAME = re.compile(r"[\w@-]+(\.[\w@-]+)*")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A key of a format of lines, where more would end it, or the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The users' own mappings: each section as in a mapping file."""

    columns: Section = field(default_factory=Section.empty)
    """The column dictionary."""
    classes: Section = field(default_factory=Section.empty)
    """What columns mean in rows of a class."""
    types: Section = field(default_factory=Section.empty)
    """What columns hold."""
    tables: Section = field(default_factory=Section.empty)
    """By table."""
    formats: Section = field(default_factory=Section.empty)
    """By format."""
    files: frozenset[str] = frozenset()
    """The files that all this is from."""
    used: set[str] = field(default_factory=set)
    """The formats whose files were read, and so have what is here."""

    def __bool__(self) -> bool:
        return any((self.columns, self.classes, self.types, self.tables, self.formats))

    def table(self, name: str) -> Section:
        """Give what there is of a table, however its name is spelt."""
        spelt = next((own for own in self.tables if own.lower() == name.lower()), name)
        return self.tables.section(spelt)

    def new_tables(self, known_ones: Iterable[str]) -> Sequence[str]:
        """Name the tables that are not among the known ones, however these are spelt; refuse one that is misspelt."""
        there = {name.lower(): name for name in known_ones}
        new = [name for name in self.tables if name.lower() not in there]
        for name in new:
            near = get_close_matches(name.lower(), there, n=1, cutoff=_ALIKE)
            if near and "is" not in self.tables.section(name):
                with self.tables.at(name):
                    hint = f"did you mean {there[near[0]]}? a table of your own says by `is` what its rows are"
                    raise ConfigError(f"no table {name!r}", hint=hint)
        return new

    def wrote(self, section: Section, key: str) -> bool:
        """Say whether an entry is the users', of a section that may be joined of theirs and ours."""
        return section.place(key).file in self.files

    def with_format(self, file: Section) -> Section:
        """Give a format's file with what there is for that format; any other file as it is."""
        own = self.of_format(file)
        whole = joined(file, own) if own else file
        _check_constants(own.section("activities"), file.section("activities"), whole.section("dictionary"))
        return whole

    def of_format(self, file: Section) -> Section:
        """Give what there is for a format. Raises ConfigError for what its file does not let users say."""
        name = file.get("format")
        if not isinstance(name, str) or name not in self.formats:
            return Section.empty()
        self.used.add(name)
        own = self.formats.section(name)
        sections = _sections(file)
        with self.formats.at(name):
            if not sections:
                raise ConfigError(f"{name} takes no fields of one's own", hint="say what columns mean instead")
        for key in own:
            with own.at(key):
                known(key, sections, f"section of {name}")
        _check_dictionary(own.section("dictionary"), file.section("dictionary"))
        taken = str(file.get("reserved") or "").split()
        alike = str if file.get("cased", True) else str.lower
        _check_new_fields(own.section("dictionary"), {*names_of(file.section("dictionary")), *taken}, alike)
        for fields in _fields_in(own):
            _check_fields(fields, taken)
        return own


def _sections(file: Section) -> Collection[str]:
    """Name the sections that users may write for a format: its file says, or has fields and takes the usual ones."""
    if "takes" in file:
        return str(file["takes"]).split()
    return _USUAL if "fields" in file else ()


def _fields_in(own: Section) -> Iterator[Section]:
    """Give the sections of fields, those within a format's models as well."""
    yield own.section("fields")
    for key in ("classes", "activities", "defaults"):
        yield from map(own.section(key).section, own.section(key))
    for model in own.section("models"):
        yield from _fields_in(own.section("models").section(model))


def _check_dictionary(own: Section, file: Section) -> None:
    """Refuse fields without a limit where the format has limits, and limits where it lists fields by their types."""
    limits = any(isinstance(value, int) for value in file.values())
    for key, value in own.items():
        with own.at(key):
            if limits and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                raise ConfigError(f"{key!r} has no longest value", hint="write key: NUMBER, 0 for a field of numbers")
            if not limits and not isinstance(value, str):
                raise ConfigError(f"{key!r} lists no fields", hint="write type: A B C")
            if not limits and file:
                known(key, {*file, *COMMON}, "type")
            rule, hint = (_KEY, "letters and digits") if limits else (_NAME, "words, with a dot between two")
            for name in names_of(own, [key]):
                if not rule.fullmatch(name):
                    raise ConfigError(f"no field may be called {name!r}", hint=f"write {hint}")


def _check_new_fields(new: Section, known_ones: Collection[str], alike: Callable[[str], str]) -> None:
    """Refuse fields that there are already, and those that would be a field and a group of fields at once."""
    fields = {alike(name.strip('"')): name for name in known_ones}
    groups = {group for name in fields for group in _groups(name)}
    for key in new:
        with new.at(key):
            for written in names_of(new, [key]):
                name = alike(written)
                if name in fields:
                    raise ConfigError(
                        f"the format has a field {fields[name]!r} already", hint="leave it out of `dictionary`"
                    )
                clash = name if name in groups else next((group for group in _groups(name) if group in fields), None)
                if clash:
                    raise ConfigError(
                        f"{written!r} can not stand beside the format's {clash!r}",
                        hint="begin the field with a word of your own",
                    )
                fields[name] = written
                groups.update(_groups(name))


def _check_fields(own: Section, taken: Collection[str]) -> None:
    """Refuse to fill what the format itself says of every record."""
    for key in own:
        with own.at(key):
            if key.partition(":")[0] in taken:
                raise ConfigError(f"the format fills {key!r} itself", hint="take another field")


def _check_constants(own: Section, activities: Section, dictionary: Section) -> None:
    """Refuse words of an activity for fields that the format does not have."""
    fields = {name.strip('"') for name in names_of(dictionary)}
    fields.update(name for words in activities.values() if isinstance(words, Section) for name in words)
    for key in own:
        words = own.section(key)
        for name in words:
            with words.at(name):
                known(name, fields, "field")


def names_of(dictionary: Section, keys: Sequence[str] | None = None) -> Iterator[str]:
    """Give the fields of a dictionary: those listed under each type, or, where limits stand, its keys."""
    for key in dictionary if keys is None else keys:
        listed = dictionary[key]
        if isinstance(listed, str):
            yield from listed.split()
        else:
            yield key


def _groups(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


NONE = Overlay()


class _Use:
    """Which overlay is in use, and whether any mapping was built with it."""

    overlay = NONE
    begun = False


def use_mappings(overlay: Overlay | None) -> None:
    """Build all mappings with these from now on.

    To be called before any is built, since what was built is remembered: raises RuntimeError when it is too late.
    """
    chosen = overlay or NONE
    if _Use.begun and chosen is not _Use.overlay:
        raise RuntimeError("mappings were built before it was known what users change in them")
    _Use.overlay = chosen


def own_mappings() -> Overlay:
    """Give what users have of their own; from now on it stands, since something is built with it."""
    _Use.begun = True
    return _Use.overlay


@contextmanager
def mappings_for_now(overlay: Overlay) -> Iterator[None]:
    """Use an overlay for a while: for tests, which see to it themselves that nothing remembers what was built."""
    before = _Use.overlay, _Use.begun
    _Use.overlay, _Use.begun = overlay, False
    try:
        yield
    finally:
        _Use.overlay, _Use.begun = before
