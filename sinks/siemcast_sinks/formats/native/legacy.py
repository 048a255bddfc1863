"""A Graph alert in the shapes of Microsoft's older APIs, which Splunk's own detections read.

What these add stands beside Graph's own fields and never in their place. Facts: the example events of Splunk's data
sources `ms365_defender_incident_alerts` and `ms_defender_atp_alerts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from siemcast.schema.convert import given
from siemcast.schema.files.loading import Section, read_file

_KIND = re.compile(r"(?:.*\.)?(\w+?)Evidence$")
_VERDICTS = {"noThreatsFound": "Clean"}
"""Where the older word is another: detections leave out what is `Clean`."""


class _Field(NamedTuple):
    name: str
    path: tuple[str, ...]
    turn: Callable[[Any], Any]


Fields = tuple[_Field, ...]


def incident_additions(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the incidents API said of an alert beside Graph's fields: times, `devices` and `entities`."""
    evidence = list(_evidence(alert))
    made = _taken("incident", alert)
    made["devices"] = [_taken("device", one) for kind, one in evidence if kind == "device"]
    made["entities"] = [entity for kind, one in evidence if (entity := _entity(kind, one))]
    return {name: value for name, value in made.items() if name not in alert}


def endpoint_alert(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Give an alert with what Defender for Endpoint's API said of it, each evidence by its entityType as well."""
    evidence = list(_evidence(alert))
    made = _taken("endpoint", alert)
    device = next((one for kind, one in evidence if kind == "device"), None)
    user = next((one for kind, one in evidence if kind == "user"), None)
    if device is not None:
        made |= _taken("machine", device)
    if user is not None and (related := _taken("related", user)):
        made["relatedUser"] = related
    whole = {**made, **alert}
    if isinstance(given_evidence := alert.get("evidence"), list):
        whole["evidence"] = [{**_entity_of(one), **one} if isinstance(one, Mapping) else one for one in given_evidence]
    return whole


def _evidence(alert: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each evidence with its type in short: `process` for `#microsoft.graph.security.processEvidence`."""
    listed = alert.get("evidence")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            yield _kind(one), one


def _kind(evidence: Mapping[str, Any]) -> str:
    named = evidence.get("@odata.type")
    match = _KIND.match(named) if isinstance(named, str) else None
    return match[1][:1].lower() + match[1][1:] if match else ""


def _entity_of(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return _entity(_kind(evidence), evidence) or {}


def _entity(kind: str, evidence: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give evidence as an entity; a device is none, and a type that the older APIs did not have is named as it is."""
    if kind in ("", "device"):
        return None
    types = _types()
    named, fields = types.get(kind) or (kind[:1].upper() + kind[1:], ())
    return {"entityType": named} | _each(fields, evidence) | _taken("entity", evidence)


def _taken(section: str, source: Mapping[str, Any]) -> dict[str, Any]:
    return _each(_sections()[section], source)


def _each(fields: Iterable[_Field], source: Mapping[str, Any]) -> dict[str, Any]:
    found = ((field.name, field.turn(_dig(source, field.path))) for field in fields)
    return {name: value for name, value in found if given(value)}


def _dig(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _same(value: Any) -> Any:
    return value


def _pascal(value: Any) -> Any:
    """Spell an enum as the older APIs did: `partiallyRemediated` is `PartiallyRemediated`."""
    return value[:1].upper() + value[1:] if isinstance(value, str) else value


def _verdict(value: Any) -> Any:
    return _VERDICTS.get(value, _pascal(value)) if isinstance(value, str) else value


_TURNS: Mapping[str, Callable[[Any], Any]] = {"": _same, "pascal": _pascal, "verdict": _verdict}


@cache
def _file() -> Section:
    return read_file(files("siemcast_sinks.formats.native") / "legacy.yaml")


@cache
def _sections() -> Mapping[str, Fields]:
    return {name: _fields(_file().section(name)) for name in _file() if name != "evidence"}


@cache
def _types() -> Mapping[str, tuple[str, Fields]]:
    section = _file().section("evidence")
    return {kind: (str(section.section(kind)["is"]), _fields(section.section(kind))) for kind in section}


def _fields(section: Section) -> Fields:
    return tuple(_field(name, str(path)) for name, path in section.items() if name != "is")


def _field(name: str, written: str) -> _Field:
    turn, _, path = written.rpartition(": ")
    return _Field(name, tuple(path.split(".")), _TURNS[turn])
