"""Puts documents on lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from siemcast.schema import Document


def text(documents: Iterable[Document], *, pretty: bool) -> bytes:
    """Give one line a document, or, where it shall be pretty, each JSON document indented."""
    return b"".join(_pretty(document.body) if pretty else document.body + b"\n" for document in documents)


def _pretty(body: bytes) -> bytes:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONDecodeError:  # a line of text (CEF, LEEF)
        return body + b"\n"
