"""One AMQP connection as the service sees it: handshake, sessions, links, credit. What links mean, the broker says."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any, Protocol

from siemcast_lab.eventhub import frames
from siemcast_lab.eventhub.codec import Array, Described, Symbol, UByte, UInt, ULong, UShort
from siemcast_lab.eventhub.frames import composite
from siemcast_lab.eventhub.links import Channel, Link, Refused, Session

MAX_MESSAGE = 1 << 20
_CREDIT = 100
_WINDOW = UInt(2**31 - 1)
_CHUNK = 256 * 1024
"""Bytes of deliveries that are composed before the socket is asked to take them: what bounds a connection's memory."""


class Owner(Protocol):
    """What a connection asks of its broker."""

    thawed: asyncio.Event

    def attach(self, link: Link) -> None: ...
    def receive(self, link: Link, raw: bytes, message_format: int) -> None: ...
    def detached(self, link: Link) -> None: ...


class Connection:
    """Runs one connection until either side ends it."""

    def __init__(self, channel: Channel, owner: Owner) -> None:
        self.entities: set[str] = set()
        """Hubs that a token opened here."""
        self._channel = channel
        self._owner = owner
        self._sessions: dict[int, Session] = {}
        self._out = bytearray()
        self._work = asyncio.Event()
        self._heartbeat: float | None = None
        self._max_frame = 4096
        self._handlers: dict[int, Callable[[frames.Frame], None]] = {
            0: lambda _: None,
            frames.OPEN: self._open,
            frames.BEGIN: self._begin,
            frames.ATTACH: self._attach,
            frames.FLOW: self._flow,
            frames.TRANSFER: self._transfer,
            frames.DISPOSITION: lambda _: None,
            frames.DETACH: self._detach,
            frames.END: self._end,
        }

    async def run(self) -> None:
        """Serve the client; returns when the connection has ended, however it did."""
        writer: asyncio.Task[None] | None = None
        with contextlib.suppress(EOFError, OSError, ssl.SSLError, ValueError):
            try:
                await self._handshake()
                writer = asyncio.create_task(self._write())
                await self._read()
            finally:
                await self._finish(writer)

    def abort(self) -> None:
        """Cut the connection as a broken network would."""
        self._channel.abort()

    def wake(self) -> None:
        """Look again for something to send."""
        self._work.set()

    def close_link(self, link: Link, why: Refused) -> None:
        """Detach a link with an error."""
        if link.session.links.pop(link.handle, None):
            self._emit(link.session, composite(frames.DETACH, UInt(link.handle), True, why.error))
            self._owner.detached(link)

    # the handshake

    async def _handshake(self) -> None:
        head = await self._channel.read_exactly(8)
        if head == frames.SASL_HEADER:
            mechanisms = Array(["ANONYMOUS", "PLAIN", "EXTERNAL", "MSSBCBS"], symbols=True)
            hello = frames.frame(0, composite(frames.SASL_MECHANISMS, mechanisms))
            await self._channel.send(frames.SASL_HEADER + hello)
            await self._frame()
            await self._channel.send(frames.frame(0, composite(frames.SASL_OUTCOME, UByte(0))))
            head = await self._channel.read_exactly(8)
        if head != frames.AMQP_HEADER:
            raise ValueError("not AMQP 1.0")
        await self._channel.send(frames.AMQP_HEADER)

    async def _frame(self) -> frames.Frame:
        head = await self._channel.read_exactly(8)
        size = int.from_bytes(head[:4], "big")
        if not 8 <= size <= frames.MAX_FRAME:
            raise ValueError(f"a frame of {size} bytes")
        return frames.parse(head, await self._channel.read_exactly(size - 8))

    async def _read(self) -> None:
        while (received := await self._frame()).code != frames.CLOSE:
            handler = self._handlers.get(received.code)
            if handler is None:
                raise ValueError(f"no performative: {received.code:#x}")
            handler(received)
        self._out += frames.frame(0, composite(frames.CLOSE))

    async def _write(self) -> None:
        while True:
            self._work.clear()
            data = self._compose()
            if not data:
                data = await self._idle()
            await self._owner.thawed.wait()
            await self._channel.send(data)

    async def _idle(self) -> bytes:
        try:
            async with asyncio.timeout(self._heartbeat):
                await self._work.wait()
        except TimeoutError:
            return frames.EMPTY_FRAME
        return self._compose()

    async def _finish(self, writer: asyncio.Task[None] | None) -> None:
        if writer is not None:
            writer.cancel()
            await asyncio.wait([writer])
        for session in list(self._sessions.values()):
            self._forget(session)
        with contextlib.suppress(OSError, ssl.SSLError):
            await self._channel.send(bytes(self._out))
        self._channel.abort()

    # what comes in

    def _session(self, received: frames.Frame) -> Session:
        session = self._sessions.get(received.channel)
        if session is None:
            raise ValueError(f"no session on channel {received.channel}")
        return session

    def _open(self, received: frames.Frame) -> None:
        self._max_frame = min(received.fields[2] or frames.MAX_FRAME, 65536)
        idle_ms = received.fields[4]
        self._heartbeat = idle_ms / 2000 if idle_ms else None
        limits = (UInt(65536), None, None, None, None, None, None, {Symbol("product"): "siemcast lab"})
        self._emit(None, composite(frames.OPEN, "siemcast-lab", None, *limits))

    def _begin(self, received: frames.Frame) -> None:
        session = Session(self, received.channel, received.fields[2])
        session.next_incoming = received.fields[1]
        self._sessions[received.channel] = session
        channel, handles = UShort(received.channel), UInt(2**32 - 1)
        self._emit(session, composite(frames.BEGIN, channel, UInt(0), _WINDOW, _WINDOW, handles))

    def _attach(self, received: frames.Frame) -> None:
        session, fields = self._session(received), received.fields
        to_peer = bool(fields[2])
        terminus = fields[5] if to_peer else fields[6]
        values = terminus.value + [None] * 11
        filters = (values[7] or {}) if to_peer else {}
        link = Link(session, fields[0], fields[1], to_peer, values[0] or "", fields[13] or {}, filters)
        try:
            self._owner.attach(link)
        except Refused as why:
            self._emit(session, self._attached(link, None, None))
            self._emit(session, composite(frames.DETACH, UInt(link.handle), True, why.error))
            return
        session.links[link.handle] = link
        source = composite(frames.SOURCE, fields[5].value[0] if fields[5].value else None)
        target = composite(frames.TARGET, fields[6].value[0] if fields[6].value else None)
        self._emit(session, self._attached(link, source, target))
        if not to_peer:
            self._grant(link)

    @staticmethod
    def _attached(link: Link, source: Described | None, target: Described | None) -> Described:
        count = UInt(0) if link.to_peer else None
        modes = (UByte(0), UByte(0), source, target, None, None, count, ULong(MAX_MESSAGE))
        return composite(frames.ATTACH, link.name, UInt(link.handle), not link.to_peer, *modes)

    def _grant(self, link: Link) -> None:
        session = link.session
        window = (UInt(session.next_incoming), _WINDOW, UInt(session.next_outgoing), _WINDOW)
        self._emit(session, composite(frames.FLOW, *window, UInt(link.handle), UInt(link.count), UInt(_CREDIT)))

    def _flow(self, received: frames.Frame) -> None:
        session, fields = self._session(received), received.fields
        session.window = (fields[0] or 0) + fields[1] - session.next_outgoing
        link = session.links.get(fields[4]) if fields[4] is not None else None
        if link and link.to_peer:
            link.credit = (fields[5] or 0) + (fields[6] or 0) - link.count
        self.wake()

    def _transfer(self, received: frames.Frame) -> None:
        session, fields = self._session(received), received.fields
        session.next_incoming += 1
        link = session.links.get(fields[0])
        if link is None:
            return
        if not link.incoming and not link.first_transfer:
            link.first_transfer = fields
        link.incoming += received.payload
        if not fields[5]:
            raw, first = bytes(link.incoming), link.first_transfer
            link.incoming, link.first_transfer = bytearray(), []
            self._received(link, raw, first)

    def _received(self, link: Link, raw: bytes, first: list[Any]) -> None:
        outcome = frames.accepted()
        try:
            self._owner.receive(link, raw, first[3] or 0)
        except Refused as why:
            outcome = frames.rejected(why.error)
        link.count += 1
        if not first[4]:
            id_ = UInt(first[1])
            self._emit(link.session, composite(frames.DISPOSITION, True, id_, id_, True, outcome))
        if link.count % (_CREDIT // 2) == 0:
            self._grant(link)

    def _detach(self, received: frames.Frame) -> None:
        session = self._sessions.get(received.channel)  # the SDK detaches links of sessions that it has ended
        link = session.links.pop(received.fields[0], None) if session else None
        if session and link:
            self._owner.detached(link)
            self._emit(session, composite(frames.DETACH, UInt(link.handle), True))

    def _end(self, received: frames.Frame) -> None:
        session = self._session(received)
        del self._sessions[session.channel]
        self._forget(session)
        self._emit(session, composite(frames.END))

    def _forget(self, session: Session) -> None:
        for link in session.links.values():
            self._owner.detached(link)
        session.links.clear()

    # what goes out

    def _emit(self, session: Session | None, performative: Described) -> None:
        self._out += frames.frame(session.channel if session else 0, performative)
        self.wake()

    def _compose(self) -> bytes:
        data, self._out = self._out, bytearray()
        links = [link for session in self._sessions.values() for link in session.links.values() if link.supply]
        for link in links:
            self._deliver(link, data, len(data) + _CHUNK // len(links))
        return bytes(data)

    def _deliver(self, link: Link, data: bytearray, limit: int) -> None:
        session = link.session
        while link.supply and link.credit > 0 and session.window > 0 and len(data) < limit:
            raw = link.supply.take()
            if raw is None:
                return
            self._write_transfer(link, raw, data)
            link.credit -= 1
            link.count += 1
            session.deliveries += 1
        if len(data) >= limit:
            self.wake()

    def _write_transfer(self, link: Link, raw: bytes, data: bytearray) -> None:
        session, room = link.session, self._max_frame - 128
        id_, tag = UInt(session.deliveries), session.deliveries.to_bytes(4, "big")
        for start in range(0, len(raw), room):
            more = start + room < len(raw)
            head = composite(frames.TRANSFER, UInt(link.handle), id_, tag, UInt(0), False, more)
            data += frames.frame(session.channel, head, raw[start : start + room])
            session.next_outgoing += 1
            session.window -= 1
