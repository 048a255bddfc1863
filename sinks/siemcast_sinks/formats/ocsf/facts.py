"""What OCSF 1.8.0 itself says of classes, objects and enumerations (classes.yaml, enums.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from siemcast.schema.files.loading import Section, read_file

UNKNOWN, OTHER = 0, 99
PROFILES = ("cloud", "host", "incident", "security_control")
_OFTEN = frozenset(PROFILES) - {"incident"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One class of events."""

    name: str
    uid: int
    caption: str
    category: str
    activities: Mapping[int, str]
    """Captions by activity_id; without 0 (Unknown) and 99 (Other), which every class has."""
    status: str
    """The enumeration of its status_id."""
    own: frozenset[str]
    """Attributes of the class itself."""
    brought: Mapping[str, str]
    """Attributes that a profile brings, to the profile's name."""
    needs: tuple[str, ...]
    one_of: frozenset[str]
    just_one: frozenset[str]

    @property
    def category_uid(self) -> int:
        """The category: classes of extensions count beyond 100000."""
        return self.uid % 100_000 // 1000

    def type_uid(self, activity: int) -> int:
        """Give the number of class and activity together."""
        return self.uid * 100 + activity

    def has(self, attribute: str) -> bool:
        """Say whether an event of the class may have an attribute."""
        return attribute in common() or attribute in self.own or attribute in self.brought

    def is_whole(self, event: Mapping[str, Any]) -> bool:
        """Say whether an event has what the class requires."""
        if self.one_of and self.one_of.isdisjoint(event):
            return False
        if self.just_one and len(self.just_one.intersection(event)) != 1:
            return False
        return all(name in event for name in self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """What an object requires."""

    needs: tuple[str, ...] = ()
    one_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    """One enumeration: `ids` by any word that means one of them, captions by id."""

    at: str
    captions: Mapping[int, str]
    ids: Mapping[str, int]

    def id_of(self, word: str) -> int:
        """Give the id of a word, in any case and with or without blanks; 99 for a word of none."""
        found = self.ids.get(word.lower())
        return self.ids.get(word.lower().replace(" ", ""), OTHER) if found is None else found


@cache
def _file() -> Section:
    return read_file(files("siemcast_sinks.formats.ocsf") / "classes.yaml")


def version() -> str:
    """Give the version of OCSF."""
    return str(_file()["version"])


@cache
def common() -> frozenset[str]:
    """Give the attributes that every class has."""
    return _words(_file(), "common")


@cache
def classes() -> Mapping[str, Class]:
    """Give all classes that siemcast's records could belong to, by name."""
    return _file().section("classes").each(_class)


@cache
def objects() -> Mapping[str, Object]:
    """Give the requirements of objects by name; an object that is not among them requires nothing."""

    def read(name: str, one: Section) -> Object:
        one_of = _words(one, "one_of") | _words(
            one, "just_one"
        )  # of those that exclude each other we tell of one alone
        return Object(needs=tuple(str(one.get("needs") or "").split()), one_of=one_of)

    return _file().section("objects").each(read)


@cache
def enums() -> Mapping[str, Enum]:
    """Give the enumerations by the names that the mapping uses."""
    return read_file(files("siemcast_sinks.formats.ocsf") / "enums.yaml").each(_enum)


def _class(name: str, one: Section) -> Class:
    uid = int(one["uid"])
    own = _words(one, "has")
    profiles = [profile for profile in PROFILES if profile in _OFTEN or one.get(profile)]
    bring = {attribute: profile for profile in profiles for attribute in _words(_file().section("profiles"), profile)}
    return Class(
        name=name,
        uid=uid,
        caption=str(one["caption"]),
        category=str(_file().section("categories")[str(uid % 100_000 // 1000)]),
        activities={int(number): str(caption) for number, caption in one.section("activities").items()},
        status=_status(one),
        own=own,
        brought={attribute: profile for attribute, profile in bring.items() if attribute not in own},
        needs=tuple(str(one.get("needs") or "").split()),
        one_of=_words(one, "one_of"),
        just_one=_words(one, "just_one"),
    )


def _status(one: Section) -> str:
    if "status" not in one:
        return "outcome"
    captions = one.section("status").values()
    return (
        "incident_status" if "On Hold" in captions else "finding_status" if "New" in captions else "remediation_status"
    )


def _enum(name: str, one: Section) -> Enum:
    told = {int(number): str(caption) for number, caption in one.section("ids").items()}
    captions = {UNKNOWN: "Unknown", OTHER: "Other", **told}
    ids = {caption.lower().replace(" ", ""): number for number, caption in captions.items()}
    ids |= {caption.lower(): number for number, caption in captions.items()}
    ids |= {word.lower(): int(number) for word, number in one.section("words").items()}
    return Enum(at=str(one["at"]), captions=captions, ids=ids)


def _words(section: Section, key: str) -> frozenset[str]:
    return frozenset(str(section.get(key) or "").split())
