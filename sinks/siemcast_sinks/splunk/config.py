"""Settings of the `splunk` sink."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, ValidationInfo, field_validator, model_validator

from siemcast.api import ConnectionSettings, Duration, Secret, Settings
from siemcast.kit.plaintext import refuse_plaintext
from siemcast_sinks.endpoints import Urls, refuse_plaintext_urls

_COLLECTOR = ("/services/collector/event/1.0", "/services/collector/event", "/services/collector")


class AckSettings(Settings):
    """How indexer acknowledgement is waited for."""

    wait: Duration = Field(default=timedelta(minutes=5), gt=timedelta(0))
    """How long the indexers may take; what they have not acknowledged by then is sent again."""
    poll: Duration = Field(default=timedelta(seconds=1), gt=timedelta(0))
    """Wait between two questions for acknowledgements; one question covers all requests."""


class ManagementSettings(Settings):
    """Splunk's management port, asked through splunk-sdk."""

    url: str
    """Base URL, as a rule `https://HOST:8089`."""
    token: Secret | None = None
    """Authentication token (bearer) of a Splunk user."""
    username: str | None = None
    """Name of a Splunk user, when no token is given."""
    password: Secret | None = None
    """That user's password."""

    @model_validator(mode="after")
    def _one_identity(self) -> ManagementSettings:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together; give both")
        if (self.token is None) == (self.username is None):
            raise ValueError("give either a token, or username and password")
        return self


class SplunkSettings(ConnectionSettings):
    """Settings of `splunk`."""

    url: Urls
    """Base URL of the HTTP Event Collector (`https://HOST:8088`), or a list: taken in turn, the next when one fails."""
    token: Secret
    """The collector's token."""
    format: str = "native"
    """Format of the documents; `native` is what Splunk's Microsoft add-ons and Enterprise Security expect.

    It gives alerts as Graph does, with the `devices` and `entities` beside that Splunk's detections read;
    `native-graph` leaves these out, `native-endpoint` gives alerts as the add-on's `ms:defender:atp:alerts`.
    """
    index: str | None = Field(default=None, pattern=r"^[a-z0-9_][a-z0-9_-]*$")
    """Index to write to; the token's default index, when absent."""
    sourcetype: str | None = Field(default=None, min_length=1)
    """Sourcetype of all events, instead of the format's own."""
    source: str | None = Field(default=None, min_length=1)
    """Source of all events, instead of `siemcast:TABLE`."""
    host: str | None = Field(default=None, min_length=1)
    """Host of all events, instead of the device that each names."""
    ack: bool | AckSettings = False
    """Whether to wait until the indexers acknowledge (the token must have it enabled)."""
    compress: bool = True
    """Whether requests are compressed (gzip)."""
    management: ManagementSettings | None = None
    """The management port, for deeper checks."""

    @field_validator("url")
    @classmethod
    def _collector(cls, urls: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        refuse_plaintext_urls(urls, info.data.get("allow_plaintext", False), "url")
        return tuple(_without_path(url) for url in urls)

    @field_validator("management")
    @classmethod
    def _secure(cls, management: ManagementSettings | None, info: ValidationInfo) -> ManagementSettings | None:
        if management is not None:
            refuse_plaintext(management.url, info.data.get("allow_plaintext", False), "management.url")
        return management

    @property
    def acks(self) -> AckSettings | None:
        """How to wait for acknowledgements; None where they are not wanted."""
        if isinstance(self.ack, AckSettings):
            return self.ack
        return AckSettings() if self.ack else None


def _without_path(url: str) -> str:
    """Take the collector's own path away: users copy the whole address from Splunk's documentation."""
    return next((url.removesuffix(path) for path in _COLLECTOR if url.endswith(path)), url)
