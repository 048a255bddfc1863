"""Settings of the `stdout` sink."""

from __future__ import annotations

from pydantic import Field

from siemcast.api import SinkSettings


class StdoutSettings(SinkSettings):
    """Settings of `stdout`."""

    format: str = "raw"
    """Format of the documents, one a line."""
    pretty: bool = False
    """Whether JSON documents are spread over indented lines, for people to read."""
    in_flight: int = Field(default=1, ge=1, le=64)
    """Most requests under way at a time; they are written one after the other."""
