"""Messages as UDP datagrams, one each."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Sequence
from typing import Any

from siemcast.api import Rejected
from siemcast_sinks.syslog.reply import verdict

LOOK_AGAIN = 60.0
"""Seconds between two looks where the name leads."""

_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


class Datagrams:
    """Sends over a connected socket, so that a port where nobody listens is told by the next call."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._host = host
        self._port = port
        self._timeout = timeout
        self._where = f"{host}:{port}"
        self._socket: socket.socket | None = None
        self._turn = asyncio.Lock()
        self._failures = 0
        self._look_again = 0.0

    async def _connected(self) -> socket.socket:
        """Resolve the name and open a socket, unless open. Raises Transient in plain words."""
        if self._socket is not None and await self._moved(self._socket):
            self.close()
        if self._socket is None:
            try:
                async with asyncio.timeout(self._timeout):
                    self._socket = await self._open()
            except (OSError, UnicodeError) as error:
                self._failures += 1
                raise verdict(error, self._where) from None
        return self._socket

    async def send(self, messages: Sequence[bytes]) -> Sequence[Rejected]:
        """Send each message; those that this machine holds too long for a datagram are rejected."""
        async with self._turn:
            return await self._send(await self._connected(), messages)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    async def _send(self, sock: socket.socket, messages: Sequence[bytes]) -> Sequence[Rejected]:
        loop = asyncio.get_running_loop()
        rejected = []
        for index, message in enumerate(messages):
            await asyncio.sleep(0)  # bursts are what receivers lose, and others want their turn
            try:
                await loop.sock_sendall(sock, message)
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    self._failures += 1
                    self.close()
                    raise verdict(error, self._where) from None
                rejected.append(Rejected(index, f"{len(message)} bytes are too long for a datagram; lower max_bytes"))
        return rejected

    async def _moved(self, sock: socket.socket) -> bool:
        """Say now and then whether the name leads elsewhere by now: nobody at the old address would say so."""
        if asyncio.get_running_loop().time() < self._look_again:
            return False
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._addresses()
        except (OSError, UnicodeError):  # the name service is down, which the receiver may not be
            return False
        return sock.getpeername()[:2] not in [address[:2] for *_, address in found]

    async def _addresses(self) -> Sequence[_Address]:
        loop = asyncio.get_running_loop()
        self._look_again = loop.time() + LOOK_AGAIN
        return await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)

    async def _open(self) -> socket.socket:
        found = await self._addresses()
        # a name may have an address at which nobody listens (`localhost` that of IPv6): the next call takes another
        family, kind, protocol, _, address = found[self._failures % len(found)]
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock
