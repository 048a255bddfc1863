"""The lab's Entra as an aiohttp application; serve it over TLS, since msal takes no other."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from siemcast_lab.entra.grants import Grants, Refusal
from siemcast_lab.entra.registration import Registration
from siemcast_lab.entra.tokens import Answer, Tokens

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_APP_SERVICE_HEADER = "lab-identity-header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer in place of the proper one, after `delay` seconds."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "the lab was told to fail"
    delay: float = 0.0


class LabEntra:
    """Signs the registered application in, and the machine's managed identities.

    `faults` are answered first, one a request; `asked` counts the requests by route; while `gate` is cleared, requests
    wait; `arrived` is set by each request that comes. `secret_header` is what App Service puts into IDENTITY_HEADER.
    """

    secret_header = _APP_SERVICE_HEADER

    def __init__(self, registration: Registration | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.registration = registration or Registration()
        self.asked: Counter[str] = Counter()
        self.faults: deque[Fault] = deque()
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self._clock = clock
        self._tokens = Tokens(self.registration, clock)
        self._grants = Grants(self.registration, clock)

    def app(self) -> web.Application:
        """Make the application with all routes."""
        app = web.Application(middlewares=[self._middleware])
        app.router.add_get("/common/discovery/instance", self._instance, name="instance-discovery")
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration, name="configuration")
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token, name="token")
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys, name="keys")
        app.router.add_get("/metadata/identity/oauth2/token", self._machine, name="imds")
        app.router.add_get("/msi/token", self._app_service, name="app-service")
        return app

    def authorise(self, header: str | None, audience: str, role: str) -> Answer | None:
        """Give None for a good Authorization header, else the status and body to answer with."""
        return self._tokens.authorise(header, audience, role)

    def claims(self, token: str) -> dict[str, Any]:
        """Give the claims of a token of this lab; `lab_how` says how the application signed in."""
        return self._tokens.claims(token)

    def issue(self, audience: str) -> str:
        """Make a token without a sign-in, for trying out a resource."""
        token: str = self._tokens.issue(audience, "issued", "https://entra.siemcast.lab")["access_token"]
        return token

    def revoke(self) -> None:
        """Let every token issued so far be refused with 401."""
        self._tokens.revoke()

    def workload_token(self, **claims: Any) -> str:
        """Make the token that a platform would write for the workload; `claims` replace its own."""
        return self._grants.workload_token(**claims)

    @web.middleware
    async def _middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        self.asked[request.match_info.route.name or request.path] += 1
        self.arrived.set()
        await self.gate.wait()
        if self.faults:
            fault = self.faults.popleft()
            await asyncio.sleep(fault.delay)
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
        try:
            return await handler(request)
        except Refusal as refusal:
            return web.json_response(self._refused(refusal), status=refusal.status)

    def _refused(self, refusal: Refusal) -> dict[str, Any]:
        at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(self._clock()))
        trace, correlation = secrets.token_hex(16), secrets.token_hex(16)
        words = f"AADSTS{refusal.code}: {refusal.words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"
        return {
            "error": refusal.error,
            "error_description": words,
            "error_codes": [refusal.code],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
        }

    async def _instance(self, request: web.Request) -> web.Response:
        base = _tenant_url(request, self.registration.tenant_id)
        return web.json_response(
            {"tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration", "metadata": []}
        )

    async def _configuration(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        if tenant != self.registration.tenant_id:
            raise Refusal(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
        base = _tenant_url(request, tenant)
        return web.json_response(
            {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        base, form = _tenant_url(request, tenant), await request.post()
        how = self._grants.judge(tenant, form, f"{base}/oauth2/v2.0/token")
        audience = str(form["scope"]).removesuffix("/.default")
        return web.json_response(self._tokens.issue(audience, how, f"{base}/v2.0"))

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response(self._tokens.key_set())

    async def _machine(self, request: web.Request) -> web.Response:
        if request.headers.get("Metadata") != "true":
            return _identity_refused("Required metadata header not specified")
        return self._identity(request)

    async def _app_service(self, request: web.Request) -> web.Response:
        if request.headers.get("X-IDENTITY-HEADER") != self.secret_header:
            return web.json_response({"statusCode": 401, "message": "No identity header was given."}, status=401)
        return self._identity(request)

    def _identity(self, request: web.Request) -> web.Response:
        client_id = request.query.get("client_id", "system")
        if client_id not in {"system", self.registration.identity_client_id}:
            return _identity_refused("Identity not found")
        answer = self._tokens.issue(
            request.query["resource"], f"managed identity {client_id}", str(request.url.origin())
        )
        expires = int(self._clock()) + self.registration.token_seconds
        numbers = {
            "expires_in": str(answer["expires_in"]),
            "expires_on": str(expires),
        }  # as text, as the real one has it
        return web.json_response({**answer, **numbers, "resource": request.query["resource"]})


def _tenant_url(request: web.Request, tenant: str) -> str:
    return f"{request.url.origin()}/{tenant}"


def _identity_refused(words: str) -> web.Response:
    return web.json_response({"error": "invalid_request", "error_description": words}, status=400)
