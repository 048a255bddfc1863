"""A preview for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siemcast.cli.preview_content import Compared, Encoding, Preview
from siemcast.cli.preview_cuts import Cut
from siemcast.schema.times import iso


def answer(preview: Preview, line: int) -> dict[str, Any]:
    """Give all that a preview says as plain data; `line` is where the record begins in its file."""
    record, head = preview.record, preview.record.head
    return {
        "record": {
            "line": line,
            "bytes": len(record.raw),
            "shape": record.shape.name,
            "kind": head.kind,
            "table": head.table,
            "table_is_known": record.shape.mapping(head.table).known,
            "id": head.id,
            "version": head.version,
            "time": iso(head.time_ms),
            "severity": head.severity.label,
            "status": head.status,
            "title": head.title,
            "product": head.product,
            "tenant": head.tenant,
            "hostname": head.hostname,
            "anomalies": list(head.anomalies),
        },
        "columns": {
            "given": list(preview.columns),
            "unmapped": list(preview.unmapped),
            "unknown": list(preview.unknown),
        },
        "formats": [_format(encoding, preview) for encoding in preview.encodings],
    }


def _format(encoding: Encoding, preview: Preview) -> dict[str, Any]:
    return {
        "format": encoding.name,
        "summary": encoding.spec.summary,
        "text": encoding.spec.text,
        "sinks": list(encoding.sinks),
        "error": encoding.error,
        "documents": [
            {
                "id": document.head.id,
                "kind": document.head.kind,
                "bytes": len(document.body),
                "document": document.body.decode("utf-8", "replace"),
            }
            for document in encoding.documents
        ],
        "limits": [_limit(compared) for compared in encoding.limits],
        "cut_by_format": _cuts(encoding.key_cuts),
        "columns": _columns(encoding, preview),
    }


def _limit(compared: Compared) -> dict[str, Any]:
    return {
        "who": compared.limit.who,
        "bytes": compared.limit.bytes,
        "shortened_by_siemcast": compared.limit.ours,
        "excess": compared.excess,
        "cut": _cuts(compared.cuts),
        "marks": list(compared.marks),
        "error": compared.error,
    }


def _cuts(cuts: Sequence[Cut]) -> list[dict[str, Any]]:
    return [{"field": cut.field, "had": cut.had, "has": cut.has} for cut in cuts]


def _columns(encoding: Encoding, preview: Preview) -> dict[str, Any] | None:
    """Give by column its fields and the one of Microsoft's name; None where the format does not tell."""
    if encoding.told is None:
        return None
    found: dict[str, Any] = {}
    for line in encoding.told.lines:
        if line.column in preview.columns:
            landing = line.landings[encoding.name]
            one = found.setdefault(line.column, {"path": line.path, "fields": [], "vendor": landing.vendor})
            one["fields"] += [field for field in landing.fields if field not in one["fields"]]
    for column, status in encoding.statuses(preview.columns).items():
        found[column]["status"] = status
    return found
