"""Receives syslog on loopback by UDP, TCP and TLS, keeps what came, and fails on demand."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from siemcast_lab.syslog.framing import Deframer
from siemcast_lab.syslog.parse import Message, Refused, parse


@dataclass(slots=True)
class Receiver:
    """What came, what was refused, and the faults that a test asks for."""

    port: int = 0
    messages: list[Message] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    """What broke the rules; a connection that does is closed."""
    framings: list[str] = field(default_factory=list)
    """Framing of each connection that sent anything."""
    connections: int = 0
    close_after: int | None = None
    """Abort a connection once so many messages have come over it."""
    half_close: bool = False
    """Send the end of the stream at once when a connection is made, yet read on."""
    hang_up: bool = False
    """Close each connection as soon as it is made, as a balancer does without a receiver behind it."""
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, it stops reading: a receiver that is stuck."""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _writers: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reading.set()

    async def wait_for(self, count: int, timeout: float = 10.0) -> None:
        """Wait until at least `count` messages have come. Raises TimeoutError."""
        await self.until(lambda: len(self.messages) >= count, timeout)

    async def until(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:
        """Wait until a condition on this receiver holds. Raises TimeoutError."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    async def take(self, message: bytes) -> None:
        """Parse and keep one message."""
        async with self._changed:
            try:
                self.messages.append(parse(message))
            except Refused as error:
                self.refused.append(error)
            self._changed.notify_all()

    async def drop_connections(self) -> None:
        """Close all connections, as a receiver that restarts does, and wait until they are."""
        writers = list(self._writers)
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Receive over one connection until its end."""
        self._writers[writer] = asyncio.current_task()
        async with self._changed:
            self.connections += 1
            self._changed.notify_all()
        try:
            if not self.hang_up:
                await self._receive(reader, writer)
        except Refused as error:
            self.refused.append(error)
        except (ConnectionError, ssl.SSLError):
            pass  # the sender went away in the middle, as some tests want it to
        finally:
            del self._writers[writer]
            writer.close()

    async def end(self) -> None:
        """Abort all connections and wait for their handlers."""
        self.reading.set()
        handlers = [task for task in self._writers.values() if task is not None]
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*handlers, return_exceptions=True)

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.half_close:
            writer.write_eof()
        deframer, taken = Deframer(), 0
        while data := await self._next(reader):
            for message in deframer.feed(data):
                await self.take(message)
                taken += 1
                if taken == self.close_after:
                    writer.transport.abort()
                    return
        if deframer.framing:
            self.framings.append(deframer.framing)
        deframer.finish()

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        await self.reading.wait()
        return await reader.read(65536)


@asynccontextmanager
async def receive_tcp(
    *, tls: ssl.SSLContext | None = None, port: int = 0, buffer: int = 65536
) -> AsyncGenerator[Receiver, None]:
    """Receive on 127.0.0.1 by TCP, or TLS; port 0 takes a free one."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port, ssl=tls, limit=buffer)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await receiver.end()
        await server.wait_closed()


@asynccontextmanager
async def receive_udp(*, port: int = 0) -> AsyncGenerator[Receiver, None]:
    """Receive on 127.0.0.1 by UDP; port 0 takes a free one."""
    receiver = Receiver()
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[bytes] = asyncio.Queue()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(waiting), ("127.0.0.1", port))
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.port = transport.get_extra_info("sockname")[1]
    keeper = asyncio.create_task(_keep(receiver, waiting))
    try:
        yield receiver
    finally:
        transport.close()
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def _keep(receiver: Receiver, waiting: asyncio.Queue[bytes]) -> None:
    while True:
        await receiver.take(await waiting.get())


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, waiting: asyncio.Queue[bytes]) -> None:
        self._waiting = waiting

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._waiting.put_nowait(data)
