"""A validator of OCSF events against the official compiled schema, made for tests and apart from the encoder.

Stricter than the schema as compiled where that says less than its source: `process` needs a pid, uid or cpid (an
extension's patch hid that), and an actor, device or api that a class requires is its own, whatever the profiles.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[2] / "shared/ocsf/schema-1.8.0.json.gz"
_PRIMITIVES: Mapping[str, tuple[type, ...]] = {
    "integer_t": (int,), "long_t": (int,), "string_t": (str,), "boolean_t": (bool,), "float_t": (int, float),
}  # fmt: skip  # a table
_FREE = frozenset({"object"})
_LONG = 1 << 63
_OWN = frozenset({"actor", "api", "device"})


@cache
def schema() -> Mapping[str, Any]:
    """Read the official schema."""
    read: dict[str, Any] = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    read["objects"]["process"]["constraints"] = {"at_least_one": ["pid", "uid", "cpid"]}
    for one in read["classes"].values():
        for name in _OWN & set(one["attributes"]):
            if one["attributes"][name]["requirement"] == "required":
                one["attributes"][name]["profile"] = None
    return read


@cache
def _classes() -> Mapping[int, Mapping[str, Any]]:
    return {one["uid"]: one for one in schema()["classes"].values()}


@cache
def _pattern(kind: str) -> re.Pattern[str] | None:
    regex = schema()["types"][kind]["regex"]
    return re.compile(regex) if regex else None


def errors(event: Any) -> list[str]:
    """Say what is wrong with an event: one line each, empty for a valid one."""
    if not isinstance(event, dict):
        return ["no object"]
    of = _classes().get(event.get("class_uid", -1))
    if of is None:
        return [f"class_uid {event.get('class_uid')!r} is no class"]
    metadata = event.get("metadata")
    profiles = set(metadata.get("profiles", ())) if isinstance(metadata, dict) else set()
    found = list(_object(of, event, "", profiles))
    found += [f"metadata.profiles: {profile} is none of the class" for profile in profiles - set(of["profiles"])]
    return [*found, *_numbers(of, event)]


def _numbers(of: Mapping[str, Any], event: Mapping[str, Any]) -> Iterator[str]:
    if event.get("type_uid") != of["uid"] * 100 + event.get("activity_id", 0):
        yield f"type_uid {event.get('type_uid')}"
    if event.get("category_uid") != of["uid"] % 100_000 // 1000:
        yield f"category_uid {event.get('category_uid')}"
    if isinstance(event.get("metadata"), dict) and event["metadata"].get("version") != schema()["version"]:
        yield "metadata.version"


def _object(of: Mapping[str, Any], value: Mapping[str, Any], path: str, profiles: set[str]) -> Iterator[str]:
    attributes = of["attributes"]
    for name, attribute in attributes.items():
        if attribute["requirement"] == "required" and name not in value and _is_on(attribute, profiles):
            yield f"{path}{name} is missing"
    for name, inner in value.items():
        attribute = attributes.get(name)
        if attribute is None:
            yield f"{path}{name} is unknown"
            continue
        if attribute["@deprecated"] and attribute["requirement"] != "required":
            yield f"{path}{name} is deprecated"
        if attribute["profile"] and attribute["profile"].rpartition("/")[2] not in profiles:
            yield f"{path}{name} is of profile {attribute['profile']}"
        yield from _attribute(attribute, inner, f"{path}{name}", profiles)
        yield from _sibling(attribute, inner, value, f"{path}{name}")
    yield from _constraints(of, value, path)


def _is_on(attribute: Mapping[str, Any], profiles: set[str]) -> bool:
    profile = attribute["profile"]
    return profile is None or profile in profiles


def _attribute(attribute: Mapping[str, Any], value: Any, path: str, profiles: set[str]) -> Iterator[str]:
    if not attribute["is_array"]:
        yield from _one(attribute, value, path, profiles)
    elif not isinstance(value, list) or not value:
        yield f"{path} is no list, or empty"
    else:
        for place, item in enumerate(value):
            yield from _one(attribute, item, f"{path}[{place}]", profiles)


def _one(attribute: Mapping[str, Any], value: Any, path: str, profiles: set[str]) -> Iterator[str]:
    kind = attribute["type"]
    if kind in _FREE:
        if not isinstance(value, dict):
            yield f"{path} is no object"
    elif kind in schema()["objects"]:
        if isinstance(value, dict):
            yield from _object(schema()["objects"][kind], value, f"{path}.", profiles)
        else:
            yield f"{path} is no {kind}"
    else:
        yield from _value(kind, value, path)
        enum = attribute["enum"]
        if enum and str(value) not in enum:
            yield f"{path} {value!r} is not in the enumeration"


def _value(kind: str, value: Any, path: str) -> Iterator[str]:
    about = schema()["types"].get(kind)
    if about is None:
        yield f"{path}: no type {kind}"
        return
    base = about["type"] or kind
    if base == "json_t":
        return
    wanted = _PRIMITIVES[base]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        yield f"{path} {value!r:.60} is no {kind}"
        return
    if isinstance(value, int) and not -_LONG <= value < _LONG:
        yield f"{path} {value} is beyond 64 bits"
    if about["range"] and not about["range"][0] <= value <= about["range"][1]:
        yield f"{path} {value} is out of range"
    if about["max_len"] and len(value) > about["max_len"]:
        yield f"{path} is too long"
    pattern = _pattern(kind)
    if pattern is not None and not pattern.search(value):
        yield f"{path} {value!r:.60} has not the pattern of {kind}"


def _sibling(attribute: Mapping[str, Any], value: Any, around: Mapping[str, Any], path: str) -> Iterator[str]:
    """Hold a number and its words together: the caption beside it, the source's own word beside 99."""
    sibling, enum = attribute["sibling"], attribute["enum"]
    if not sibling or not enum or isinstance(value, list):
        return
    told = around.get(sibling)
    if value == 99 and not told:
        yield f"{path} is 99 without {sibling}"
    if value != 99 and told is not None and told != enum.get(str(value), {}).get("caption"):
        yield f"{path} is {value} but {sibling} is {told!r}"


def _constraints(of: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
    constraints = of["constraints"] or {}
    least = constraints.get("at_least_one")
    if least and not any(_has(value, name) for name in least):
        yield f"{path}: none of {', '.join(least)}"
    just = constraints.get("just_one")
    if just and sum(_has(value, name) for name in just) != 1:
        yield f"{path}: not just one of {', '.join(just)}"


def _has(value: Any, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True
