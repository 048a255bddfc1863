"""The collector's endpoints: events, acknowledgements, health."""

from __future__ import annotations

import base64
import ssl
import uuid
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from siemcast_lab.hec.rules import WORDS, HecEvent, Poison, Refusal, take
from siemcast_lab.receiver_faults import ReceiverFaults
from siemcast_lab.serve import serve


@dataclass(slots=True)
class HecToken:
    """A token, as an administrator of Splunk sets it up."""

    indexes: Sequence[str] = ("main", "defender")
    """Indexes that it may write to; the first is its default."""
    ack: bool = False
    """Whether it acknowledges, and so wants a channel."""
    disabled: bool = False


@dataclass(slots=True)
class _Channel:
    """Requests of one channel, by ackId; an id is forgotten once it was reported."""

    next_id: int = 0
    waiting: dict[int, int] = field(default_factory=dict)
    """How often each id is still to be reported as not yet acknowledged."""


@dataclass(slots=True)
class Hec:
    """A collector that keeps what it is sent. Set its fields at any time."""

    tokens: dict[str, HecToken] = field(default_factory=lambda: {"lab-hec-token": HecToken()})
    faults: ReceiverFaults = field(default_factory=ReceiverFaults)
    poison: Poison | None = None
    """Gives the words by which an event is refused (code 6), or None."""
    healthy: bool = True
    ack_after: int | None = 0
    """How many questions go by before a request is acknowledged; None: it never is."""
    keep: int | None = None
    """How many of the newest events are kept; None keeps all."""
    count: int = 0
    """How many events were taken."""
    requests: int = 0
    """How many requests with the collector's path came in."""
    ack_questions: int = 0
    _events: deque[HecEvent] = field(default_factory=deque)
    _channels: dict[str, _Channel] = field(default_factory=lambda: defaultdict(_Channel))

    @property
    def events(self) -> Sequence[HecEvent]:
        """The events taken, in order, doubles included."""
        return self._events

    def ids(self) -> list[str]:
        """Give the `siemcast_id` of each event taken, in order, doubles included."""
        return [str(event.fields.get("siemcast_id", "")) for event in self._events]

    def versions(self) -> list[tuple[str, str]]:
        """Give id and version of each event taken, in order, doubles included."""
        names = ("siemcast_id", "siemcast_version")
        return [(str(event.fields.get(names[0], "")), str(event.fields.get(names[1], ""))) for event in self._events]

    def restart(self) -> None:
        """Forget all acknowledgements and number them from 0 again, as a restarted Splunk does."""
        self._channels.clear()

    def app(self) -> web.Application:
        """Give the collector as an application."""
        app = web.Application(client_max_size=1024**3)
        for path in ("/services/collector", "/services/collector/event", "/services/collector/event/1.0"):
            app.router.add_post(path, self._take)
        app.router.add_post("/services/collector/ack", self._acknowledge)
        for path in ("/services/collector/health", "/services/collector/health/1.0"):
            app.router.add_get(path, self._health)
        return app

    @asynccontextmanager
    async def serving(self, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str, None]:
        """Serve on loopback and give the base URL."""
        async with serve(self.app(), port=port, tls=tls) as url:
            yield url

    async def _take(self, request: web.Request) -> web.Response:
        self.requests += 1
        try:
            return await self._taken(request)
        except web.RequestPayloadError:  # it says that it is compressed, and is not
            return _refused(Refusal(6))

    async def _taken(self, request: web.Request) -> web.Response:
        if (fault := await self.faults.before(request)) is not None:
            return fault
        body = await request.read()  # aiohttp undoes the compression
        if self.faults.too_long(len(body)):
            return web.Response(status=413, text="Request Entity Too Large")
        token = self._token(request)
        if isinstance(token, Refusal):
            return _refused(token)
        if token.ack and (refusal := _channel_refusal(request)) is not None:
            return _refused(refusal)
        events, refusal = take(body, token.indexes, token.indexes[0], self.poison)
        self._store(events)
        if refusal is not None:
            return _refused(refusal)
        answer: dict[str, Any] = {"text": "Success", "code": 0}
        if token.ack:
            answer["ackId"] = self._issue(_channel(request))
        return self.faults.after(request) or web.json_response(answer)

    async def _acknowledge(self, request: web.Request) -> web.Response:
        self.ack_questions += 1
        token = self._token(request)
        if isinstance(token, Refusal):
            return _refused(token)
        if not token.ack:
            return _refused(Refusal(14))
        if (refusal := _channel_refusal(request)) is not None:
            return _refused(refusal)
        try:
            asked = (await request.json())["acks"]
        except (ValueError, KeyError, TypeError):
            return _refused(Refusal(6))
        channel = self._channels[_channel(request)]
        return web.json_response({"acks": {str(ack_id): _report(channel, ack_id) for ack_id in asked}})

    async def _health(self, request: web.Request) -> web.Response:
        code = 17 if self.healthy else 18
        status, text = WORDS[code]
        return web.json_response({"text": text, "code": code}, status=status)

    def _token(self, request: web.Request) -> HecToken | Refusal:
        if "token" in request.query:
            return Refusal(16)
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return Refusal(2)
        if scheme == "Basic":
            value = _password(value)
        if scheme not in ("Splunk", "Basic") or not value:
            return Refusal(3)
        token = self.tokens.get(value)
        if token is None:
            return Refusal(4)
        return Refusal(1) if token.disabled else token

    def _store(self, events: Sequence[HecEvent]) -> None:
        self.count += len(events)
        self._events.extend(events)
        while self.keep is not None and len(self._events) > self.keep:
            self._events.popleft()

    def _issue(self, name: str) -> int:
        channel = self._channels[name]
        ack_id = channel.next_id
        channel.next_id += 1
        if self.ack_after is not None:
            channel.waiting[ack_id] = self.ack_after
        return ack_id


def _report(channel: _Channel, ack_id: int) -> bool:
    """Say whether a request is acknowledged; unknown, forgotten and not yet acknowledged all look alike."""
    if ack_id not in channel.waiting:
        return False
    if channel.waiting[ack_id] > 0:
        channel.waiting[ack_id] -= 1
        return False
    del channel.waiting[ack_id]
    return True


def _password(credentials: str) -> str:
    """Give the password of Basic authentication, where HEC takes its token as well; empty for what is none."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _channel(request: web.Request) -> str:
    return request.headers.get("X-Splunk-Request-Channel") or request.query.get("channel", "")


def _channel_refusal(request: web.Request) -> Refusal | None:
    channel = _channel(request)
    if not channel:
        return Refusal(10)
    try:
        uuid.UUID(channel)
    except ValueError:
        return Refusal(11)
    return None


def _refused(refusal: Refusal) -> web.Response:
    answer: Mapping[str, Any] = refusal.answer()
    return web.json_response(answer, status=refusal.status)
