"""Makes of an event's fields a valid event: the head, what its class requires, its profiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from siemcast.schema import Head
from siemcast.schema.mapping import Activity, TableMapping
from siemcast.schema.times import epoch_ms
from siemcast_sinks.formats.ocsf.facts import OTHER, UNKNOWN, Class, classes, enums, version
from siemcast_sinks.formats.ocsf.mapping import activity_constants, class_constants, file, mapping
from siemcast_sinks.formats.ocsf.settle import Fields, Leftovers, Node, groups_of, nodes, settle

_VENDOR = "Microsoft"
_BASE, _FINDING = "base_event", "detection_finding"
_END = ("hostname", "uid", "ip", "name")
_CLOSED = frozenset({"resolved", "closed", "redirected", "dismissed"})
_RENAME, _CLOSE, _UPDATE, _CREATE, _INBOUND = 5, 3, 2, 1, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What finishing knows of a class beforehand."""

    of: Class
    nodes: tuple[Node, ...]
    fill: tuple[tuple[str, Any], ...]
    """What may be made up where the class requires it."""
    prepare: Callable[[Fields, Head], None] | None
    complete: Callable[[Fields, Leftovers], None] | None


@cache
def frame(name: str, groups: frozenset[str]) -> Frame:
    """Give the frame of events that have some groups; of a class that OCSF does not know, that of a base event."""
    of = classes().get(name) or classes()[_BASE]
    wanted = of.needs + tuple(sorted(of.one_of))
    return Frame(
        of=of,
        nodes=nodes(groups),
        fill=tuple((key, value) for key, value in file().section("classes_fill").items() if key in wanted),
        prepare=_finding if "finding_info" in of.own else None,
        complete=_COMPLETE.get(of.name) or (_ends if "src_endpoint" in of.one_of else None),
    )


def groups_told(table: TableMapping, activity: Activity) -> frozenset[str]:
    """Give the groups that events of a table's rows can have, and those that finishing may bring."""
    told = set(table.columns_of(activity.of).values())
    fields = [target.field for target in mapping().targets_of(activity.of) if not told.isdisjoint(target.sources)]
    brought = ["metadata.product.name", "finding_info.uid"]
    users = [field.replace("_user", "actor.user", 1) for field in fields if field.startswith("_user.")]
    return groups_of([*fields, *brought, *users])


def finish(event: Fields, head: Head, known: Frame, left: Leftovers) -> Fields:
    """Finish an event in place and give it back; `left` takes and gives what goes to `unmapped` and observables."""
    _headed(event, head, known.of, left)
    _acted(event, left)
    if known.prepare is not None:
        known.prepare(event, head)
    settle(event, known.nodes, left)
    _evident(event)
    if known.complete is not None:
        known.complete(event, left)
    _filled(event, known)
    of = known.of
    if not of.is_whole(event):
        of = _otherwise(event, of, left)
    if (called := profiled(event, of)) is not None:
        left.keep("api", called)
    if left.observables:
        event["observables"] = left.observables
    if left.unmapped or left.own:
        event["unmapped"] = left.unmapped | left.own
    return event


def _filled(event: Fields, known: Frame) -> None:
    for key, value in known.fill:
        if key not in event and (key in known.of.needs or known.of.one_of.isdisjoint(event)):
            event[key] = dict(value) if isinstance(value, dict) else value


def _headed(event: Fields, head: Head, of: Class, left: Leftovers) -> None:
    if "class_uid" not in event:
        event |= class_constants(of)
    if "activity_id" not in event:
        event |= activity_constants(of, OTHER if "activity_name" in event else UNKNOWN)
    event["time"] = head.time_ms
    _weighed(event, head, left)
    if head.title:
        event.setdefault("message", head.title)
    _described(event.setdefault("metadata", {}), head)


def _weighed(event: Fields, head: Head, left: Leftovers) -> None:
    """Give the head's severity where the event's own word is none of OCSF's, which is kept beside then."""
    if "severity_id" not in event or (event["severity_id"] == OTHER and head.severity):
        if "severity" in event:
            left.keep("severity", event["severity"])
        event["severity_id"] = int(head.severity)
        event["severity"] = enums()["severity"].captions[int(head.severity)]


def _described(metadata: Fields, head: Head) -> None:
    metadata["version"] = version()
    metadata["uid"] = head.id
    if head.tenant:
        metadata.setdefault("tenant_uid", head.tenant)
    if head.table:
        metadata["log_name"] = head.table
    if head.version and (changed := epoch_ms(head.version)) is not None:
        metadata["modified_time"] = changed
    if head.anomalies:
        metadata["labels"] = [*metadata.get("labels", ()), *head.anomalies]
    product = metadata.setdefault("product", {})
    product.setdefault("name", head.product)
    product.setdefault("vendor_name", _VENDOR)


def _acted(event: Fields, left: Leftovers) -> None:
    """Tell the account of an event as the one who acted, where its class has no other place and nobody else is told."""
    user = event.pop("_user", None)
    if user:
        actor = event.setdefault("actor", {})
        if "user" in actor or "process" in actor:
            left.keep("user", user)
        else:
            actor["user"] = user


