"""One TCP or TLS connection, which notices that its peer left, and what the peer's machine has acknowledged."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from siemcast.errors import DeliveryError
from siemcast_sinks.syslog.reply import Stuck, lost, verdict
from siemcast_sinks.syslog.tcp import gone, keep_alive, unacknowledged

PROBATION = 0.25
"""Seconds after the first batch of a connection in which a peer that refuses it shows so.

A refused client certificate (TLS 1.3), or a balancer without a receiver behind it, closes only after the handshake.
"""
_FIRST_LOOK, _LAST_LOOK = 0.0002, 0.002
"""Seconds between two looks at what is acknowledged, which nothing tells: soon at first, then less often."""


class Wire(asyncio.Protocol):
    """Hears of the end of a connection as soon as the event loop does; what the peer says is not listened to."""

    def __init__(self, owed: Callable[[], int]) -> None:
        """Make one that asks `owed` how many bytes the peer's machine has not acknowledged."""
        self._owed = owed
        self.ended = asyncio.Event()
        self.in_order = False
        """Whether the peer ended the connection when its machine had acknowledged everything."""
        self.reset: float | None = None
        """When the peer's machine broke the connection off, as it does when its program ends with something unread."""
        self.reason: BaseException | None = None

    def data_received(self, data: bytes) -> None:
        """Pass over it: syslog has no replies."""

    def eof_received(self) -> None:
        """Take a half-closed connection as ended: nobody would read on."""
        self.in_order = not self._owed()
        self.ended.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.reason = exc
        if isinstance(exc, ConnectionResetError) and not self.ended.is_set():
            self.reset = asyncio.get_running_loop().time()
        self.ended.set()


