"""The Context that every opened source and sink gets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

import httpx

from siemcast.api import Logger, Settings, Tenant, Tls
from siemcast.engine.world import World
from siemcast.errors import ConfigError
from siemcast.observe.health import Health
from siemcast.schema import RecordShape


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """Implements `siemcast.api.Context`."""

    part: str
    """`sources.NAME` or `sinks.NAME`."""
    log: Logger
    health: Health
    world: World
    until_drained: bool
    tenants: Mapping[str, Tenant]
    known_shapes: Mapping[str, Sequence[RecordShape]]

    @property
    def name(self) -> str:
        """The user's name of it."""
        return self.part.partition(".")[2]

    @property
    def random(self) -> random.Random:
        """The engine's dice."""
        return self.world.random

    def now(self) -> datetime:
        """Give the time, with zone UTC."""
        return self.world.now()

    def elapsed(self) -> float:
        """Give the seconds of a clock that nobody sets."""
        return self.world.elapsed()

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await self.world.sleep(seconds)

    def ailing(self, partition: str, cause: str | None) -> None:
        """Tell health of a partition."""
        if cause is None:
            self.health.well(self.part, partition)
        else:
            self.health.ill(self.part, cause, partition)

    def http(
        self, *, base_url: str = "", tls: Tls | None = None, timeout: float = 30.0
    ) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """Open an HTTP client."""
        from siemcast.kit.http import open_client  # noqa: PLC0415 - httpx is loaded for those who use it

        return open_client(base_url=base_url, tls=tls, timeout=timeout)

    def tenant(self, name: str) -> Tenant:
        """Give a configured tenant. Raises ConfigError for another name."""
        try:
            return self.tenants[name]
        except KeyError:
            known = ", ".join(self.tenants) or "none"
            raise ConfigError(f"no tenant {name!r}", hint=f"tenants are: {known}") from None

    def shapes(self, kind: str | None = None) -> Sequence[RecordShape]:
        """Give the record shapes of a source kind, or of all kinds, each once."""
        if kind is not None:
            return self.known_shapes.get(kind, ())
        return list(by_name(self.known_shapes).values())


def by_name(shapes: Mapping[str, Sequence[RecordShape]]) -> Mapping[str, RecordShape]:
    """Give all kinds' shapes by their names."""
    return {shape.name: shape for group in shapes.values() for shape in group}


def open_tenants(tenants: Mapping[str, Settings], world: World) -> Mapping[str, Tenant]:
    """Make the configured tenants; each is shared by all who use it, and so is its request budget."""
    if not tenants:
        return {}
    from siemcast.kit.entra import EntraTenant, TenantSettings  # noqa: PLC0415 - loaded where there are tenants

    made: dict[str, Tenant] = {}
    for name, settings in tenants.items():
        if not isinstance(settings, TenantSettings):
            raise ConfigError(f"tenants.{name}: {type(settings).__name__} is no tenant's settings")
        made[name] = EntraTenant(name, settings, now=world.now)
    return made
