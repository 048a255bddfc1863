"""Gets batches to a receiver that never says what it has read, as surely as TCP lets anyone know.

TCP acknowledges what the receiver's machine holds, read or not. One proof of reading there is: a program comes to the
end of a connection only behind all that was sent over it, and then ends it as well.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain

from siemcast_sinks.syslog.reply import HungUp, Stuck
from siemcast_sinks.syslog.stream import Stream

_UNREAD_BYTES = 4_000_000
"""What a receiver's machine holds unread of a connection, as a rule: Linux 6 MB at most, half of it its own."""
_READ_SECONDS = 1.0
"""Within so long, a receiver that is well reads what its machine has acknowledged."""
_CAUTIOUS = 10
"""Batches sent cautiously after a connection that the receiver ended amid one."""


class Delivery:
    """Sends all over one connection, and cautiously for a while to a receiver that has shown a reason."""

    def __init__(self, stream: Stream, framed: Callable[[Sequence[bytes]], bytes]) -> None:
        self._stream = stream
        self._framed = framed
        self._unread: deque[tuple[float, Sequence[bytes]]] = deque()
        """The batches sent last, and when: sent again should it turn out that the receiver did not read them."""
        self._unread_bytes = 0
        self._cautious = 0
        """Batches that are still to be sent cautiously."""
        self._part = 0
        """How many messages the receiver last read to the end of a connection."""
        self._most = 0
        """How many it may read in time, if it was too slow for more."""

    async def send(self, messages: Sequence[bytes]) -> None:
        """Send all messages. Raises what the stream does."""
        if not self._cautious and not await self._stream.alive() and self._recall():
            self._cautious = 1
        try:
            await (self._cautiously(messages) if self._cautious else self._together(messages))
        except Stuck:
            self._cautious = max(self._cautious, 1)
            raise
        except HungUp:
            if not self._cautious:
                self._recall()
            self._cautious = _CAUTIOUS
            raise

    async def _together(self, messages: Sequence[bytes]) -> None:
        await self._stream.send(self._framed(messages))
        self._unread.append((asyncio.get_running_loop().time(), messages))
        self._unread_bytes += sum(map(len, messages))
        while self._unread_bytes > _UNREAD_BYTES and len(self._unread) > 1:
            self._unread_bytes -= sum(map(len, self._unread.popleft()[1]))

    async def _cautiously(self, messages: Sequence[bytes]) -> None:
        """Send also what may be unread, and take nothing as sent before it is known to be read."""
        await self._in_parts([*chain.from_iterable(batch for _, batch in self._unread), *messages])
        self._unread.clear()
        self._unread_bytes = 0
        self._cautious -= 1
        self._most = self._most if self._cautious else 0

    def _recall(self) -> bool:
        """Say whether a receiver whose connection ended may have left batches unread, and keep no others."""
        reset = self._stream.reset
        while self._unread and (reset is None or self._unread[0][0] < reset - _READ_SECONDS):
            self._unread_bytes -= sum(map(len, self._unread.popleft()[1]))
        return bool(self._unread)

    async def _in_parts(self, messages: Sequence[bytes]) -> None:
        """Send each part over a connection of its own; parts are no longer than the receiver reads over one."""
        done, most = 0, self._most or len(messages)
        size = 2 * self._part or most
        while done < len(messages):
            part = messages[done : done + min(size, most)]
            try:
                await self._stream.deliver(self._framed(part), single=len(part) == 1)
            except Stuck:  # if it merely is slow, fewer will do
                self._most = max(1, len(part) // 2)
                raise
            except HungUp:
                if len(part) == 1:
                    raise
                size = most = len(part) // 2
                self._cautious = _CAUTIOUS
            else:
                done += len(part)
                self._part = len(part)
                size = 2 * len(part)
