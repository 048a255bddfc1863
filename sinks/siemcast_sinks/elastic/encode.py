"""Puts documents into a `_bulk` body: an action and the document's own bytes, each on a line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import orjson

from siemcast.schema import Document, Head
from siemcast.schema.times import iso
from siemcast_sinks.elastic.config import ElasticSettings
from siemcast_sinks.elastic.datasets import PACKAGE, PACKAGE_KINDS, dataset_of

_LONGEST_ID = 512
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@/+=~-]{0,511}", re.ASCII)
"""Ids that need no hashing: Elasticsearch takes up to 512 bytes, and these need no care in a URL or a log."""


def body(documents: Iterable[Document], settings: ElasticSettings) -> bytes:
    """Give one request's body, ending with a line end as `_bulk` wants it."""
    starts: dict[tuple[str, str], bytes] = {}  # all documents of a table go to one data stream
    is_made_for_elastic = settings.format in ("ecs", "native")
    lines: list[bytes] = []
    for document in documents:
        head = document.head
        if (start := starts.get((head.kind, head.table))) is None:
            start = starts[head.kind, head.table] = b'{"create":{"_index":%s' % orjson.dumps(stream(head, settings))
        lines.append(start + _named(head, settings.format))
        lines.append(document.body if is_made_for_elastic else source(document))
    return b"\n".join((*lines, b""))


def _named(head: Head, form: str) -> bytes:
    """Give the end of an action: with `create`, all that data streams take, a repeated `_id` is a conflict (409).

    Raw incidents and alerts (`native`) get no `_id`: the package's pipelines make one of the record's own fields. They
    make none for hunting rows.
    """
    if form == "native" and head.kind != "event":
        return b"}}"
    return b',"_id":"%s"}}' % document_id(head.key).encode()  # an id needs no escapes


def source(document: Document) -> bytes:
    """Give a document of a format not made for Elastic, with the `@timestamp` without which no data stream takes it."""
    if b'"@timestamp"' in document.body and "@timestamp" in orjson.loads(document.body):
        return document.body
    stamp = b'{"@timestamp":"%s"' % iso(document.head.time_ms).encode()
    rest = document.body[1:].lstrip()
    return stamp + rest if rest.startswith(b"}") else stamp + b"," + rest


def stream(head: Head, settings: ElasticSettings) -> str:
    """Give the data stream's name."""
    return f"logs-{_dataset(head, settings)}-{settings.data_stream.namespace}"


def streams(settings: ElasticSettings) -> list[str]:
    """Give the data streams that incidents, alerts and events go to."""
    heads = (Head(id="", kind=kind, table="", time_ms=0) for kind in sorted(PACKAGE_KINDS))
    return sorted({stream(head, settings) for head in heads})


def pipeline(settings: ElasticSettings) -> str | None:
    """Give the ingest pipeline to ask for: the user's, or none at all for mapped documents in the package's streams."""
    if settings.pipeline is not None or settings.format == "native":
        return settings.pipeline
    packaged = any(name.startswith(f"logs-{PACKAGE}.") for name in streams(settings))
    return "_none" if packaged else None


def document_id(key: str) -> str:
    """Give a key as `_id`; one that is too long or holds odd characters as its SHA-256, stable as well."""
    if key.isalnum() and key.isascii() and len(key) <= _LONGEST_ID:  # as nearly all are
        return key
    return key if _PLAIN_ID.fullmatch(key) else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _dataset(head: Head, settings: ElasticSettings) -> str:
    if settings.data_stream.dataset is not None:
        return settings.data_stream.dataset
    if settings.format not in ("ecs", "native"):
        return f"siemcast.{_word(settings.format)}"
    packaged = dataset_of(head, raw=settings.format == "native")
    return packaged or f"siemcast.{_word(head.kind)}"


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9_.]", "_", name.lower())[:80] or "other"
