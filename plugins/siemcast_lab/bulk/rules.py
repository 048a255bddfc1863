"""What `_bulk` takes and refuses, item by item, by the statuses and error types of Elasticsearch 8. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_STREAM = re.compile(r"logs-[^-]+-[^-]+")


@dataclass(frozen=True, slots=True)
class BulkDocument:
    """One stored document."""

    stream: str
    id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemFault:
    """Why an item is refused."""

    status: int
    type: str
    reason: str

    def answer(self) -> dict[str, Any]:
        return {"status": self.status, "error": {"type": self.type, "reason": self.reason}}


Poison = Callable[[BulkDocument], ItemFault | str | None]
"""Gives the fault by which a document is refused, or only the words of a mapping error (400), or None."""

BUSY = ItemFault(429, "es_rejected_execution_exception", "rejected execution of coordinating operation")


def pairs(body: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Give each action with its document's line. Raises ValueError for a body that is no bulk body."""
    if not body.endswith(b"\n"):
        raise ValueError("The bulk request must be terminated by a newline [\\n]")
    lines = iter(body[:-1].split(b"\n"))
    for line in lines:
        action = json.loads(line)
        if not isinstance(action, dict) or len(action) != 1:
            raise ValueError("Malformed action/metadata line")
        document = next(lines, None)
        if document is None:
            raise ValueError("Validation Failed: no requests added")
        yield action, document


def item_fault(action: Mapping[str, Any], line: bytes, poison: Poison | None) -> ItemFault | BulkDocument:
    """Give the document that an item holds, or why the item is refused (a conflict aside)."""
    ((name, meta),) = action.items()
    if name != "create":
        return ItemFault(
            400, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams"
        )
    if _STREAM.fullmatch(meta.get("_index", "")) is None:
        return ItemFault(404, "index_not_found_exception", f"no such index [{meta.get('_index')}]")
    if len(meta.get("_id", "").encode()) > 512:
        return ItemFault(400, "illegal_argument_exception", "id is too long, must be no longer than 512 bytes")
    try:
        document = json.loads(line)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return ItemFault(400, "document_parsing_exception", "failed to parse")
    if "@timestamp" not in document:
        return ItemFault(400, "document_parsing_exception", "data stream timestamp field [@timestamp] is missing")
    stored = BulkDocument(meta["_index"], meta.get("_id", ""), document)
    fault = poison(stored) if poison else None
    return ItemFault(400, "document_parsing_exception", fault) if isinstance(fault, str) else fault or stored
