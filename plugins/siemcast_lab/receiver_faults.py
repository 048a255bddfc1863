"""Faults of a stand-in receiver, as switches: what goes wrong with the next requests, and how often."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer given instead of the receiver's own."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ReceiverFaults:
    """Switches, to be set at any time; a count is used up by requests with data."""

    answers: deque[Answer] = field(default_factory=deque)
    """Answers to the next requests, one each, nothing being stored."""
    drop_before: int = 0
    """How many connections break before anything is stored."""
    drop_after: int = 0
    """How many connections break after everything is stored, so that the sender never hears of it."""
    max_bytes: int | None = None
    """Longest body, after decompression, that is not answered with 413."""
    gate: asyncio.Event | None = None
    """A slow receiver: requests wait until this is set."""

    def answer(self, status: int, *, times: int = 1, body: str = "", retry_after: int | None = None) -> None:
        """Answer the next `times` requests with a status."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.answers.extend([Answer(status, body, headers)] * times)

    async def before(self, request: web.Request) -> web.Response | None:
        """Apply what happens before a body is looked at; an answer given here is the request's."""
        if self.gate is not None:
            await self.gate.wait()
        if self.drop_before > 0:
            self.drop_before -= 1
            return broken(request)
        if self.answers:
            answer = self.answers.popleft()
            return web.Response(status=answer.status, text=answer.body, headers=answer.headers)
        return None

    def after(self, request: web.Request) -> web.Response | None:
        """Apply what happens after the data is stored."""
        if self.drop_after > 0:
            self.drop_after -= 1
            return broken(request)
        return None

    def too_long(self, size: int) -> bool:
        return self.max_bytes is not None and size > self.max_bytes


def broken(request: web.Request) -> web.Response:
    """Break the request's connection; the response given back reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
