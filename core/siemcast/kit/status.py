"""What an HTTP answer's status means for the engine, in the service's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from siemcast.errors import AuthRefused, Permanent, Transient

LONGEST_WAIT = 3600.0
"""Seconds: no service's Retry-After is believed beyond an hour."""
LONGEST_WORDS = 500
"""Characters of a service's words that an error repeats."""

_TRY_AGAIN = frozenset({408, 425, 429})
_REFUSED = {
    401: "check the credentials: they may be wrong, expired or revoked",
    403: "check that these credentials have the permissions needed, and that consent was given",
    407: "check the proxy's credentials in HTTPS_PROXY",
}
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_SECRET_HEADERS = ("authorization", "proxy-authorization", "x-identity-header", "api-key", "x-api-key", "x-xdr-auth-id")


def check_status(response: httpx.Response, who: str, *, now: datetime | None = None) -> None:
    """Return for 2xx; raise what the engine shall do for any other status. The response's body must have been read.

    401, 403, 407: AuthRefused. 408, 425, 429, 5xx, and redirects (which are never followed): Transient with the
    service's Retry-After. Any other: Permanent. `who` names the service; `now` reads a Retry-After that is a date.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    message = f"{who} answered {status}{_words(response)}"
    if status in _REFUSED:
        raise AuthRefused(message, hint=_REFUSED[status])
    if 300 <= status < 400:
        hint = "check the URL: something redirects it, perhaps a proxy or a login page; siemcast follows no redirect"
        raise Transient(message, hint=hint)
    if status in _TRY_AGAIN or not 400 <= status < 500:
        raise Transient(message, retry_after=retry_after(response.headers, now))
    raise Permanent(message)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Read Retry-After in seconds, 0 to LONGEST_WAIT; None where it is absent, negative or not understood.

    A date is counted from the answer's own Date, since the same clock wrote both, and only without one from `now`.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    until, since = _http_date(text), _http_date(headers.get("date", "")) or now
    if until is None or since is None:
        return None
    return min(max((until - since).total_seconds(), 0.0), LONGEST_WAIT)


def service_words(body: bytes) -> str:
    """Take what a service says of an error out of its answer, at most LONGEST_WORDS characters on one line."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        parsed = body[: 8 * LONGEST_WORDS].decode(errors="replace")
    words = " ".join(_said(parsed).split())
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in words)
    return printable if len(printable) <= LONGEST_WORDS else printable[: LONGEST_WORDS - 1] + "…"


def _words(response: httpx.Response) -> str:
    words = without_secrets(service_words(response.content), response)
    return f": {words}" if words else ""


def without_secrets(words: str, response: httpx.Response) -> str:
    """Take out of an answer's words what the request's headers held of secrets."""
    for secret in _sent_secrets(response):
        words = words.replace(secret, "***")
    return words


def _sent_secrets(response: httpx.Response) -> list[str]:
    """Give the secrets of the request: some services repeat what they were sent."""
    try:
        headers = response.request.headers
    except RuntimeError:  # a response that was made without a request
        return []
    sent = [headers[name] for name in _SECRET_HEADERS if headers.get(name)]
    return sent + [part for value in sent for part in value.split() if len(part) > 7]


def _said(parsed: Any) -> str:
    """Read Graph's and ARM's `{"error": {"code", "message"}}`, OAuth's pair, and the usual one-key answers."""
    if isinstance(parsed, str):
        return "" if parsed.lstrip().startswith("<") else parsed  # a proxy's HTML page tells nobody anything
    if not isinstance(parsed, dict):
        return orjson.dumps(parsed).decode() if parsed else ""
    error = parsed.get("error", parsed)
    if isinstance(error, str):
        return ": ".join(filter(None, (error, _text(parsed, "error_description", "message"))))
    if not isinstance(error, dict):
        return orjson.dumps(parsed).decode()
    said = ": ".join(filter(None, (_text(error, "code"), _text(error, "message", "text", "detail", "reason"))))
    return said or orjson.dumps(parsed).decode()


def _text(mapping: Mapping[str, Any], *keys: str) -> str:
    found = (mapping[key] for key in keys if isinstance(mapping.get(key), (str, int)))
    return str(next(found, ""))


def _http_date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
