"""The doors of the broker: AMQP over TCP, over TLS, and over WebSocket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from siemcast_lab.eventhub.broker import Broker
from siemcast_lab.eventhub.connection import Connection
from siemcast_lab.serve import serve


class _Stream:
    """A channel over TCP or TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read_exactly(self, count: int) -> bytes:
        return await self._reader.readexactly(count)

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def abort(self) -> None:
        self._writer.transport.abort()


class _WebSocket:
    """A channel over the binary messages of a WebSocket, which need not end where frames do."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._request = request
        self._buffer = bytearray()

    async def read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            message = await self._socket.receive()
            if message.type is not WSMsgType.BINARY:
                raise EOFError("the WebSocket has ended")
            self._buffer += message.data
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def send(self, data: bytes) -> None:
        await self._socket.send_bytes(data)

    def abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


async def _run(connection: Connection, broker: Broker) -> None:
    broker.connections.add(connection)
    broker.counts["connections"] += 1
    try:
        await connection.run()
    finally:
        broker.connections.discard(connection)


@asynccontextmanager
async def listen(broker: Broker, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncGenerator[int, None]:
    """Serve AMQP on 127.0.0.1 and give the port; leaving ends every connection."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_run(Connection(_Stream(reader, writer), broker), broker))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(broker.connections):
            connection.abort()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def listen_websocket(broker: Broker, *, port: int = 0, tls: ssl.SSLContext | None) -> AsyncGenerator[str, None]:
    """Serve AMQP over WebSocket on 127.0.0.1 and give the base URL."""

    async def upgrade(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("AMQPWSB10",), max_msg_size=0)
        await socket.prepare(request)
        await _run(Connection(_WebSocket(socket, request), broker), broker)
        return socket

    app = web.Application()
    app.router.add_get("/$servicebus/websocket", upgrade)
    async with serve(app, port=port, tls=tls) as url:
        yield url
