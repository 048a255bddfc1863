"""Columns that Elastic's package keeps with a type: Elasticsearch refuses documents with another there.

`flattened` are objects of any names, not too deep; Microsoft sends most of these columns as JSON in text, some tables
as objects, and a few as plain words. Flags are true or false; some tables send 1 and 0. Words are numbers or objects in
some tables; where no package is installed, whichever came first would settle it for all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from siemcast.schema.convert import given, text
from siemcast.schema.dump import dumps, dumps_sorted
from siemcast_sinks.formats.ecs.vendor import event_field

_FLATTENED = (
    "ActivityObjects AdditionalFields ConfidenceLevel ConnectedNetworks DetectionMethods IPAddresses RawEventData"
)
_FLAGS = """
    HasAnonymousResourceNotFoundFailures IsAccountEnabled IsAdminOperation IsAnonymousProxy IsAzureADJoined
    IsAzureInfoProtectionApplied IsClickedThrough IsCompliant IsExcluded IsExternalUser IsImpersonated IsInternetFacing
    IsKnownSuspiciousIp IsLocalAdmin IsPrivateIp IsRootSignerMicrosoft IsSigned IsTorExitNode IsTrusted
"""
_WORDED = """
    ApplicationId Categories Context DataSources ExtensionVersion OSPlatform PrinterName ReportId SessionId ThreatTypes
    UrlDomainInfo
"""
_DEEPEST = 20
_WORDS: Mapping[Any, bool] = {"1": True, "true": True, "0": False, "false": False}


def flattened(value: Any) -> Any:
    """Give an object, or a list of some, of what a column holds; what is neither stands below `value`."""
    data = _read(value)
    if not _fits(data, _DEEPEST):
        data = value if isinstance(value, str) else dumps(value).decode()
    rows = data if isinstance(data, list) else [data]
    if not all(isinstance(row, dict) for row in rows):
        data = {"value": data}
    return data if given(data) else None


def flag(value: Any) -> Any:
    """Give true or false for what means that; whatever else stays as it is."""
    said = msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value
    return _WORDS.get(str(said).lower(), value) if isinstance(said, (int, str)) else value


def worded(value: Any) -> Any:
    """Give text, or a list of some; never nothing of something."""
    if value is None or value.__class__ is str:
        return value
    if value.__class__ is int:
        return str(value)
    if isinstance(value, msgspec.Raw):
        value = msgspec.json.decode(value)
    if isinstance(value, list) and all(item.__class__ is not list for item in value):
        return [worded(item) for item in value if given(item)]
    return dumps_sorted(value).decode() if isinstance(value, (dict, list)) else text(value)


KEPT = {
    **dict.fromkeys(map(event_field, _FLATTENED.split()), flattened),
    **dict.fromkeys(map(event_field, _FLAGS.split()), flag),
    **dict.fromkeys(map(event_field, _WORDED.split()), worded),
}
"""Field of a column to what makes its value one of the field's type; what is made of nothing is nothing."""


def written(value: Any) -> msgspec.Raw | None:
    """Give `flattened` as JSON, of text or of what is written already."""
    if isinstance(value, msgspec.Raw):
        json = bytes(value)
        if json[:1] == b"{" and json != b"{}" and _is_plain(json):
            return value
        value = orjson.loads(json)
    made = None if value is None else flattened(value)
    return None if made is None else msgspec.Raw(dumps_sorted(made))


HELPERS = {"written": written, "flag": flag, "worded": worded}
_NAMES = {flattened: "written", flag: "flag", worded: "worded"}
WRITTEN = {field: f"{_NAMES[make]}({{}})" for field, make in KEPT.items()}
"""The same as expressions over `HELPERS`, for typed rows."""


def _read(value: Any) -> Any:
    """Read JSON text of an object or a list; whatever else stays as it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def _fits(data: Any, depth: int) -> bool:
    """Say whether Elasticsearch takes an object: not too deep, and without its own mark in a name."""
    if isinstance(data, dict):
        return depth > 0 and all("\0" not in name and _fits(inner, depth - 1) for name, inner in data.items())
    return not isinstance(data, list) or (depth > 0 and all(_fits(inner, depth - 1) for inner in data))


def _is_plain(json: bytes) -> bool:
    """Say at a glance that an object fits; of the others, a closer look tells."""
    return json.count(b"{") + json.count(b"[") < _DEEPEST and b"\\u0000" not in json
