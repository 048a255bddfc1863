"""A stand-in of Azure Event Hubs for the real SDK: AMQP 1.0 over TCP, TLS and WebSocket, on loopback, in memory.

It encodes a reading of the protocol, so it proves siemcast against the SDK, not against the service. Not here: capture,
geo-replication (but its offsets, by `offset_prefix`), quotas, tokens that end while a link is open, runtime metrics.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from siemcast_lab.certificates import Certificates
from siemcast_lab.eventhub.broker import Broker
from siemcast_lab.eventhub.control import Control
from siemcast_lab.eventhub.fronts import listen, listen_websocket
from siemcast_lab.eventhub.store import Hub
from siemcast_lab.eventhub.tokens import CheckJwt, Tokens

NAMESPACE = "ns.servicebus.windows.net"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSettings:
    """How a lab is set up."""

    groups: Sequence[str] = ("$Default",)
    key_name: str = "RootManageSharedAccessKey"
    key: str = "bGFiLWtleQ=="
    max_bytes: int = 256_000_000
    """Most bytes that each hub keeps; the oldest messages go first."""
    offset_prefix: str = ""
    """Makes offsets that are no numbers, as a geo-replicated namespace has them."""
    check_jwt: CheckJwt | None = None
    """Gives why a token of Entra is refused, or None; without it they all are."""


class EventHubLab(Control):
    """A running stand-in: how to reach it, and everything of Control."""

    def __init__(self, broker: Broker, settings: LabSettings, port: int) -> None:
        super().__init__(broker)
        self._login = f"SharedAccessKeyName={settings.key_name};SharedAccessKey={settings.key}"
        self.port = port
        self.tls_endpoint = ""
        """Address of the TLS door, empty without certificates; what `endpoint` of a source takes."""
        self.websocket_endpoint = ""
        """Address of the WebSocket door, likewise."""

    @property
    def connection_string(self) -> str:
        """Connection string of the door without TLS, as for Microsoft's emulator."""
        return f"Endpoint=sb://127.0.0.1:{self.port};{self._login};UseDevelopmentEmulator=true"

    @property
    def namespace_connection_string(self) -> str:
        """Connection string of the doors with TLS, to be used with `tls_endpoint` or `websocket_endpoint`."""
        return f"Endpoint=sb://{NAMESPACE}/;{self._login}"


@asynccontextmanager
async def eventhub_lab(
    hubs: Mapping[str, int],
    *,
    settings: LabSettings | None = None,
    certificates: Certificates | None = None,
    port: int = 0,
) -> AsyncGenerator[EventHubLab, None]:
    """Run Event Hubs with hubs of so many partitions; with certificates also over TLS and WebSocket."""
    settings = settings or LabSettings()
    tokens = Tokens({settings.key_name: settings.key}, settings.check_jwt, _now_ms)
    stores = [
        Hub(name, count, settings.groups, settings.max_bytes, settings.offset_prefix) for name, count in hubs.items()
    ]
    broker = Broker(stores, tokens, _now_ms)
    async with AsyncExitStack() as stack:
        lab = EventHubLab(broker, settings, await stack.enter_async_context(listen(broker, port=port)))
        if certificates:
            tls = certificates.server_context()
            lab.tls_endpoint = f"sb://localhost:{await stack.enter_async_context(listen(broker, tls=tls))}"
            lab.websocket_endpoint = await stack.enter_async_context(listen_websocket(broker, tls=tls))
        yield lab


def _now_ms() -> int:
    return int(time.time() * 1000)
