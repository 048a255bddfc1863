"""Makes the SDK's clients. The only module that knows how they are set up; azure is imported when it is used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from siemcast.api import Context, SecretValue
from siemcast.errors import ConfigError
from siemcast.kit.credential import AzureCredential
from siemcast.kit.plaintext import is_loopback
from siemcast.kit.tls import ssl_context
from siemcast_defender.streaming.config import BlobCheckpoints, StreamingSettings

if TYPE_CHECKING:
    from azure.eventhub.aio import EventHubConsumerClient

IDLE = 90.0
"""Seconds without a byte from the service (it sends heartbeats) after which a connection counts as dead."""


def quiet() -> None:
    """Leave the SDK's log to errors: what it warns of comes to siemcast as an error and is said there."""
    logging.getLogger("azure").setLevel(logging.ERROR)


def open_client(settings: StreamingSettings, context: Context, hub: str, store: Any = None) -> EventHubConsumerClient:
    """Make a client for one hub; it connects when it is used. Raises ConfigError for a wrong connection string.

    The SDK's own retries are off: siemcast retries itself, so that /readyz hears of trouble.
    """
    from azure.eventhub import TransportType  # noqa: PLC0415 - heavy, and only needed when a source runs
    from azure.eventhub.aio import EventHubConsumerClient  # noqa: PLC0415 - as above

    websocket = settings.transport == "amqp-websocket"
    options: dict[str, Any] = {
        "retry_total": 0,
        "auth_timeout": settings.timeout.total_seconds(),
        "idle_timeout": IDLE,
        "transport_type": TransportType.AmqpOverWebsocket if websocket else TransportType.Amqp,
        "custom_endpoint_address": settings.endpoint,
        "ssl_context": ssl_context(settings.tls),
    }
    if store is not None and isinstance(settings.checkpoints, BlobCheckpoints):
        options["checkpoint_store"] = store
        options["load_balancing_interval"] = settings.checkpoints.balance.total_seconds()
        options["partition_ownership_expiration_interval"] = settings.checkpoints.expire.total_seconds()
    if settings.connection_string is not None:
        text = _checked(settings.connection_string)
        return EventHubConsumerClient.from_connection_string(
            text, settings.consumer_group, eventhub_name=hub, **options
        )
    credential: Any = AzureCredential(context.tenant(str(settings.tenant)))
    return EventHubConsumerClient(str(settings.namespace), hub, settings.consumer_group, credential, **options)


def host_of(settings: StreamingSettings) -> str:
    """Give the namespace's host name. Raises ConfigError for a wrong connection string."""
    if settings.connection_string is None:
        return str(settings.namespace)
    from azure.eventhub import parse_connection_string  # noqa: PLC0415 - as above

    return str(parse_connection_string(_checked(settings.connection_string)).fully_qualified_namespace)


def _checked(secret: SecretValue) -> str:
    """Reveal a connection string that is whole, and does not lead a key over the network in the clear."""
    from azure.eventhub import parse_connection_string  # noqa: PLC0415 - as above

    text = secret.reveal()
    try:
        host = parse_connection_string(text).fully_qualified_namespace
    except ValueError as error:
        hint = "copy it whole: Endpoint=sb://...;SharedAccessKeyName=...;SharedAccessKey=..."
        raise ConfigError(f"connection_string can not be read ({error})", hint=hint) from None
    if "usedevelopmentemulator=true" in text.lower() and not is_loopback(urlsplit(f"//{host}").hostname or ""):
        raise ConfigError("connection_string asks for the emulator (no TLS) on another machine")
    return text
