"""Settings of replay.file."""

from __future__ import annotations

from pydantic import Field

from siemcast.api import SourceSettings


class ReplaySettings(SourceSettings):
    """Which files are read, and what their records are."""

    kind: str = "replay.file"
    """Kind of the source."""
    path: str = Field(min_length=1)
    """A file, a folder (its .json, .jsonl and .ndjson files, also .gz and .zst, at any depth, by name) or a glob (`**`
    is any depth). JSON lines, and JSON arrays or pages (`records`, `value`) whose elements are then the records. Each
    file is read to its end, the source ends with the last one; a later run goes on where the files have grown."""
    kind_of_record: str | None = None
    """The source kind whose records these are (`defender.streaming`); told by the shape of each record when absent,
    which costs about a tenth of the speed."""
