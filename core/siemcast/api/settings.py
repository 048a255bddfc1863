"""Bases of the settings that users write: what all sources, all polled sources and all sinks have in common."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from siemcast.api.units import Duration, Size, write_duration


class Settings(BaseModel):
    """Base of every settings model: strict about keys, frozen, documented by its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_blank_path(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse a blank path, which would mean the folder that the process happens to be in."""
        blank = isinstance(value, str) and not value.strip()
        if blank and cls.model_fields[str(info.field_name)].annotation in (Path, Path | None):
            raise ValueError("an empty path; name a file or folder, or . for the current folder")
        return value


class Tls(Settings):
    """How a connection's certificates are verified and presented."""

    ca_file: Path | None = None
    """PEM file of the only authorities to trust; without it the system's are trusted."""
    cert_file: Path | None = None
    """PEM file of the client certificate to present."""
    key_file: Path | None = None
    """PEM file of the client certificate's private key."""

    @model_validator(mode="after")
    def _pair(self) -> Tls:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together; give both or neither")
        return self

    @field_validator("ca_file", "cert_file", "key_file")
    @classmethod
    def _readable(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"no such file: {path}")
        return path


class SourceSettings(Settings):
    """Base of all sources' settings."""

    kind: str
    """Kind of the source."""


class TenantSourceSettings(SourceSettings):
    """Base of the sources that read one tenant."""

    tenant: str
    """Name of the tenant under `tenants`."""


class PolledSettings(TenantSourceSettings):
    """Base of the sources that ask Microsoft again and again."""

    every: Duration = Field(default=timedelta(seconds=30), ge=timedelta(seconds=1))
    """Wait between two polls, at least 1s."""
    since: Duration = timedelta(days=7)
    """How far back the first poll goes."""
    overlap: Duration = Field(default=timedelta(minutes=10), ge=timedelta(0))
    """How far behind the newest record each poll reads again, to find what Microsoft committed late."""
    timeout: Duration = Field(default=timedelta(seconds=60), gt=timedelta(0))
    """How long one request may take."""


class BatchSettings(Settings):
    """How many records travel in one request."""

    records: int = Field(default=1000, ge=1)
    """Most documents in one request."""
    bytes: Size = Field(default=1_000_000, ge=1)
    """Most bytes in one request before compression; a longer single document travels alone."""
    wait: Duration = Field(default=timedelta(milliseconds=200), ge=timedelta(0))
    """How long a request that is not full waits for more."""


class RetrySettings(Settings):
    """How transient errors are retried."""

    first: Duration = Field(default=timedelta(seconds=1), gt=timedelta(0))
    """Wait before the first retry; later waits grow, with jitter."""
    max: Duration = Field(default=timedelta(minutes=5), gt=timedelta(0))
    """Longest wait between retries, and between tries while credentials are refused."""
    give_up: Duration | None = None
    """When to stop retrying and dead-letter the batch; never, when absent."""

    @model_validator(mode="after")
    def _growing(self) -> RetrySettings:
        if self.first > self.max:
            raise ValueError(
                f"first ({write_duration(self.first)}) is longer than max ({write_duration(self.max)}); "
                "shorten first, or lengthen max"
            )
        return self


class SinkSettings(Settings):
    """Base of all sinks' settings."""

    kind: str
    """Kind of the sink."""
    format: str
    """Format of the documents."""
    batch: BatchSettings = BatchSettings()
    """Size of one request."""
    in_flight: int = Field(default=4, ge=1, le=64)
    """Most requests under way at a time."""
    retry: RetrySettings = RetrySettings()
    """How transient errors are retried."""
    on_reject: Literal["dead_letter"] = "dead_letter"
    """What becomes of a record that the receiver refuses."""

    @property
    def document_limit(self) -> int | None:
        """Longest document that the sink takes (`FormatOptions.max_bytes`); None when there is no limit."""
        return None


class ConnectionSettings(SinkSettings):
    """Base of the sinks that connect to somewhere."""

    tls: Tls = Tls()
    """Certificates of the connection."""
    timeout: Duration = Field(default=timedelta(seconds=30), gt=timedelta(0))
    """How long connecting and one request may take."""
    allow_plaintext: bool = False
    """Allow a connection without TLS to another machine, secrets included."""


class TransformSettings(Settings):
    """Base of all transforms' settings."""

    kind: str
    """Kind of the transform."""
