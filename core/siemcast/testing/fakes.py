"""A Context and a Tenant under a test's control: sleeping passes the time and takes none."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from siemcast.api import Tls
from siemcast.schema import RecordShape


@dataclass(slots=True)
class FakeLog:
    """Keeps what was logged as (level, event, facts)."""

    entries: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def debug(self, event: str, **facts: Any) -> None:
        self.entries.append(("debug", event, facts))

    def info(self, event: str, **facts: Any) -> None:
        self.entries.append(("info", event, facts))

    def warning(self, event: str, **facts: Any) -> None:
        self.entries.append(("warning", event, facts))

    def error(self, event: str, **facts: Any) -> None:
        self.entries.append(("error", event, facts))


@dataclass(slots=True)
class FakeTenant:
    """A tenant whose services are all at one base URL and whose token is a constant."""

    base_url: str = "https://tenant.invalid"
    name: str = "contoso"
    tenant_id: str = "5f1c0000-0000-4000-8000-000000000001"
    tls: Tls = field(default_factory=Tls)
    dropped: list[str] = field(default_factory=list)

    def endpoint(self, service: str) -> str:
        return self.base_url

    def scope(self, service: str) -> str:
        return f"https://{service}.invalid/.default"

    async def token(self, scope: str) -> str:
        return f"token-{len(self.dropped)}"

    def drop_token(self, scope: str) -> None:
        self.dropped.append(scope)

    async def turn(self) -> None:
        return None


@dataclass(slots=True)
class FakeContext:
    """Lends a plugin a frozen clock, instant sleep, seeded randomness and, on demand, a mock transport."""

    name: str = "under-test"
    until_drained: bool = True
    time: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)
    transport: httpx.AsyncBaseTransport | None = None
    tenants: Mapping[str, FakeTenant] = field(default_factory=lambda: {"contoso": FakeTenant()})
    known_shapes: Mapping[str, Sequence[RecordShape]] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - a test's dice
    log: FakeLog = field(default_factory=FakeLog)
    slept: list[float] = field(default_factory=list)
    ailments: dict[str, str] = field(default_factory=dict)
    """What was said of each partition and not taken back."""

    def now(self) -> datetime:
        return self.time

    def elapsed(self) -> float:
        """Give the seconds slept: setting `time` passes none."""
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once; other tasks get their turn."""
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def ailing(self, partition: str, cause: str | None) -> None:
        self.ailments.pop(partition, None)
        if cause is not None:
            self.ailments[partition] = cause

    @asynccontextmanager
    async def http(
        self, *, base_url: str = "", tls: Tls | None = None, timeout: float = 30.0
    ) -> AsyncGenerator[httpx.AsyncClient, None]:
        async with httpx.AsyncClient(base_url=base_url, timeout=timeout, transport=self.transport) as client:
            yield client

    def tenant(self, name: str) -> FakeTenant:
        return self.tenants[name]

    def shapes(self, kind: str | None = None) -> Sequence[RecordShape]:
        if kind is not None:
            return self.known_shapes[kind]
        return [shape for shapes in self.known_shapes.values() for shape in shapes]
