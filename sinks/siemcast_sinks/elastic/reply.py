"""Reads what `_bulk` answers, for the request and for each item, into what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import orjson

from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast.kit.status import LONGEST_WORDS, check_status

FILTER = "errors,items.*.status,items.*.error,items.*.failure_store"
"""What of the answer is asked for (`filter_path`): the rest repeats what was sent."""

_ACCEPTED = frozenset({200, 201, 409})
"""409 says that a document of this `_id` is there already: a repeat, suppressed."""
_AGAIN = frozenset({408, 425, 429})
_NO_STREAM = "let the API key have auto_configure, or create the data stream's index template"
_RIGHTS = "give the API key or user create_doc and auto_configure on these data streams"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request's documents; those not named were accepted."""

    rejected: Mapping[int, str] = field(default_factory=dict)
    """Position of each document that can never be taken, and why."""
    again: Mapping[int, str] = field(default_factory=dict)
    """Position of each document to send once more, and why."""
    failure_store: bool = False
    """Whether some were kept apart, in the data stream's failure store."""


def read(response: httpx.Response, count: int, who: str, now: datetime) -> Outcome:
    """Read the answer to a request of `count` documents; `who` names the cluster.

    Raises Transient (also for an answer that fits no request), AuthRefused, or Permanent where halving helps.
    """
    status = response.status_code
    if status == 413:
        hint = "lower batch.bytes below the cluster's http.max_content_length"
        raise Permanent(f"{who} takes no request of this size (413)", hint=hint)
    if status in (404, 405):
        hint = "check the url: scheme, host and port of the cluster"
        raise Transient(f"{who} answered {status}: no _bulk is there", hint=hint)
    check_status(response, who, now=now)
    answer = _parsed(response.content)
    kept_apart = b'"failure_store":"used"' in response.content
    items = answer.get("items")
    if answer.get("errors") is False and not (isinstance(items, list) and 0 < len(items) != count):
        return Outcome(failure_store=kept_apart)  # stand-ins for Elasticsearch may leave the items out
    if not isinstance(items, list) or len(items) != count:
        hint = "check the url: is that Elasticsearch or OpenSearch?"
        raise Transient(f"{who} answered 200, but not for each of the {count} documents", hint=hint)
    return _outcome(items, who, kept_apart)


def _outcome(items: list[Any], who: str, failure_store: bool) -> Outcome:
    rejected: dict[int, str] = {}
    again: dict[int, str] = {}
    for position, item in enumerate(items):
        status, kind, words = _item(item)
        if status in _ACCEPTED:
            continue
        if status in _AGAIN or status >= 500 or kind == "cluster_block_exception":
            again[position] = words
            continue
        _refuse_set_up(status, kind, words, who)
        rejected[position] = words
    return Outcome(rejected, again, failure_store)


def _refuse_set_up(status: int, kind: str, words: str, who: str) -> None:
    """Raise where an item was refused for what is wrong with the set-up, and not with the document."""
    if status in (401, 403):
        raise AuthRefused(f"{who} refuses documents: {words}", hint=_RIGHTS)
    if status == 404:
        raise Transient(f"{who} has no such data stream: {words}", hint=_NO_STREAM)
    if kind == "illegal_argument_exception" and "pipeline with id" in words:
        hint = "correct the sink's pipeline, or create it (for format native: install the m365_defender package)"
        raise Transient(f"{who} lacks a pipeline: {words}", hint=hint)


def _item(item: Any) -> tuple[int, str, str]:
    """Give an item's status, its error's type, and the words; what is no item at all counts as a server's fault."""
    result = next(iter(item.values()), None) if isinstance(item, dict) else None
    if not isinstance(result, dict) or not isinstance(result.get("status"), int):
        return 500, "", "an item without a status"
    status, error = result["status"], result.get("error")
    if not isinstance(error, dict):
        return status, "", f"status {status}" + (f": {error}" if error else "")
    return status, str(error.get("type", "")), f"status {status}: {_words(error)}"


def _words(error: Mapping[str, Any]) -> str:
    said = f"{error.get('type', 'error')}: {error.get('reason', '')}"
    cause = error.get("caused_by")
    if isinstance(cause, dict) and cause.get("reason"):
        said += f" ({cause['reason']})"
    return said if len(said) <= LONGEST_WORDS else said[: LONGEST_WORDS - 1] + "…"


def read_root(response: httpx.Response, flavor: str, who: str, now: datetime) -> str | None:
    """Read `GET /`: give what is wrong with the product behind it, or None.

    A key without the cluster's `monitor` right may not ask (403), which is well. Raises as `read` does.
    """
    if response.status_code == 403:
        return None
    check_status(response, who, now=now)
    version = _parsed(response.content).get("version")
    if not isinstance(version, dict):
        return f"{who} is neither Elasticsearch nor OpenSearch"
    found = "opensearch" if version.get("distribution") == "opensearch" else "elasticsearch"
    return None if found == flavor else f"{who} is {found}, not {flavor}"


def missing_privileges(response: httpx.Response, who: str, now: datetime) -> list[str]:
    """Read which rights are missing, as `RIGHT on STREAM`; clusters without security have no such endpoint."""
    if response.status_code in (400, 404, 405):
        return []
    check_status(response, who, now=now)
    index = _parsed(response.content).get("index")
    if not isinstance(index, dict):
        return []
    return [
        f"{right} on {name}"
        for name, rights in index.items()
        if isinstance(rights, dict)
        for right, given in rights.items()
        if given is False
    ]


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}
