"""Delivers to Splunk's HTTP Event Collector."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial

from siemcast.api import Context, Encoded, Rejected
from siemcast.errors import Permanent
from siemcast.kit.compress import gzip_aside
from siemcast.schema import Document
from siemcast_sinks.endpoints import Endpoints
from siemcast_sinks.splunk import reply
from siemcast_sinks.splunk.acks import Acknowledgements, Ticket
from siemcast_sinks.splunk.config import ManagementSettings, SplunkSettings
from siemcast_sinks.splunk.encode import body

_EVENTS = "/services/collector/event"
_ACKS = "/services/collector/ack"
_HEALTH = "/services/collector/health"


class SplunkSink:
    """Writes events by HEC; every id and version travels in indexed fields, since Splunk suppresses no repeats."""

    def __init__(self, settings: SplunkSettings, context: Context, endpoints: Endpoints) -> None:
        self._settings = settings
        self._context = context
        self._endpoints = endpoints
        self._channel = str(uuid.UUID(int=context.random.getrandbits(128), version=4))
        self._acks: dict[str, Acknowledgements] = {}
        if settings.acks is not None:  # each receiver keeps the acknowledgements of what it took itself
            self._acks = {
                url: Acknowledgements(partial(self._ask_acks, url), settings.acks, context) for url in endpoints.urls
            }
        self._said_no_ack = False

    async def check(self) -> None:
        """Ask every collector for its health and try the token with an empty body; write nothing."""
        for url in self._endpoints.urls:
            who, now = self._endpoints.who(url), self._context.now()
            reply.read_health((await self._endpoints.ask("GET", url, _HEALTH)).response, who, now)
            probe = await self._endpoints.ask("POST", url, _EVENTS, content=b"", headers=self._headers())
            reply.read_probe(probe.response, who, now)
        if (management := self._settings.management) is not None:
            await self._check_management(management)

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        """Deliver; an event that Splunk names as bad is tried alone before it is rejected, with its words.

        HEC may have taken what stands before the bad event: it is sent again, for a double costs less than a loss.
        """
        rejected: list[Rejected] = []
        tickets: dict[str, list[Ticket]] = {}
        parts: deque[tuple[int, Sequence[Document]]] = deque()
        if batch.documents:
            parts.append((0, batch.documents))
        try:
            while parts:
                start, part = parts.popleft()
                bad = await self._post(part, tickets)
                if bad is not None and len(part) == 1:
                    rejected.append(Rejected(start, bad.reason))
                elif bad is not None:
                    parts.extendleft(reversed(_split(start, part, bad)))
            for url, issued in tickets.items():
                await self._acks[url].confirm(issued)
        finally:
            for url, issued in tickets.items():
                self._acks[url].forget(issued)
        return sorted(rejected, key=lambda item: item.index)

    async def _post(self, documents: Sequence[Document], tickets: dict[str, list[Ticket]]) -> reply.BadEvent | None:
        content = body(documents, self._settings)
        headers = self._headers()
        if self._settings.compress:
            content = await gzip_aside(content)
            headers["Content-Encoding"] = "gzip"
        answer = await self._endpoints.post(_EVENTS, content, headers)
        try:
            outcome = reply.read(answer.response, self._endpoints.who(answer.url), self._context.now())
        except Permanent as error:
            if len(documents) > 1:
                raise
            return reply.BadEvent(0, str(error))
        if isinstance(outcome, reply.BadEvent):
            return outcome
        if outcome.ack_id is not None and answer.url in self._acks:
            tickets.setdefault(answer.url, []).append(self._acks[answer.url].expect(outcome.ack_id))
        elif self._acks:
            self._say_no_ack(answer.url)
        return None

    async def _ask_acks(self, url: str, ids: Collection[int]) -> frozenset[int]:
        content = b'{"acks":[%s]}' % b",".join(b"%d" % number for number in ids)
        answer = await self._endpoints.ask("POST", url, _ACKS, content=content, headers=self._headers())
        return reply.read_acks(answer.response, self._endpoints.who(url), self._context.now())

    async def _check_management(self, management: ManagementSettings) -> None:
        from siemcast_sinks.splunk.management import check_management  # noqa: PLC0415 - only where it is configured

        settings, timeout = self._settings, self._settings.timeout.total_seconds()
        version = await asyncio.to_thread(check_management, management, settings.tls, settings.index, timeout)
        self._context.log.info("splunk.management", version=version)

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Splunk {self._settings.token.reveal()}", "Content-Type": "application/json"}
        if self._acks:
            headers["X-Splunk-Request-Channel"] = self._channel
        return headers

    def _say_no_ack(self, url: str) -> None:
        if not self._said_no_ack:
            self._said_no_ack = True
            hint = "enable indexer acknowledgement for the token, or set ack: false"
            self._context.log.warning("splunk.no_ack", receiver=self._endpoints.who(url), hint=hint)


def _split(start: int, part: Sequence[Document], bad: reply.BadEvent) -> list[tuple[int, Sequence[Document]]]:
    """Cut a request into what stands before the bad event, the event alone, and what stands after it."""
    if not 0 <= bad.number < len(part):
        raise Permanent(bad.reason, hint="Splunk named an event that the request does not have")
    cuts = ((0, bad.number), (bad.number, bad.number + 1), (bad.number + 1, len(part)))
    return [(start + first, part[first:end]) for first, end in cuts if end > first]


@asynccontextmanager
async def open_splunk(settings: SplunkSettings, context: Context) -> AsyncGenerator[SplunkSink, None]:
    """Open the sink for as long as the context lasts."""
    async with context.http(tls=settings.tls, timeout=settings.timeout.total_seconds()) as http:
        yield SplunkSink(settings, context, Endpoints(http, settings.url, context, "Splunk"))
