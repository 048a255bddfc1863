"""What HEC takes and what it refuses, by the codes and words of Splunk 9 and 10. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = {
    0: (200, "Success"),
    1: (403, "Token disabled"),
    2: (401, "Token is required"),
    3: (401, "Invalid authorization"),
    4: (403, "Invalid token"),
    5: (400, "No data"),
    6: (400, "Invalid data format"),
    7: (400, "Incorrect index"),
    9: (503, "Server is busy"),
    10: (400, "Data channel is missing"),
    11: (400, "Invalid data channel"),
    12: (400, "Event field is required"),
    13: (400, "Event field cannot be blank"),
    14: (400, "ACK is disabled"),
    15: (400, "Error in handling indexed fields"),
    16: (400, "Query string authorization is not enabled"),
    17: (200, "HEC is healthy"),
    18: (503, "HEC is unhealthy, queues are full"),
}
"""HTTP status and words of each code."""

_KEYS = frozenset({"time", "host", "source", "sourcetype", "index", "fields", "event"})
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class HecEvent:
    """One stored event."""

    time: float | None
    event: Any
    host: str = ""
    source: str = ""
    sourcetype: str = ""
    index: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


Poison = Callable[[HecEvent], str | None]
"""Gives the words by which an event is refused, or None."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, and at which event."""

    code: int
    text: str = ""
    number: int | None = None

    @property
    def status(self) -> int:
        return WORDS[self.code][0]

    def answer(self) -> dict[str, Any]:
        said: dict[str, Any] = {"text": self.text or WORDS[self.code][1], "code": self.code}
        return said if self.number is None else {**said, "invalid-event-number": self.number}


class _Exponent(float):
    """A number that was written with an exponent, which HEC does not take for a time."""


_DECODER = json.JSONDecoder(parse_float=lambda text: _Exponent(text) if "e" in text.lower() else float(text))


def take(
    body: bytes, indexes: Collection[str], default_index: str, poison: Poison | None
) -> tuple[list[HecEvent], Refusal | None]:
    """Read a body: the events that are taken, and what stopped the reading, if anything did.

    Events before the one that is refused are taken all the same; for a wrong index none is, and the number given is one
    too high (both as Splunk 10 was seen to do).
    """
    taken: list[HecEvent] = []
    try:
        for number, envelope in enumerate(_envelopes(body)):
            refusal = _refusal(envelope, number, indexes)
            if refusal is not None:
                return ([] if refusal.code == 7 else taken), refusal
            event = _event(envelope, default_index)
            if poison is not None and (words := poison(event)):
                return taken, Refusal(6, words, number)
            taken.append(event)
    except ValueError:
        return taken, Refusal(6, number=len(taken))
    return taken, None if taken else Refusal(5)


def _envelopes(body: bytes) -> Iterator[Mapping[str, Any]]:
    text = body.decode()
    end = len(_SPACE.match(text)[0])  # type: ignore[index]  # the pattern matches everywhere
    while end < len(text):
        envelope, end = _DECODER.raw_decode(text, end)
        if not isinstance(envelope, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one error for whatever is no envelope
        yield envelope
        end = _SPACE.match(text, end).end()  # type: ignore[union-attr]  # as above


def _refusal(envelope: Mapping[str, Any], number: int, indexes: Collection[str]) -> Refusal | None:
    if not envelope.keys() <= _KEYS:
        return Refusal(6, number=number)
    if envelope.get("event") is None:
        return Refusal(12, number=number)
    if envelope["event"] in ("", {}, []):
        return Refusal(13, number=number)
    if not _time_is_sound(envelope.get("time")) or not _fields_are_sound(envelope.get("fields")):
        return Refusal(15, number=number)
    if "index" in envelope and envelope["index"] not in indexes:
        return Refusal(7, number=number + 1)
    return None


def _time_is_sound(time: Any) -> bool:
    if isinstance(time, str):
        return _DECIMAL.fullmatch(time) is not None
    return time is None or (isinstance(time, (int, float)) and not isinstance(time, (bool, _Exponent)) and time >= 0)


def _fields_are_sound(fields: Any) -> bool:
    if fields is None:
        return True
    return isinstance(fields, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))
        for value in fields.values()
    )


def _event(envelope: Mapping[str, Any], default_index: str) -> HecEvent:
    time = envelope.get("time")
    return HecEvent(
        time=None if time is None else float(time),
        event=envelope["event"],
        host=envelope.get("host", ""),
        source=envelope.get("source", ""),
        sourcetype=envelope.get("sourcetype", ""),
        index=envelope.get("index", default_index),
        fields=envelope.get("fields") or {},
    )
