"""A tenant as the kind of credential that Azure's asyncio clients take, without importing azure."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from siemcast.api.context import Tenant

LASTS = 300
"""Seconds for which a tenant's token is surely good: EntraTenant renews it when less is left."""


class AccessToken(NamedTuple):
    """What azure-core's AccessToken is: a token, and when it ends in seconds since 1970."""

    token: str
    expires_on: int


class AzureCredential:
    """Gives Azure's clients the tenant's tokens. They ask again before `expires_on`, and get the cached one mostly."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        """Give a token for the one scope. Raises AuthRefused or Transient.

        Of the options that azure-core may pass, claims and tenant_id have no meaning for a single tenant's application.
        """
        (scope,) = scopes
        token = await self._tenant.token(scope)
        # the machine's clock, not a context's: Azure's clients compare with it
        return AccessToken(token, int(time.time()) + LASTS)

    async def close(self) -> None:
        """Do nothing: the tenant outlives the clients that borrow it."""

    async def __aenter__(self) -> AzureCredential:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
