"""Builds OCSF's format mapping from ocsf.yaml: objects where they stand, class by class, and what an activity says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.canonical import ACTIVITIES, CLASSES, type_of
from siemcast.schema.files.overlay import own_mappings
from siemcast.schema.files.sections import Section, read_section
from siemcast.schema.mapping import Activity, FormatMapping, Target, known
from siemcast_sinks.formats.ocsf.convert import CONVERTERS
from siemcast_sinks.formats.ocsf.facts import OTHER, UNKNOWN, Class, classes
from siemcast_sinks.formats.ocsf.own import UNMAPPED, types_of, with_own

EVIDENCES = "evidences"
ENTITIES = frozenset({
    "actor", "api", "connection_info", "databucket", "device", "dst_endpoint", "email", "file", "http_request", "job",
    "process", "query", "reg_key", "reg_value", "resources", "script", "src_endpoint", "url", "user", "win_service",
})  # fmt: skip  # a list of words
"""What a piece of evidence may be."""
ASIDE = "_"
"""What the names of groups begin with that are put into place when all else is known."""
_ALONE = frozenset({"actor", "device", "api", "resources"})
"""What stands beside evidence where an event tells of one alone."""


def unmapped_field(column: str) -> str:
    """Name the place of a column that OCSF has none for; dots would make it a place within a place."""
    return f"{UNMAPPED}.{column.replace('.', '_')}"


@cache
def file() -> Section:
    """Give the mapping file, without what users say: that is of another form (`own`)."""
    return read_section(files("siemcast_sinks.formats.ocsf") / "ocsf.yaml")


@cache
def own() -> Section:
    """Give what users say of this format. Raises ConfigError naming file and line of what it does not take."""
    return own_mappings().of_format(file())


@cache
def own_types() -> Mapping[str, str]:
    """Give the fields that users add, each with the converter of its type."""
    return types_of(own().section("dictionary"))


@cache
def own_names() -> frozenset[str]:
    """Give what stands below `unmapped` of the users' own."""
    return frozenset(field.split(".")[1] for field in own_types())


@cache
def converters() -> dict[str, Any]:
    """Give all converters; those that users' choices need are added."""
    return dict(CONVERTERS)


def words(key: str) -> frozenset[str]:
    """Give the words of a section that is a list of them."""
    return frozenset(str(file()[key]).split())


@cache
def mapping() -> FormatMapping:
    """Give the mapping of all classes. Raises ConfigError naming file and line, were the file wrong."""
    published = file().section("classes")
    targets = {}
    for name in sorted(CLASSES & set(classes())):
        with published.at(name):
            section = published.section(name)
            merged = {**_common(classes()[name]), **_by_field(_Places(section).targets())}
            dropped = {key for key, value in section.items() if value is None}
            left = {field: one for field, one in merged.items() if not dropped & {field, _group(field)}}
            changed = with_own(left, own().section("classes").section(name), own_types(), converters())
            placed = (_of_class(classes()[name], target) for target in changed.values())
            targets[name] = tuple(target for target in placed if target is not None)
    return _built(targets, constants())


@cache
def evidence_mapping() -> FormatMapping:
    """Give the mapping of one piece of evidence: all that it may be, and nothing around it."""
    common = _common(classes()["base_event"]).values()
    return _built({"": tuple(target for target in common if target.field.partition(".")[0] in ENTITIES)}, {})


def _common(of: Class) -> Mapping[str, Target]:
    """Give the fields that all classes have alike, and the status of one, as users want them."""
    published = {**_by_field(_places()), **_by_field(_Places(_status(of)).targets())}
    return with_own(published, own().section("fields"), own_types(), converters())


@cache
def _places() -> tuple[Target, ...]:
    return _Places(file().section("places")).targets()


def _by_field(targets: tuple[Target, ...]) -> dict[str, Target]:
    return {target.field: target for target in targets}


@cache
def constants() -> Mapping[Activity, Mapping[str, Any]]:
    """Give what class and activity say by themselves, for all classes and words of the vocabulary."""
    result: dict[Activity, Mapping[str, Any]] = {}
    for name in CLASSES & set(classes()):
        of = classes()[name]
        result[Activity(name)] = class_constants(of)
        for word in ACTIVITIES - {"other"}:
            number = activity_ids(name).get(word)
            if number is not None:
                result[Activity(name, word)] = activity_constants(of, number)
    return result


