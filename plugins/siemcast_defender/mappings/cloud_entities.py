"""Takes the entities of Defender for Cloud's alerts apart, and the evidence of Defender for Endpoint's.

Which field of which type is which part stands in cloud_objects.yaml (`entities`) and endpoint_objects.yaml
(`evidence`). What is said several times is a list in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from siemcast.schema.convert import given
from siemcast.schema.files.loading import read_file
from siemcast_defender.mappings.cloud_parts import DEEPEST, folded
from siemcast_defender.mappings.expand import Parts

_Fields = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


def entities(value: Any) -> Parts:
    """Give what an alert's entities say; `$ref` stands for the entity of that `$id` in the same alert."""
    listed = value if isinstance(value, list) else []
    known = dict(_identified(listed, DEEPEST))
    whole = [known.get(_reference(one), one) for one in listed]
    distinct = {id(one): one for one in whole if isinstance(one, dict)}
    return _parts(list(distinct.values()), "type", _entity_fields(), lambda one: known.get(_reference(one), one))


def evidence(value: Any) -> Parts:
    """Give what the evidence of an alert of Defender for Endpoint's API says."""
    listed = value if isinstance(value, list) else []
    return _parts([one for one in listed if isinstance(one, dict)], "entitytype", _evidence_fields(), lambda one: one)


def first_host(value: Any) -> str:
    """Give the name of the first host among an alert's entities."""
    for one in value if isinstance(value, list) else []:
        own = folded(one)
        name = own.get("hostname")
        if str(own.get("type")).lower() == "host" and isinstance(name, str) and name:
            return name
    return ""


def _parts(listed: list[Mapping[str, Any]], key: str, fields: _Fields, resolve: Callable[[Any], Any]) -> Parts:
    parts: Parts = {}
    for one in listed:
        own = folded(one)
        kind = str(own.get(key) or "").lower().replace("-", "")
        if not kind:
            continue
        parts.setdefault("types", []).append(_TYPES.get(kind, kind))
        said = [(path, part) for path, part in fields.get(kind, ()) if path[0] in own]  # few of many
        found = {part: dug for path, part in said if given(dug := _dig(own, path, resolve))}
        for part, told in _told(found).items():
            parts.setdefault(part, []).append(told)
        for hashed in (own, *_hashes(own, resolve)):
            name = f"file.{str(hashed.get('algorithm') or '').lower()}"
            if name in _HASHES and given(hashed.get("value")):
                parts.setdefault(name, []).append(hashed["value"])
    if listed:
        parts["count"] = len(listed)
    return parts


_TYPES = {"host": "device", "account": "user", "machine": "device", "azureresource": "azureResource"}
"""By the type of an entity: the word for it that Graph's evidence has, so that all alerts speak alike."""
_HASHES = frozenset({"file.md5", "file.sha1", "file.sha256"})


def _told(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put together what stands in two fields, and read numbers that stand there in hexadecimal."""
    told = dict(found)
    suffix = told.pop("user.suffix", None)
    if isinstance(suffix, str) and isinstance(name := told.get("user.name"), str):
        told.setdefault("user.email", f"{name}@{suffix}")
    for part in ("process.pid", "parent.pid"):
        pid = told.get(part)
        if isinstance(pid, str) and pid[:2].lower() == "0x" and len(pid) <= 18:
            try:
                told[part] = int(pid, 16)
            except ValueError:
                continue
    return told


def _hashes(own: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Iterator[Mapping[str, Any]]:
    """Give the hashes of a file, or of the file that a process was started from."""
    image = folded(resolve(own["imagefile"])) if "imagefile" in own else own
    for item in _list(image.get("filehashes")):
        yield folded(resolve(item))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _reference(value: Any) -> str:
    found = value.get("$ref") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _identified(value: Any, deep: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give every object that has an `$id`, by it, those within others too."""
    if not deep:
        return
    if isinstance(value, dict):
        uid = value.get("$id")
        if isinstance(uid, str) and uid:
            yield uid, value
        value = list(value.values())
    for item in _list(value):
        yield from _identified(item, deep - 1)


def _dig(own: Mapping[str, Any], path: tuple[str, ...], resolve: Callable[[Any], Any]) -> Any:
    value = own.get(path[0])
    for name in path[1:]:
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, dict)), None)
        value = folded(resolve(value)).get(name)
    return None if isinstance(value, dict) else value


@cache
def _entity_fields() -> _Fields:
    return _fields("cloud_objects.yaml", "entities")


@cache
def _evidence_fields() -> _Fields:
    return _fields("endpoint_objects.yaml", "evidence")


def _fields(file: str, name: str) -> _Fields:
    section = read_file(files("siemcast_defender.mappings") / file).section(name)
    return {
        kind.lower(): tuple((tuple(path.lower().split(".")), part) for path, part in section.section(kind).items())
        for kind in section
    }