class Stream:
    """Sends over one connection at a time, and makes a new one when the last has ended."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, timeout: float) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._timeout = timeout
        self._where = f"{host}:{port}"
        self._wire: Wire | None = None
        self._transport: asyncio.Transport | None = None
        self._raw: asyncio.Transport | None = None
        self._proven = False
        self._reset: float | None = None

    @property
    def reset(self) -> float | None:
        """When the peer ended the last connection with something unread (seconds of the loop's clock), if it did."""
        return self._wire.reset if self._wire else self._reset

    async def alive(self) -> bool:
        """Say whether there is a connection, as far as the operating system knows."""
        if self._wire is None or self._transport is None:
            return False
        for _ in range(2):  # a close that has arrived is seen in the loop's first round and told in its second
            await asyncio.sleep(0)
        return not self._wire.ended.is_set() and not self._transport.is_closing() and not gone(self._raw)

    async def connect(self) -> None:
        """Connect unless connected. Raises Transient or AuthRefused in plain words."""
        if await self.alive():
            return
        self.close()
        connected = False
        try:
            async with asyncio.timeout(self._timeout):
                await self._open()
            connected = True
        except (OSError, UnicodeError) as error:
            raise verdict(error, self._where) from None
        finally:
            if not connected:
                self.close()

    async def send(self, frames: bytes) -> None:
        """Send whole frames. Raises HungUp or Stuck when it is not known what of them arrived."""
        await self.connect()
        done = False
        try:
            await self._write(frames)
            await self.prove()
            done = True
        finally:
            if not done:
                self.close()

    async def deliver(self, frames: bytes, *, single: bool) -> None:
        """Send whole frames over a connection of their own, and wait until the peer has read them to its end.

        A peer that ends it by itself has read no more than a `single` frame. Raises HungUp then, and Stuck when it
        reads nothing.
        """
        self.close()
        await self.connect()
        try:
            if self._context is not None:  # whoever refuses us behind the handshake ends as one does who has read
                await self.prove()
            await self._write(frames, may_end=single)
            if not single:
                self._proven = False
                await self.prove()
            await self._end()
        finally:
            self.close()

    async def prove(self) -> None:
        """Wait whether the peer of a new connection ends it. Raises what it ended for."""
        if self._proven or self._wire is None:
            return
        try:
            async with asyncio.timeout(min(PROBATION, self._timeout)):
                await self._wire.ended.wait()
        except TimeoutError:
            self._proven = True
            return
        raise self._lost()

    def close(self) -> None:
        """End the connection at once; what is not sent yet is given up."""
        self._reset = self.reset
        if self._transport is not None:
            self._transport.abort()
        self._transport = self._raw = self._wire = None
        self._proven = False

    async def finish(self) -> None:
        """End the connection in order, so that its last bytes arrive."""
        transport, wire = self._transport, self._wire
        if transport is None or wire is None:
            return
        transport.close()
        try:
            async with asyncio.timeout(min(5.0, self._timeout)):
                await wire.ended.wait()
        except TimeoutError:
            transport.abort()
        self.close()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        wire = Wire(self._owed)
        raw = await self._reach(wire)
        self._wire, self._transport, self._raw = wire, raw, raw
        self._reset = None
        keep_alive(raw)
        if self._context is not None:
            secure = await loop.start_tls(raw, wire, self._context, server_hostname=self._host)
            self._transport = cast("asyncio.Transport", secure)

    async def _reach(self, wire: Wire) -> asyncio.Transport:
        """Connect to the first address of the name that answers."""
        found = await asyncio.get_running_loop().getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        *others, last = [address[0] for *_, address in found] if len(found) > 1 else [self._host]
        share = self._timeout / len(found)  # one that is silent would use up all the time
        for host in others:
            with suppress(OSError):
                return await self._reach_one(wire, str(host), share)
        return await self._reach_one(wire, str(last), share)

    async def _reach_one(self, wire: Wire, host: str, share: float) -> asyncio.Transport:
        async with asyncio.timeout(share):
            raw, _ = await asyncio.get_running_loop().create_connection(lambda: wire, host, self._port)
        return raw

    async def _write(self, frames: bytes, *, may_end: bool = False) -> None:
        wire, transport = self._wire, self._transport
        if wire is None or transport is None:
            raise self._lost()
        transport.write(frames)
        await self._taken(wire)
        if wire.ended.is_set() and not (may_end and wire.in_order):
            raise self._lost()

    async def _end(self) -> None:
        """Come to the connection's end, and wait until the peer comes there as well."""
        wire, transport = self._wire, self._transport
        if wire is None or transport is None:
            raise self._lost()
        if not wire.ended.is_set():
            transport.write_eof() if transport.can_write_eof() else transport.close()
        try:
            async with asyncio.timeout(self._timeout):
                await wire.ended.wait()
        except TimeoutError:
            raise Stuck(f"{self._where} takes data, yet does not read it") from None
        if isinstance(wire.reason, (ConnectionError, TimeoutError)):
            raise self._lost()

    async def _taken(self, wire: Wire) -> None:
        """Wait until the peer's machine has acknowledged all that was written, or the connection ended.

        Raises Stuck when it acknowledges nothing more for as long as the timeout.
        """
        clock, look = asyncio.get_running_loop().time, _FIRST_LOOK
        least, since = self._owed(), clock()
        while (owed := self._owed()) and not wire.ended.is_set():
            if owed < least:
                least, since = owed, clock()
            elif clock() - since > self._timeout:
                raise Stuck(f"{self._where} takes no more data")
            await asyncio.sleep(look)
            look = min(2 * look, _LAST_LOOK)

    def _owed(self) -> int:
        """Count the bytes that were written and not acknowledged, wherever they are."""
        if self._transport is None or self._raw is None:
            return 0
        above = self._transport.get_write_buffer_size() if self._transport is not self._raw else 0
        return above + unacknowledged(self._raw)

    def _lost(self) -> DeliveryError:
        reason = self._wire.reason if self._wire else None
        return lost(reason, self._where, after_handshake=self._context is not None and not self._proven)
