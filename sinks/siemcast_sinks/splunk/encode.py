"""Puts documents into HEC envelopes around the documents' own bytes, which are never parsed again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from siemcast.schema import Document, Head
from siemcast_sinks.splunk.config import SplunkSettings
from siemcast_sinks.splunk.sourcetypes import sourcetype


def body(documents: Iterable[Document], settings: SplunkSettings) -> bytes:
    """Give one request's body: an envelope a document, one a line."""
    return b"\n".join(envelope(document, settings) for document in documents)


def envelope(document: Document, settings: SplunkSettings) -> bytes:
    """Give one document's envelope: time and metadata first, and the document as `event`."""
    metadata = orjson.dumps(_metadata(document.head, settings))
    return b"".join((b"{", _time(document.head.time_ms), metadata[1:-1], b',"event":', _event(document.body), b"}"))


def _metadata(head: Head, settings: SplunkSettings) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "sourcetype": settings.sourcetype or sourcetype(head, settings.format),
        "fields": _fields(head),
    }
    envelope["source"] = settings.source or f"siemcast:{head.table}"
    if host := settings.host or head.hostname:
        envelope["host"] = host
    if settings.index:
        envelope["index"] = settings.index
    return envelope


def _fields(head: Head) -> dict[str, str | list[str]]:
    """Indexed fields, by which a search tells versions apart; HEC takes only strings and lists of them (code 15)."""
    fields: dict[str, str | list[str]] = {"siemcast_id": head.id}
    if head.version:
        fields["siemcast_version"] = head.version
    if head.tenant:
        fields["siemcast_tenant"] = head.tenant
    if head.anomalies:
        fields["siemcast_anomalies"] = list(head.anomalies)
    return fields


def _time(time_ms: int) -> bytes:
    """Write epoch seconds in plain decimal, never in exponent form (code 15).

    A time at or before 1970 stands for none: it is left out, and Splunk takes the time of arrival, for what is dated
    1970 is frozen by an index's retention at once.
    """
    return b'"time":%d.%03d,' % divmod(time_ms, 1000) if time_ms > 0 else b""


def _event(document: bytes) -> bytes:
    """Embed a JSON object as it is; a line of text (CEF, LEEF) becomes a JSON string."""
    return document if document.startswith(b"{") else orjson.dumps(document.decode(errors="replace"))