def class_constants(of: Class) -> dict[str, Any]:
    """Give what a class says; what happened is left to the record."""
    return {
        "class_uid": of.uid,
        "class_name": of.caption,
        "category_uid": of.category_uid,
        "category_name": of.category,
    }


def activity_constants(of: Class, number: int) -> dict[str, Any]:
    """Give what an activity of a class says; of `Other`, the record says what it is."""
    caption = {UNKNOWN: "Unknown", OTHER: "Other"}.get(number) or of.activities[number]
    told = {"activity_id": number, "type_uid": of.type_uid(number), "type_name": f"{of.caption}: {caption}"}
    return told if number == OTHER else {**told, "activity_name": caption}


@cache
def activity_ids(name: str) -> Mapping[str, int]:
    """Give the activities of a class by the vocabulary's words."""
    of = classes()[name]
    named = {caption.lower().replace(" ", "_"): number for number, caption in of.activities.items()}
    own = {word: int(number) for word, number in file().section("activities").section(name).items()}
    for word in own:
        known(word, ACTIVITIES, "activity")
    return named | own


@dataclass(frozen=True, slots=True)
class _Places:
    """Takes a section of places apart into targets."""

    section: Section

    def targets(self) -> tuple[Target, ...]:
        found: dict[str, Target] = {}
        for field, value in self.section.items():
            with self.section.at(field):
                for target in _place(field, value):
                    found[target.field] = target
        return tuple(found.values())


def _place(field: str, value: Any, prefix: str = "", inside: bool = False) -> Iterator[Target]:
    """Give the targets of one entry; within an object canonical paths begin with its own."""
    name = field.rpartition(".")[2]
    if value is None:
        return
    if not isinstance(value, Section):
        yield from _target(field, [value], None, prefix)
    elif "is" in value:
        base = str(value.get("of") or (name if inside else field))
        yield from _object(field, str(value["is"]), prefix + base)
    elif "enum" in value:
        enum = str(value["enum"])
        by = str(value.get("by") or enum)
        sources = value.get("from") or (name if inside else field)
        yield from _target(f"{field}_id", sources, f"{by}_id", prefix)
        yield from _target(field, sources, by, prefix)
    else:
        yield from _target(field, value.get("from"), value.get("by"), prefix)


def _object(field: str, name: str, path: str) -> Iterator[Target]:
    template = file().section("objects").section(name)
    if not template:
        raise ConfigError(f"no object {name!r}", hint="see `objects`")
    if "is" in template:
        yield from _object(field, str(template["is"]), path)
    for attribute in str(template.get("same") or "").split():
        yield from _place(f"{field}.{attribute}", attribute, f"{path}.", inside=True)
    for attribute, value in template.items():
        if attribute not in ("same", "is"):
            yield from _place(f"{field}.{attribute}", value, f"{path}.", inside=True)


def _target(field: str, sources: Any, by: Any, prefix: str) -> Iterator[Target]:
    """Give one target; an object's attribute that the vocabulary does not have at this place is none."""
    listed = sources if isinstance(sources, list) else [sources]
    convert = str(by) if by else _usual().get(field.rpartition(".")[2], "text")
    known(convert, CONVERTERS, "converter")
    paths = tuple(f"{prefix}{source}" for source in listed)
    if not prefix or all(type_of(path) for path in paths):
        yield Target(field=field, sources=paths, convert=convert)


@cache
def _usual() -> Mapping[str, str]:
    return {
        attribute: by for by, attributes in file().section("types").items() for attribute in str(attributes).split()
    }


def _status(of: Class) -> Section:
    enum, section = Section.empty(file().file), Section.empty(file().file)
    enum["enum"] = of.status
    section["status"] = enum
    return section


def _of_class(of: Class, target: Target) -> Target | None:
    """Give a target as a class takes it; None where it has no place for it."""
    root = target.field.partition(".")[0]
    if root not in of.own and root in ENTITIES - _ALONE and EVIDENCES in of.own:
        return Target(field=f"{EVIDENCES}.{target.field}", sources=target.sources, convert=target.convert)
    if root == "_user" and ("user" in of.own or EVIDENCES in of.own):
        return None
    return target if of.has(root) or root[0] == ASIDE else None


def _group(field: str) -> str:
    return ".".join(field.split(".")[:2])


def _built(targets: Mapping[str, tuple[Target, ...]], told: Mapping[Activity, Mapping[str, Any]]) -> FormatMapping:
    return FormatMapping(name="ocsf", converters=converters(), targets=targets, constants=told)