def _finding(event: Fields, head: Head) -> None:
    """Give a finding its id and title, and say what became of it."""
    info = event.setdefault("finding_info", {})
    info.setdefault("uid", head.id)
    if head.title:
        info.setdefault("title", head.title)
    if head.kind != "event":
        _told(event, head, info)


def _evident(event: Fields) -> None:
    """Put pieces of evidence beside what the event itself tells; its device is the first that evidence names."""
    pieces, device = event.pop("_evidences", None), event.pop("_device", None)
    if pieces:
        event["evidences"] = [*event.get("evidences", ()), *pieces]
    if device is not None:
        event.setdefault("device", device)


def _told(event: Fields, head: Head, info: Mapping[str, Any]) -> None:
    """Say whether a version of a finding tells of a new one, a change, or the end."""
    status = event.get("status")
    word = status.lower() if isinstance(status, str) else ""
    created, changed = info.get("created_time"), epoch_ms(head.version)
    if word in _CLOSED or head.status.lower() in _CLOSED:
        event |= activity_constants(classes()[_class_of(event)], _CLOSE)
    elif created is not None and changed is not None:
        event |= activity_constants(classes()[_class_of(event)], _CREATE if created == changed else _UPDATE)


def _class_of(event: Fields) -> str:
    return next(name for name, one in classes().items() if one.uid == event["class_uid"])


def _incident(event: Fields, left: Leftovers) -> None:
    """Hand the incident's own facts over where its alerts are the findings."""
    alerts = event.pop("_alerts", None)
    if alerts:
        own = event.pop("finding_info_list", None)
        if own:
            left.keep("finding_info", own[0])
        event["finding_info_list"] = alerts
    event.setdefault("status_id", UNKNOWN)


def _renamed(event: Fields, left: Leftovers) -> None:
    """Tell the file's former name as the file, and what became of it as the result."""
    former = event.pop("_previous", None)
    if not former:
        return
    if event["activity_id"] != _RENAME or "file" not in event:
        left.keep("file.previous", former)
        return
    event["file_result"] = event["file"]
    event["file"] = {"name": event["file"]["name"], "type_id": event["file"]["type_id"], **former}


def _authenticated(event: Fields, left: Leftovers) -> None:
    """Say that a logon was to the device that tells of it, where it names no other end."""
    if "service" not in event and "dst_endpoint" not in event and (end := _device_end(event)):
        event["dst_endpoint"] = end


def _ends(event: Fields, left: Leftovers) -> None:
    """Make the end that began a connection the source; the device is an end where no other is told."""
    way = event.get("connection_info")
    if way is not None and way["direction_id"] == _INBOUND:
        near, far = event.pop("src_endpoint", None), event.pop("dst_endpoint", None)
        if far:
            event["src_endpoint"] = far
        if near:
            event["dst_endpoint"] = near
    if "src_endpoint" not in event and "dst_endpoint" not in event and (end := _device_end(event)):
        event["src_endpoint"] = end


def _called(event: Fields, left: Leftovers) -> None:
    """Name the application that a call went to as the one that made it, where nobody else is told."""
    if "actor" not in event and "api" in event and (service := event["api"].get("service")):
        name = service.get("name")
        if name:
            event["actor"] = {"app_name": name}


def _device_end(event: Fields) -> Fields | None:
    device = event.get("device")
    return {key: device[key] for key in _END if key in device} or None if device else None


_COMPLETE: Mapping[str, Callable[[Fields, Leftovers], None]] = {
    "incident_finding": _incident,
    "file_activity": _renamed,
    "authentication": _authenticated,
    "api_activity": _called,
}


def _otherwise(event: Fields, of: Class, left: Leftovers) -> Class:
    """Make an event that lacks what its class requires a detection (of findings) or a base event (of all others)."""
    other = classes()[_FINDING if "finding_info" in of.own and of.name != _FINDING else _BASE]
    for key in [key for key in event if not other.has(key)]:
        left.keep(key, event.pop(key))
    if other.status != of.status:
        for key in ("status_id", "status"):
            if key in event:
                left.keep(key, event.pop(key))
    event |= class_constants(other)
    number = event["activity_id"]
    if number not in other.activities:
        name = event["metadata"].get("event_code") or event.get("activity_name")
        number = OTHER if name and number != UNKNOWN else UNKNOWN
        if name:
            event["activity_name"] = name
    event |= activity_constants(other, number)
    return other


def profiled(event: Fields, of: Class) -> Any:
    """Name the profiles whose attributes an event has, and no others: a profile has requirements of its own.

    So a call that only the cloud's profile has a place for cannot stay where no cloud is told: it is taken out.
    """
    called = event.pop("api", None) if "api" in of.brought and "cloud" not in event else None
    found = {of.brought[key] for key in event if key in of.brought}
    if "actor" in event or "device" in event:  # also where the class has its own: consumers look for the profile
        found.add("host")
    if found:
        event["metadata"]["profiles"] = sorted(found)
    else:
        event["metadata"].pop("profiles", None)
    return called
