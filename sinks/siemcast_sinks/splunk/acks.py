"""Waits for the indexers' acknowledgements: many requests, one channel, one question at a time for them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass

from siemcast.api import Context
from siemcast.errors import Permanent, Transient
from siemcast_sinks.splunk.config import AckSettings

_WINDOW = 1024
"""How far behind the newest id answers may come in, with several requests in flight."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One request whose acknowledgement is waited for."""

    ack_id: int
    deadline: float
    """In seconds elapsed."""
    confirmed: bool = False
    lost: bool = False


class Acknowledgements:
    """Keeps the open tickets of one channel at one receiver.

    Splunk has no negative answer, and numbers a channel's requests from 0 again after a restart: an id that comes a
    second time therefore means that all open tickets are lost, else the new request would confirm the old.
    """

    def __init__(
        self, ask: Callable[[Collection[int]], Awaitable[frozenset[int]]], settings: AckSettings, context: Context
    ) -> None:
        self._ask = ask
        self._settings = settings
        self._context = context
        self._open: dict[int, Ticket] = {}
        self._seen: set[int] = set()
        self._turn = asyncio.Lock()

    def expect(self, ack_id: int) -> Ticket:
        """Open the ticket of a request that was just accepted."""
        if ack_id in self._seen or ack_id < max(self._seen, default=0) - _WINDOW:
            self._restarted()
        self._seen.add(ack_id)
        if len(self._seen) > 2 * _WINDOW:
            newest = max(self._seen)
            self._seen = {seen for seen in self._seen if seen >= newest - _WINDOW}
        ticket = Ticket(ack_id, self._context.elapsed() + self._settings.wait.total_seconds())
        self._open[ack_id] = ticket
        return ticket

    async def confirm(self, tickets: Iterable[Ticket]) -> None:
        """Return when all are acknowledged; raises Transient when one is not in time, or lost by a restart."""
        tickets = list(tickets)
        try:
            for ticket in tickets:
                while not ticket.confirmed:
                    await self._wait(ticket)
        finally:
            self.forget(tickets)

    def forget(self, tickets: Iterable[Ticket]) -> None:
        """Close tickets that nobody waits for any more."""
        for ticket in tickets:
            if self._open.get(ticket.ack_id) is ticket:
                del self._open[ticket.ack_id]

    async def _wait(self, ticket: Ticket) -> None:
        """Sleep and ask for everybody, unless somebody else's question has settled the ticket meanwhile."""
        async with self._turn:
            if ticket.confirmed:
                return
            if ticket.lost:
                raise Transient("Splunk was restarted before it acknowledged a request; it is sent again")
            if self._context.elapsed() >= ticket.deadline:
                wait = f"{self._settings.wait.total_seconds():g} seconds"
                hint = "see whether the indexers keep up, and whether a load balancer keeps sessions together"
                raise Transient(f"Splunk's indexers did not acknowledge within {wait}; it is sent again", hint=hint)
            await self._context.sleep(self._settings.poll.total_seconds())
            await self._poll()

    async def _poll(self) -> None:
        try:
            done = await self._ask(sorted(self._open))
        except (Transient, Permanent) as trouble:  # the next may be answered, and the deadline ends the waiting
            self._context.log.warning("splunk.ack_unanswered", cause=str(trouble))
            return
        for ack_id in done:
            if (ticket := self._open.pop(ack_id, None)) is not None:
                ticket.confirmed = True

    def _restarted(self) -> None:
        for ticket in self._open.values():
            ticket.lost = True
        self._open.clear()
        self._seen.clear()
