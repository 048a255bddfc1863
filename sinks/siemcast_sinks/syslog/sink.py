"""The syslog sink: messages to one receiver, batch by batch, over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from siemcast.api import Context, Encoded, Rejected, Sink
from siemcast.kit.tls import ssl_context
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.datagram import Datagrams
from siemcast_sinks.syslog.delivery import Delivery
from siemcast_sinks.syslog.encode import encoder, framed
from siemcast_sinks.syslog.stream import Stream


@asynccontextmanager
async def open_sink(settings: SyslogSettings, context: Context) -> AsyncGenerator[Sink, None]:
    """Open the sink; it connects with its first batch. Raises ConfigError for certificates that cannot be read."""
    if settings.transport == "udp":
        datagrams = Datagrams(settings.host, settings.target_port, settings.timeout.total_seconds())
        try:
            yield DatagramSink(settings, datagrams)
        finally:
            datagrams.close()
        return
    tls = ssl_context(settings.tls) if settings.transport == "tls" else None
    stream = Stream(settings.host, settings.target_port, tls, settings.timeout.total_seconds())
    try:
        yield StreamSink(settings, stream)
    finally:
        await stream.finish()


class StreamSink:
    """Writes batch by batch; one whose connection ended is sent again whole, over a new one."""

    def __init__(self, settings: SyslogSettings, stream: Stream) -> None:
        self._messages = encoder(settings)
        self._stream = stream
        self._delivery = Delivery(stream, lambda messages: framed(messages, settings))
        self._turn = asyncio.Lock()

    async def check(self) -> None:
        """Connect, and wait a moment whether the receiver refuses us."""
        async with self._turn:
            await self._stream.connect()
            await self._stream.prove()

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        """Send all documents; nothing is ever rejected, since nobody answers."""
        if not batch.documents:
            return ()
        messages = self._messages(batch.documents)
        async with self._turn:
            await self._delivery.send(messages)
        return ()


class DatagramSink:
    """Sends each message as a datagram."""

    def __init__(self, settings: SyslogSettings, datagrams: Datagrams) -> None:
        self._messages = encoder(settings)
        self._datagrams = datagrams

    async def check(self) -> None:
        """Resolve the name: more cannot be known of UDP."""
        await self._datagrams.send(())

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        """Send all documents; a refused port fails the call, other losses go unnoticed."""
        return await self._datagrams.send(self._messages(batch.documents))
