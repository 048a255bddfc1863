"""Cuts one answer of Graph into records, each with the very bytes that Microsoft sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from siemcast.errors import SiemcastError, Transient
from siemcast.schema.parse import parse_object
from siemcast_defender.graph import stamp


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The few members that reading looks at; of any type, for what is odd is delivered, too."""

    id: Any = None
    lastUpdateDateTime: Any = None  # noqa: N815 - Microsoft's name
    createdDateTime: Any = None  # noqa: N815 - as above
    status: Any = None
    severity: Any = None
    classification: Any = None
    determination: Any = None
    assignedTo: Any = None  # noqa: N815 - as above
    redirectIncidentId: Any = None  # noqa: N815 - as above
    incidentId: Any = None  # noqa: N815 - as above


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a page."""

    raw: bytes
    facts: Facts
    id: str
    """Its id; of one without, a hash of its bytes."""
    stamp: int | None
    """Its lastUpdateDateTime in ticks; None where it has none."""
    created: int | None

    @property
    def version(self) -> str:
        """Its lastUpdateDateTime with seven digits; of a record without, a hash of its bytes after `#`."""
        return stamp.text(self.stamp) if self.stamp is not None else _hash(self.raw)

    @property
    def key(self) -> tuple[str, str]:
        """What tells one version of one thing from all others."""
        return self.id, self.version


@dataclass(frozen=True, slots=True)
class Page:
    """What one request brought."""

    items: Sequence[Item]
    link: str | None = None
    """The nextLink, where there is one on Graph's own host."""
    clock: int | None = None
    """The server's clock (its Date header) in ticks."""


class _Envelope(msgspec.Struct):
    value: list[msgspec.Raw]
    link: Any = msgspec.field(default=None, name="@odata.nextLink")


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_FACTS = msgspec.json.Decoder(Facts)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def parse_page(body: bytes, clock: int | None = None) -> Page:
    """Cut the answer to a list request. Raises Transient for torn JSON and for an answer without `value`."""
    try:
        envelope = _ENVELOPE.decode(body)
        raws, link = [bytes(raw) for raw in envelope.value], envelope.link
    except (msgspec.DecodeError, RecursionError):
        raws, link = _patiently(body)
    return Page([parse_item(raw) for raw in raws], link if isinstance(link, str) and link else None, clock)


def parse_item(raw: bytes) -> Item:
    """Read the facts of one record; whatever it is, it makes an item."""
    facts = _facts(raw)
    named = isinstance(facts.id, (str, int)) and str(facts.id)
    seen = stamp.ticks(facts.lastUpdateDateTime)
    return Item(raw, facts, str(facts.id) if named else _hash(raw), seen, stamp.ticks(facts.createdDateTime))


def cut_alerts(body: bytes) -> list[bytes] | None:
    """Take the alerts out of an incident that was asked for with `$expand=alerts`; None where it has none to show."""
    try:
        found = _MEMBERS.decode(body).get("alerts")
        return None if found is None else [bytes(raw) for raw in _LIST.decode(found)]
    except (msgspec.DecodeError, RecursionError):
        return None


def with_alerts(incident: bytes, alerts: Sequence[bytes]) -> bytes:
    """Put alerts into an incident that Graph would give only without them, leaving the bytes of both as they are."""
    head = incident.rstrip()[:-1].rstrip()
    comma = b"" if head.endswith(b"{") else b","
    return head + comma + b'"alerts":[' + b",".join(alerts) + b"]}"


def _facts(raw: bytes) -> Facts:
    try:
        return _FACTS.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        data = parse_object(raw)
    except SiemcastError:  # no object at all; it travels on, and whoever formats it says so
        return Facts()
    return Facts(**{name: data.get(name) for name in Facts.__struct_fields__})


def _hash(raw: bytes) -> str:
    """Hash a record less its alerts, for an incident comes with them and without."""
    try:
        members = _MEMBERS.decode(raw)
        parts = [part for name, value in members.items() if name != "alerts" for part in (name.encode(), bytes(value))]
    except (msgspec.DecodeError, RecursionError):
        parts = [raw]
    return "#" + blake2b(b"\0".join(parts), digest_size=12).hexdigest()


def _patiently(body: bytes) -> tuple[list[bytes], Any]:
    """Cut an answer that msgspec refuses (half a surrogate pair in one record) but that is not torn."""
    text = body.decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder(strict=False)
    try:
        envelope = decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise Transient(f"Graph sent JSON that is torn ({len(body)} bytes)") from error
    if not isinstance(envelope, dict) or not isinstance(envelope.get("value"), list):
        raise Transient("Graph's answer has no list `value`", hint="a proxy may answer in its place")
    return _slices(text, decoder), envelope.get("@odata.nextLink")


def _slices(text: str, decoder: json.JSONDecoder) -> list[bytes]:
    """Give the bytes of each item of `value`, in JSON that is known to be sound."""
    found: list[bytes] = []
    place = _skip(text, text.index("{") + 1)
    while text[place] != "}":
        name, place = decoder.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)
        if name == "value" and text[place] == "[":
            found, place = _list(text, place, decoder)
        else:
            _, place = decoder.raw_decode(text, place)
        place = _skip(text, place)
        place = _skip(text, place + 1) if text[place] == "," else place
    return found


def _list(text: str, place: int, decoder: json.JSONDecoder) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    place = _skip(text, place + 1)
    while text[place] != "]":
        _, end = decoder.raw_decode(text, place)
        found.append(text[place:end].encode("utf-8", "surrogateescape"))
        place = _skip(text, end)
        place = _skip(text, place + 1) if text[place] == "," else place
    return found, place + 1


def _skip(text: str, place: int) -> int:
    while text[place] in " \t\r\n":
        place += 1
    return place
