"""Answers list and single requests from the store, as odd as the quirks want it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

import orjson

from siemcast_lab.graph.odata import DATES, FILTERABLE, BadRequest, bounds, parse_filter
from siemcast_lab.graph.quirks import Quirks
from siemcast_lab.graph.store import Entry, Shelf, Store

EVOLVED = frozenset(
    {"awaitingAction", "microsoftDefenderForCloud", "microsoftSentinel", "microsoftInsiderRiskManagement"}
    | {"microsoftThreatIntelligence", "scheduledAlerts", "nrtAlerts", "builtInMl"}
)
"""Enum members that clients see only with `Prefer: include-unknown-enum-members`."""
_DEFAULT_TOP = {"incidents": 50, "alerts_v2": 100}
_EXPANDABLE = {"incidents": "alerts"}
_KNOWN = {"$filter", "$top", "$skip", "$orderby", "$count", "$expand", "$skiptoken"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A request and what it is answered from."""

    store: Store
    shelf: Shelf
    quirks: Quirks
    params: Mapping[str, str]
    prefers: bool
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """An answer's status and body, and the ids in it."""

    status: int
    body: bytes
    ids: tuple[str, ...] = ()


def listing(request: Listed, url: str, dice: random.Random) -> Found:
    """Answer a list request. Raises BadRequest."""
    unknown = set(request.params) - _KNOWN
    if unknown:
        raise BadRequest(f"Query option '{min(unknown)}' is not supported.")
    _check_expand(request)
    top, skip = _top(request, dice), _skip(request)
    matching = _matching(request)
    page = list(islice(matching, skip, skip + top))
    more = next(matching, None) is not None
    if "$expand" in request.params and any(entry.id in request.quirks.expand_fails for entry in page):
        return Found(500, orjson.dumps({"error": {"code": "InternalServerError", "message": "expanding failed"}}))
    head: dict[str, Any] = {"@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#{request.shelf.name}"}
    if request.params.get("$count") == "true":
        head["@odata.count"] = skip + len(page) + more + sum(1 for _ in matching)
    if (link := _next_link(request, url, skip, len(page), more, dice)) is not None:
        head["@odata.nextLink"] = link
    items = b",".join(_body(request, entry) for entry in page)
    body = orjson.dumps(head)[:-1] + b',"value":[' + items + b"]}"
    return Found(200, body, tuple(entry.id for entry in page))


def single(request: Listed, id_: str) -> Found:
    """Answer a request for one object. Raises BadRequest."""
    _check_expand(request)
    entry = request.shelf.entries.get(id_)
    if entry is None or entry.visible_from > request.number:
        return Found(404, orjson.dumps({"error": {"code": "NotFound", "message": f"{id_} does not exist"}}))
    if "$expand" in request.params and id_ in request.quirks.single_fails:
        return Found(504, orjson.dumps({"error": {"code": "GatewayTimeout", "message": "expanding took too long"}}))
    context = b'{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#entity",'
    return Found(200, context + _body(request, entry).lstrip()[1:], (id_,))


def _check_expand(request: Listed) -> None:
    expand, name = request.params.get("$expand"), request.shelf.name
    if expand is not None and expand != _EXPANDABLE.get(name):
        raise BadRequest(f"Parsing OData Select and Expand failed: {name} have no navigation property '{expand}'.")


def _matching(request: Listed) -> Iterator[Entry]:
    """Give the matching entries in the order that the request and the quirks make."""
    text = request.params.get("$filter", "")
    fields = FILTERABLE[request.shelf.name]
    if request.quirks.created_unfilterable:
        fields -= {"createdDateTime"}
    accept = parse_filter(text, fields) if text else None
    by, direction = _order(request)
    low, high = bounds(text, "lastUpdateDateTime")
    newest_first = by == "lastUpdateDateTime" and direction == "desc"
    entries = (
        entry
        for entry in request.shelf.between(low, high, newest_first=newest_first)
        if entry.visible_from <= request.number and (accept is None or not entry.place[0] or accept(entry.row))
    )
    if by == "lastUpdateDateTime":
        return entries
    if by == "shuffled":
        return iter(sorted(entries, key=lambda entry: entry.rank))
    return iter(sorted(entries, key=lambda entry: entry.row[by], reverse=direction == "desc"))


def _order(request: Listed) -> tuple[str, str]:
    text = request.params.get("$orderby")
    if text is not None and request.quirks.order == "refused":
        raise BadRequest("The query option '$orderby' is not supported.")
    if text is None or request.quirks.order == "ignored":
        if request.quirks.default_order == "shuffled":
            return "shuffled", "asc"
        return "lastUpdateDateTime", "desc" if request.quirks.default_order == "newest" else "asc"
    by, _, direction = text.partition(" ")
    if by not in DATES or direction not in ("", "asc", "desc"):
        raise BadRequest(f"Ordering by '{text}' is not supported.")
    return by, direction or "asc"


def _top(request: Listed, dice: random.Random) -> int:
    name, quirks = request.shelf.name, request.quirks
    top = _number(request.params.get("$top"), "$top", _DEFAULT_TOP[name])
    if name == "incidents" and top > quirks.incidents_top:
        raise BadRequest(f"The limit of '{quirks.incidents_top}' for Top query has been exceeded.")
    top = min(top, quirks.alerts_top) if name == "alerts_v2" else top
    if quirks.clamp is not None:
        top = min(top, dice.randint(1, quirks.clamp) if quirks.clamp_varies else quirks.clamp)
    return top


def _skip(request: Listed) -> int:
    token = request.params.get("$skiptoken")
    if token is not None:
        return _number(token, "$skiptoken", 0)
    skip = _number(request.params.get("$skip"), "$skip", 0)
    if skip > request.quirks.skip_limit:
        raise BadRequest(f"The limit of '{request.quirks.skip_limit}' for Skip query has been exceeded.")
    return 0 if request.quirks.skip_ignored else skip


def _number(text: str | None, name: str, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or not text.isascii():
        raise BadRequest(f"'{text}' is not a number for {name}.")
    return int(text)


def _next_link(request: Listed, url: str, skip: int, length: int, more: bool, dice: random.Random) -> str | None:
    style = request.quirks.next_link
    if not more or style == "never" or (style == "sometimes" and dice.random() < 0.5):
        return None
    if style == "elsewhere":
        url = "https://graph.microsoft.com.evil.invalid/v1.0/security/" + request.shelf.name
    offset = 0 if style == "circular" else skip + length
    params = {name: value for name, value in request.params.items() if name not in ("$skip", "$skiptoken")}
    parts = [f"{name}={quote(value, safe='')}" for name, value in (*params.items(), ("$skiptoken", str(offset)))]
    return f"{url}?{'&'.join(parts)}"


def _body(request: Listed, entry: Entry) -> bytes:
    body = entry.body if request.prefers else _without_new_members(entry)
    if "$expand" not in request.params:
        return body
    alerts = [alert for alert in request.store.alerts_of(entry.id) if alert.visible_from <= request.number]
    inner = b",".join(alert.body if request.prefers else _without_new_members(alert) for alert in alerts)
    return body.rstrip()[:-1] + b',"alerts":[' + inner + b"]}"


def _without_new_members(entry: Entry) -> bytes:
    changed = {
        name: "unknownFutureValue" for name, value in entry.data.items() if isinstance(value, str) and value in EVOLVED
    }
    return orjson.dumps({**entry.data, **changed}) if changed else entry.body
