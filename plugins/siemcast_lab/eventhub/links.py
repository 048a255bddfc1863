"""What a connection is made of: sessions, links, where a link's messages come from, and refusals."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from siemcast_lab.eventhub import frames
from siemcast_lab.eventhub.codec import Described


class Channel(Protocol):
    """A byte stream to a client: TCP, TLS or WebSocket."""

    async def read_exactly(self, count: int) -> bytes:
        """Raises EOFError or OSError at the end."""
        ...

    async def send(self, data: bytes) -> None: ...

    def abort(self) -> None:
        """Cut the stream without a farewell."""
        ...


class Supply(Protocol):
    """Where the messages of a link to the client come from."""

    def take(self) -> bytes | None:
        """Give the next message, or None when there is none yet."""
        ...


class Client(Protocol):
    """The connection that a session is of."""

    entities: set[str]
    """Hubs that a token opened here."""

    def wake(self) -> None:
        """Look again for messages to send."""
        ...

    def close_link(self, link: Link, why: Refused) -> None:
        """Detach a link with an error."""
        ...


@dataclass(slots=True, eq=False)
class Link:
    """One link; `to_peer` says that messages flow to the client."""

    session: Session
    name: str
    handle: int
    to_peer: bool
    address: str
    properties: dict[str, Any]
    filters: dict[str, Any]
    supply: Supply | None = None
    credit: int = 0
    count: int = 0
    """Messages so far, in either direction."""
    incoming: bytearray = field(default_factory=bytearray)
    first_transfer: list[Any] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Session:
    """One session with its window, counted in frames, and its links by handle."""

    connection: Client
    channel: int
    window: int
    next_outgoing: int = 0
    next_incoming: int = 0
    deliveries: int = 0
    links: dict[int, Link] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of the lab
    """Carries the condition and the text with which a link or a message is refused."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(text)
        self.condition = condition

    @property
    def error(self) -> Described:
        return frames.error(self.condition, str(self))


class Replies:
    """Answers on their way to a client that reads them from `$cbs` or `$management`."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()

    def put(self, raw: bytes) -> None:
        self._waiting.append(raw)

    def take(self) -> bytes | None:
        return self._waiting.popleft() if self._waiting else None
