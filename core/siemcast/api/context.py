"""What the engine lends to a plugin: clock, sleep, randomness, HTTP, log and tenants, so that tests never patch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from siemcast.api.settings import Tls
from siemcast.schema import RecordShape

if TYPE_CHECKING:  # a tenth of a second that `siemcast --help` need not spend
    import httpx


class Logger(Protocol):
    """Structured log: an event's name and its facts as keywords. Secrets never go in."""

    def debug(self, event: str, **facts: Any) -> Any: ...
    def info(self, event: str, **facts: Any) -> Any: ...
    def warning(self, event: str, **facts: Any) -> Any: ...
    def error(self, event: str, **facts: Any) -> Any: ...


class Tenant(Protocol):
    """A Microsoft tenant: where its services are, and tokens for them."""

    @property
    def name(self) -> str:
        """The user's name for it."""
        ...

    @property
    def tenant_id(self) -> str: ...

    @property
    def tls(self) -> Tls: ...

    def endpoint(self, service: str) -> str:
        """Give the base URL (no trailing slash) of `authority`, `graph`, `mde`, `arm` or `monitor`."""
        ...

    def scope(self, service: str) -> str:
        """Give the `.../.default` scope of `graph`, `mde`, `arm` or `monitor` in this tenant's cloud."""
        ...

    async def token(self, scope: str) -> str:
        """Give a bearer token for a scope (`https://.../.default`), cached. Raises AuthRefused or Transient."""
        ...

    def drop_token(self, scope: str) -> None:
        """Forget a token that was refused with 401, so that the next `token` asks anew."""
        ...

    async def turn(self) -> None:
        """Wait for this tenant's request budget to allow one more request."""
        ...


class Context(Protocol):
    """What one opened source or sink may use of the world."""

    @property
    def name(self) -> str:
        """The user's name of this source or sink."""
        ...

    @property
    def log(self) -> Logger: ...

    @property
    def random(self) -> random.Random: ...

    @property
    def until_drained(self) -> bool:
        """Whether `read` shall end once all that there is has been read."""
        ...

    def now(self) -> datetime:
        """The time, with zone UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds of a clock that nobody sets: deadlines are measured by it, since `now` may jump."""
        ...

    async def sleep(self, seconds: float) -> None: ...

    def ailing(self, partition: str, cause: str | None) -> None:
        """Say that a partition (or a group of them: a hub) makes no progress while others do; None: it does again.

        What you say stays in /readyz until you take it back. What ails all of a source or sink is raised instead.
        """
        ...

    def http(
        self, *, base_url: str = "", tls: Tls | None = None, timeout: float = 30.0
    ) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """Open an HTTP client; `timeout` in seconds. Verification of certificates is always on."""
        ...

    def tenant(self, name: str) -> Tenant: ...

    def shapes(self, kind: str | None = None) -> Sequence[RecordShape]:
        """The record shapes of a source kind, or of all kinds."""
        ...
