"""Opens what a source of Graph's lists needs: the HTTP client, the tenant's token, and one reader a list."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from siemcast.api import Context, PolledSettings
from siemcast.kit.http import ApiClient


@asynccontextmanager
async def open_api(
    settings: PolledSettings, context: Context
) -> AsyncGenerator[tuple[httpx.AsyncClient, ApiClient], None]:
    """Open the tenant's Graph v1.0."""
    tenant = context.tenant(settings.tenant)
    base = tenant.endpoint("graph") + "/v1.0"
    timeout = settings.timeout.total_seconds()
    async with context.http(base_url=base, tls=tenant.tls, timeout=timeout) as http:
        yield http, ApiClient(context, tenant, http, tenant.scope("graph"))
