"""Settings of the `elastic` sink."""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from siemcast.api import ConnectionSettings, Secret, Settings
from siemcast_sinks.endpoints import Urls, refuse_plaintext_urls

_FORBIDDEN = set('-\\/*?"<>| ,#:')
"""What Elastic's data stream naming scheme forbids in dataset and namespace (the dash parts them)."""
_LINES = frozenset({"cef", "leef"})


class DataStream(Settings):
    """The parts of `logs-DATASET-NAMESPACE`."""

    dataset: str | None = None
    """Dataset of all documents; when absent `m365_defender.incident`, `.alert` or `.event`, by their kind."""
    namespace: str = "default"
    """Namespace, such as a customer or an environment."""

    @field_validator("dataset", "namespace")
    @classmethod
    def _named_well(cls, name: str | None) -> str | None:
        if name is None:
            return None
        if not name or len(name.encode()) > 100:
            raise ValueError("must have 1 to 100 bytes")
        if name != name.lower():
            raise ValueError("must be in lower case")
        if bad := sorted(_FORBIDDEN & set(name)):
            raise ValueError(f"must not hold {' '.join(map(repr, bad))}")
        return name


class ElasticSettings(ConnectionSettings):
    """Settings of `elastic`."""

    url: Urls = ()
    """Base URL of the cluster (`https://HOST:9200`), or a list: taken in turn, the next when one fails."""
    cloud_id: str | None = None
    """Elastic Cloud's id of the deployment, instead of `url`."""
    api_key: Secret | None = None
    """API key in its encoded form, sent as it is."""
    username: str | None = None
    """Name of a user, when no API key is given."""
    password: Secret | None = None
    """That user's password."""
    flavor: Literal["elasticsearch", "opensearch"] = "elasticsearch"
    """Which of the two the cluster is."""
    format: str = "ecs"
    """Format of the documents; `native` is raw, for the ingest pipelines of Elastic's m365_defender package."""
    data_stream: DataStream = DataStream()
    """The data streams that are written to."""
    pipeline: str | None = Field(default=None, min_length=1)
    """Ingest pipeline, instead of the data stream's own. When absent, documents that are mapped already pass by the
    m365_defender package's pipelines, which expect raw records (`_none`)."""
    compress: bool = True
    """Whether requests are compressed (gzip)."""

    @field_validator("url")
    @classmethod
    def _secure(cls, urls: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        refuse_plaintext_urls(urls, info.data.get("allow_plaintext", False), "url")
        return urls

    @field_validator("cloud_id")
    @classmethod
    def _decodes(cls, cloud_id: str | None) -> str | None:
        if cloud_id is not None:
            cloud_url(cloud_id)
        return cloud_id

    @field_validator("format")
    @classmethod
    def _is_json(cls, name: str) -> str:
        if name in _LINES:
            raise ValueError(f"{name} is a line of text, and Elastic takes JSON; use ecs or native")
        return name

    @model_validator(mode="after")
    def _one_address_and_identity(self) -> ElasticSettings:
        if bool(self.url) == (self.cloud_id is not None):
            raise ValueError("give either url or cloud_id")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together; give both")
        if self.api_key is not None and self.username is not None:
            raise ValueError("give either api_key, or username and password")
        if self.api_key is not None and self.flavor == "opensearch":
            raise ValueError("OpenSearch knows no API keys; give username and password")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """The cluster's base URLs, however they were given."""
        return self.url if self.cloud_id is None else (cloud_url(self.cloud_id),)


def cloud_url(cloud_id: str) -> str:
    """Give Elasticsearch's URL out of a cloud id, `NAME:base64(HOST[:PORT]$CLUSTER$KIBANA)`. Raises ValueError."""
    _, _, encoded = cloud_id.rpartition(":")
    try:
        host, cluster, *_ = base64.b64decode(encoded, validate=True).decode().split("$")
    except (ValueError, binascii.Error):
        raise ValueError("not a cloud id; copy it whole from the deployment's page in Elastic Cloud") from None
    if not host or not cluster:
        raise ValueError("a cloud id without an Elasticsearch in it; copy it whole from the deployment's page")
    name, _, port = host.partition(":")
    return f"https://{cluster}.{name}:{port or 443}"
