"""Shortens events to a sink's limit, so that they stay valid: least important first, and marked as OCSF marks it.

First what has no place in OCSF is cut and dropped, then observables, then long texts, long lists, and what a class does
not require; in the end there is a base event that says what it was, when, and of whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from siemcast.errors import Permanent
from siemcast.schema.dump import dumps_sorted
from siemcast_sinks.formats.ocsf.facts import OTHER, UNKNOWN, Class, classes
from siemcast_sinks.formats.ocsf.finish import profiled
from siemcast_sinks.formats.ocsf.mapping import activity_constants, class_constants, own_names
from siemcast_sinks.formats.ocsf.settle import Fields

_ELLIPSIS = "..."
_LEVELS = (65536, 16384, 4096, 1024, 256)
_TEXTS = (4096, 1024, 512, 256, 128, 64)
_ITEMS = (64, 16, 4, 1)
_PATTERNED = frozenset({
    "ip", "mac", "email_addr", "from", "to", "cc", "delivered_to_list", "return_path", "x_originating_ip", "uuid",
})  # fmt: skip  # a list of words
"""Attributes whose values have a pattern, which a cut one would not keep; they are short."""
_CORE = (
    "class_uid", "class_name", "category_uid", "category_name", "activity_id", "activity_name", "type_uid", "type_name",
    "severity_id", "severity", "time", "metadata",
)  # fmt: skip  # a list of words


def shrink(event: Fields, limit: int) -> bytes:
    """Give the event in at most `limit` bytes. Raises Permanent where not even a base event would fit."""
    whole = dumps_sorted(event)
    size = len(whole)
    for shorter in _ever_shorter(orjson.loads(whole)):
        shorter["metadata"] |= {"is_truncated": True, "untruncated_size": size}
        body = dumps_sorted(shorter)
        if len(body) <= limit:
            return body
    raise Permanent(f"cannot be shortened to {limit} bytes", hint="raise the sink's max_bytes")


def _ever_shorter(event: Fields) -> Iterator[Fields]:
    of = next(one for one in classes().values() if one.uid == event["class_uid"])
    yield from _without_a_place(event)
    event.pop("observables", None)
    yield event
    for level in _TEXTS:
        event = _cut(event, level)
        yield event
    for items in _ITEMS:
        event = _fewer(event, items)
        profiled(event, of)
        yield event
    yield from _required(event, of)
    yield _base(event)


def _without_a_place(event: Fields) -> Iterator[Fields]:
    """Cut what stands beside OCSF, and in the end drop it."""
    for level in _LEVELS:
        if "unmapped" in event:
            event["unmapped"] = _cut(event["unmapped"], level)
        for one in event.get("evidences", ()):
            if "data" in one:
                one["data"] = _cut(one["data"], level)
        yield event
    for one in event.get("evidences", ()):
        if len(one) > 1:
            one.pop("data", None)
    yield event
    own = {name: value for name, value in event.pop("unmapped", {}).items() if name in own_names()}
    if own:  # what users ask for goes with what the class does not require
        event["unmapped"] = own
    yield event


def _required(event: Fields, of: Class) -> Iterator[Fields]:
    """Drop what the class does not require, the longest first; then what its objects hold of other objects."""
    kept = {*_CORE, *of.needs, *of.one_of, *of.just_one}
    others = sorted((key for key in event if key not in kept), key=lambda key: -len(dumps_sorted(event[key])))
    for key in others:
        del event[key]
        profiled(event, of)
        yield event
    for key in kept - set(_CORE):
        inner = event.get(key)
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                _flatten(one)
    yield event


def _flatten(inner: Fields) -> None:
    """Drop inner objects where enough is left for what any object requires one of."""
    if any(name in inner for name in ("name", "uid", "pid", "path", "hostname", "ip", "from", "to")):
        for name in [name for name, value in inner.items() if isinstance(value, dict)]:
            del inner[name]


def _base(event: Fields) -> Fields:
    """Give what any event says."""
    of = classes()["base_event"]
    small = {key: event[key] for key in _CORE if key in event} | class_constants(of)
    name = small.pop("activity_name", None)
    small |= activity_constants(of, OTHER if name else UNKNOWN)
    if name:
        small["activity_name"] = name
    small["metadata"] = {
        key: value
        for key, value in event["metadata"].items()
        if not isinstance(value, (dict, list)) or key == "product"
    }
    return small


def _cut(value: Any, level: int, key: str = "") -> Any:
    if isinstance(value, str):
        return value if len(value) <= level or key in _PATTERNED else value[: level - len(_ELLIPSIS)] + _ELLIPSIS
    if isinstance(value, list):
        return [_cut(item, level, key) for item in value]
    if isinstance(value, dict):
        return {name[:level]: _cut(item, level, name) for name, item in value.items()}
    return value


def _fewer(value: Any, items: int) -> Any:
    if isinstance(value, list):
        return [_fewer(item, items) for item in value[:items]]
    if isinstance(value, dict):
        return {name: _fewer(item, items) for name, item in value.items()}
    return value
