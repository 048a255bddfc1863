"""Settings of the `file` sink."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from siemcast.api import Duration, Settings, SinkSettings, Size

_LINES = frozenset({"cef", "leef"})


class RotateSettings(Settings):
    """When a new file is begun."""

    bytes: Size = Field(default=100_000_000, ge=1)
    """Most bytes of one file; a longer single request gets a file of its own."""
    every: Duration = Field(default=timedelta(days=1), gt=timedelta(0))
    """Most time that one file covers."""


class FileSettings(SinkSettings):
    """Settings of `file`."""

    path: Path
    """Folder of the files; it is made where it is absent."""
    format: str = "raw"
    """Format of the documents, one a line in `NAME-TIME.jsonl` (`.log` for cef and leef)."""
    rotate: RotateSettings = RotateSettings()
    """When a new file is begun."""
    compress: Literal["gz", "zst"] | None = None
    """How a file is compressed once the next one is begun; `true` means `gz`."""
    in_flight: int = Field(default=1, ge=1, le=64)
    """Most requests under way at a time; they are written one after the other."""

    @field_validator("compress", mode="before")
    @classmethod
    def _usual(cls, value: object) -> object:
        return {True: "gz", False: None}.get(value, value) if isinstance(value, bool) else value

    @property
    def suffix(self) -> str:
        """The files' ending: `.jsonl`, or `.log` for lines of text."""
        return ".log" if self.format in _LINES else ".jsonl"
