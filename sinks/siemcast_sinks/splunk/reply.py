"""Reads what the HTTP Event Collector answers into what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

import httpx
import orjson

from siemcast.errors import AuthRefused, DeliveryError, Permanent, Transient
from siemcast.kit.status import check_status, retry_after, service_words, without_secrets

NO_DATA = 5
"""The answer to a good token and an empty body."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """All events of the request were taken."""

    ack_id: int | None
    """What to ask the indexers' acknowledgement by; None where the token does not acknowledge."""


@dataclass(frozen=True, slots=True)
class BadEvent:
    """One event stopped the request; those before it may have been taken, those after it were not."""

    number: int
    """Its position in the request, from 0."""
    reason: str
    """Splunk's words."""


class _Next(Enum):
    DONE = auto()
    AGAIN = auto()
    REFUSED = auto()
    EVENT = auto()
    CALL = auto()


_CHECK_IT = "check the sink's token, and that it is enabled (Settings > Data inputs > HTTP Event Collector)"
_CHANNEL = "this token has indexer acknowledgement enabled: set ack: true, or turn it off for the token"
_SIZE = "lower batch.bytes below max_content_length of the server's limits.conf"

_CODES: dict[int, tuple[_Next, str]] = {
    0: (_Next.DONE, ""),
    1: (_Next.REFUSED, _CHECK_IT),
    2: (_Next.REFUSED, _CHECK_IT + "; a proxy may take the Authorization header away"),
    3: (_Next.REFUSED, _CHECK_IT),
    4: (_Next.REFUSED, _CHECK_IT + "; a token made just now needs a moment in Splunk Cloud"),
    5: (_Next.CALL, ""),
    6: (_Next.EVENT, ""),
    7: (_Next.REFUSED, "allow the index for this token and see that it exists, or correct the sink's index"),
    8: (_Next.AGAIN, ""),
    9: (_Next.AGAIN, ""),
    10: (_Next.REFUSED, _CHANNEL),
    11: (_Next.REFUSED, _CHANNEL),
    12: (_Next.EVENT, ""),
    13: (_Next.EVENT, ""),
    14: (_Next.REFUSED, "set ack: false, or enable indexer acknowledgement for the token"),
    15: (_Next.EVENT, ""),
    16: (_Next.REFUSED, _CHECK_IT + "; a proxy may take the Authorization header away"),
    17: (_Next.DONE, ""),
    18: (_Next.AGAIN, "Splunk's queues are full: its indexers do not keep up"),
    19: (_Next.AGAIN, "Splunk's acknowledgement service is not available"),
    20: (_Next.AGAIN, "Splunk's queues are full and its acknowledgement service is not available"),
    21: (_Next.REFUSED, _CHECK_IT),
    22: (_Next.REFUSED, _CHECK_IT),
    23: (_Next.AGAIN, "Splunk is shutting down"),
    24: (_Next.AGAIN, "Splunk's queues are full: its indexers do not keep up"),
    25: (_Next.AGAIN, "Splunk holds all the acknowledgements that it can"),
    26: (_Next.AGAIN, "Splunk holds all the acknowledgements that it can"),
    27: (_Next.AGAIN, "Splunk is at its capacity"),
}
"""HEC's codes: what happens next, and what a person can do about it.

Known from Splunk's HEC troubleshooting page; 23 to 27 came with 9.x.
"""
_NOT_THERE = "check the url: it is host and port of the HTTP Event Collector, which may be switched off there"


def read(response: httpx.Response, who: str, now: datetime) -> Accepted | BadEvent:
    """Read the answer to a request with events; `who` names the collector.

    Raises Transient, AuthRefused (token, channel, index), or Permanent for what can never work as one request.
    """
    status, answer = response.status_code, _parsed(response.content)
    code = _code(answer)
    if status == 413:
        raise Permanent(f"{who} takes no request of this size (413)", hint=_SIZE)
    if code not in _CODES:
        raise _foreign(response, who, now)
    what, hint = _CODES[code]
    if status == 200 and code == 0:
        ack_id = answer.get("ackId")
        return Accepted(ack_id if isinstance(ack_id, int) else None)
    said = without_secrets(service_words(orjson.dumps(str(answer.get("text", "")))), response)
    words = f"{who} answered {status}: {said} (code {code})"
    if what is _Next.REFUSED:
        raise AuthRefused(words, hint=hint)
    if what in (_Next.AGAIN, _Next.DONE) or status not in range(400, 500) or status in (408, 425, 429):
        raise Transient(words, hint=hint, retry_after=retry_after(response.headers, now))
    number = answer.get("invalid-event-number")
    if what is _Next.EVENT and isinstance(number, int):
        return BadEvent(number, words)
    raise Permanent(words, hint=hint)


def read_probe(response: httpx.Response, who: str, now: datetime) -> None:
    """Read the answer to a request without a body, by which a token is tried. Raises as `read` does."""
    if response.status_code == 400 and _code(_parsed(response.content)) == NO_DATA:
        return
    read(response, who, now)


def read_health(response: httpx.Response, who: str, now: datetime) -> None:
    """Read the health endpoint's answer; receivers that lack it (404, 405) say nothing. Raises as `read` does."""
    if response.status_code in (200, 404, 405):
        return
    read(response, who, now)


def read_acks(response: httpx.Response, who: str, now: datetime) -> frozenset[int]:
    """Read which requests the indexers have acknowledged. Raises as `read` does."""
    acks = _parsed(response.content).get("acks")
    if response.status_code == 200 and isinstance(acks, dict):
        return frozenset(int(number) for number, done in acks.items() if done is True and number.isdecimal())
    read(response, who, now)
    raise Transient(f"{who} did not say which requests are acknowledged")


def _foreign(response: httpx.Response, who: str, now: datetime) -> DeliveryError:
    """Say what an answer means that is not HEC's own: of a proxy, of another server, or of a newer Splunk."""
    status = response.status_code
    if status in (404, 405):
        return Transient(f"{who} answered {status}: no HTTP Event Collector is there", hint=_NOT_THERE)
    try:
        check_status(response, who, now=now)
    except DeliveryError as error:
        return error
    return Transient(f"{who} answered {status}, but not as an HTTP Event Collector does", hint=_NOT_THERE)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: dict[str, Any]) -> int:
    code = answer.get("code")
    return code if isinstance(code, int) else -1
