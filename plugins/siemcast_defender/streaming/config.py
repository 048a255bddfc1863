"""Settings of defender.streaming."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from siemcast.api import Duration, Secret, Settings, SourceSettings, Tls


class BlobAccount(Settings):
    """A storage container, reached with an account key."""

    connection_string: Secret
    """Connection string of the storage account."""
    container: str = Field(min_length=1)
    """Name of the container; it must exist."""


class BlobCheckpoints(Settings):
    """Partitions shared between machines, by checkpoints in a storage container."""

    blob: Secret | BlobAccount
    """URL of the container, with a SAS, or without one to use the tenant's identity (role Storage Blob Data
    Contributor); or `{connection_string, container}`. When a machine dies, another one reads its last batch again."""
    balance: Duration = Field(default=timedelta(seconds=10), ge=timedelta(seconds=1))
    """How often machines look whether partitions are fairly shared."""
    expire: Duration = Field(default=timedelta(seconds=60), ge=timedelta(seconds=2))
    """How long a machine may be silent before others take its partitions over."""

    @model_validator(mode="after")
    def _order(self) -> BlobCheckpoints:
        if self.expire < 2 * self.balance:
            raise ValueError("expire must be at least twice balance, or machines take partitions from the living")
        return self


class StreamingSettings(SourceSettings):
    """Settings of defender.streaming."""

    tenant: str | None = None
    """Name of the tenant under `tenants`; not needed with a connection string."""
    namespace: str | None = Field(default=None, examples=["contoso-security.servicebus.windows.net"])
    """Host name of the Event Hubs namespace, read with the tenant's identity (role Azure Event Hubs Data Receiver)."""
    connection_string: Secret | None = None
    """Connection string of a policy with the Listen right, instead of `namespace`."""
    hubs: list[str] = Field(min_length=1, examples=[["insights-logs-advancedhunting"]])
    """Names of the hubs; all partitions of all of them are read."""
    consumer_group: str = "$Default"
    """Consumer group. Each forwarder needs one of its own: two readers of one group take partitions from each other."""
    start: Literal["earliest", "latest"] | AwareDatetime = "earliest"
    """Where a partition begins that was never read: `earliest`, `latest`, or the time (with zone) of arrival."""
    transport: Literal["amqp", "amqp-websocket"] = "amqp"
    """`amqp` (port 5671), or `amqp-websocket` (port 443) where firewalls let nothing else out."""
    endpoint: str | None = Field(default=None, examples=["sb://10.0.4.7:5671", "https://gateway.contoso.com"])
    """Address to connect to instead of the namespace's own: a private endpoint or an application gateway."""
    checkpoints: Literal["journal"] | BlobCheckpoints = "journal"
    """`journal`: this machine alone reads every partition. `{blob: ...}`: machines share them."""
    tables: list[str] = Field(default=[], examples=[["DeviceProcessEvents", "AlertInfo"]])
    """Only these tables, whatever their case; all, when empty. What names no table at all is kept."""
    tls: Tls = Tls()
    """Certificates of the connection."""
    timeout: Duration = Field(default=timedelta(seconds=30), gt=timedelta(0))
    """How long connecting may take."""

    @model_validator(mode="before")
    @classmethod
    def _known_transport(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("transport") == "kafka":
            raise ValueError("transport kafka is not built in; known are amqp and amqp-websocket")
        return values

    @field_validator("namespace")
    @classmethod
    def _host(cls, namespace: str | None) -> str | None:
        if namespace is not None and (not namespace or set(namespace) & set("/:;= ")):
            raise ValueError("not a host name; write it as NAME.servicebus.windows.net")
        return namespace

    @field_validator("hubs")
    @classmethod
    def _distinct(cls, hubs: list[str]) -> list[str]:
        if "" in hubs or len({hub.lower() for hub in hubs}) < len(hubs):
            raise ValueError("each hub is named once, and not with an empty name")
        return hubs

    @model_validator(mode="after")
    def _one_way_in(self) -> StreamingSettings:
        if (self.namespace is None) == (self.connection_string is None):
            raise ValueError("give either namespace (with the tenant's identity) or connection_string")
        if self.namespace is not None and self.tenant is None:
            raise ValueError("namespace is read with a tenant's identity: set tenant, or give a connection_string")
        return self
