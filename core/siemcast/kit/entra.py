"""Tokens of Microsoft Entra for one tenant: cached, renewed early, refused in plain words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from aiolimiter import AsyncLimiter

from siemcast.api.settings import Tls
from siemcast.errors import AuthRefused, Transient
from siemcast.kit.aadsts import refusal
from siemcast.kit.aside import call_aside
from siemcast.kit.certificate import signing_pair
from siemcast.kit.clouds import endpoint, scope
from siemcast.kit.http import failure, open_sync_client, retry_after
from siemcast.kit.tenant import Credential, Endpoints, TenantSettings

__all__ = ["Credential", "Endpoints", "EntraTenant", "TenantSettings"]

_EARLY = timedelta(minutes=5)
_PAUSE = timedelta(minutes=1)
_TIMEOUT = 15.0
_PASSING = frozenset({408, 410, 425, 429})
"""Client errors that pass: 410 is what a machine's identity endpoint says while it is updated."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"_Token(***, {self.expires_at:%H:%M:%S})"


class EntraTenant:
    """A tenant as sources and sinks see it (siemcast.api.Tenant). `now` is the clock, with zone UTC.

    It holds nothing open: each sign-in has an msal application of its own, since a sign-in happens about once an hour,
    and so rotated secrets, keys and token files count at once.
    """

    def __init__(self, name: str, settings: TenantSettings, *, now: Callable[[], datetime]) -> None:
        self._name = name
        self._settings = settings
        self._now = now
        self._tokens: dict[str, _Token] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._budget = _budget(settings.requests_per_minute)

    @property
    def name(self) -> str:
        """The user's name for it."""
        return self._name

    @property
    def tenant_id(self) -> str:
        return self._settings.tenant_id

    @property
    def tls(self) -> Tls:
        return Tls(ca_file=self._settings.ca_file)

    def endpoint(self, service: str) -> str:
        """Give the base URL of a service, the user's or the cloud's. Raises ConfigError where the cloud has none."""
        override: str | None = getattr(self._settings.endpoints, service, None)
        return override or endpoint(self._settings.cloud, service)

    def scope(self, service: str) -> str:
        """Give the cloud's scope of a service, whatever its endpoint."""
        return scope(self._settings.cloud, service)

    async def token(self, scope: str) -> str:
        """Give a bearer token that is good for some minutes at least. Raises AuthRefused or Transient."""
        if (fresh := self._fresh(scope)) is not None:
            return fresh
        async with self._locks.setdefault(scope, asyncio.Lock()):
            return self._fresh(scope) or await self._renew(scope)

    def drop_token(self, scope: str) -> None:
        """Forget a token that was refused with 401."""
        self._tokens.pop(scope, None)

    async def turn(self) -> None:
        """Wait until the tenant's request budget allows one more request."""
        await self._budget.acquire()

    def _fresh(self, scope: str) -> str | None:
        held = self._tokens.get(scope)
        return held.value if held is not None and self._now() < held.renew_at else None

    async def _renew(self, scope: str) -> str:
        held, asked = self._tokens.get(scope), self._now()
        try:
            answer = await call_aside(lambda: sign_in(self._name, self._settings, scope))
        except Transient:
            if held is None or self._now() + _PAUSE >= held.expires_at:
                raise
            token = replace(held, renew_at=asked + _PAUSE)  # the old one is good for a while: no need to stop
        else:
            life = timedelta(seconds=int(answer["expires_in"]))
            token = _Token(answer["access_token"], asked + max(life - _EARLY, life / 2), asked + life)
        self._tokens[scope] = token
        return token.value


def sign_in(tenant: str, settings: TenantSettings, scope: str) -> Mapping[str, Any]:
    """Ask for a token, blocking; gives `access_token` and `expires_in` (seconds). Raises AuthRefused or Transient."""
    with open_sync_client(tls=Tls(ca_file=settings.ca_file), timeout=_TIMEOUT) as http:
        transport = _Transport(http)
        try:
            answer: Mapping[str, Any] = _ask(settings, scope, transport)
        except (ValueError, KeyError):  # what msal makes of an answer that it does not understand
            answer = transport.refused()
    if answer.get("access_token") and answer.get("expires_in"):
        return answer
    raise refusal(tenant, answer)


def _ask(settings: TenantSettings, scope: str, transport: _Transport) -> Mapping[str, Any]:
    import msal  # noqa: PLC0415 - 0.3 s to import; `siemcast --help` needs no token

    answer: Mapping[str, Any]
    if settings.credential.managed_identity is not None:
        identity = _managed_identity(settings.credential.managed_identity)
        client = msal.ManagedIdentityClient(identity, http_client=transport)
        answer = client.acquire_token_for_client(resource=scope.removesuffix("/.default"))
    else:
        authority = settings.endpoints.authority or endpoint(settings.cloud, "authority")
        application = msal.ConfidentialClientApplication(
            settings.client_id,
            client_credential=_client_credential(settings.credential),
            authority=f"{authority}/{settings.tenant_id}",
            instance_discovery=False,  # the authority comes from our table or the user: nobody else need confirm it
            http_client=transport,
        )
        answer = application.acquire_token_for_client([scope])
    return answer


def _managed_identity(client_id: str) -> Any:
    import msal  # noqa: PLC0415 - as above

    if client_id == "system":
        return msal.SystemAssignedManagedIdentity()
    return msal.UserAssignedManagedIdentity(client_id=client_id)


def _client_credential(credential: Credential) -> str | dict[str, Any]:
    if credential.secret is not None:
        return credential.secret.reveal()
    if credential.workload_identity is not None:
        return {"client_assertion": partial(_workload_token, credential)}
    return signing_pair(credential)


def _workload_token(credential: Credential) -> str:
    path = credential.workload_identity
    try:
        token = path.read_text("ascii").strip() if path else ""
    except (OSError, UnicodeError) as error:
        hint = "check its path, its permissions and its content"
        raise AuthRefused(f"the workload identity's token file {path} can not be read", hint=hint) from error
    if not token:
        raise AuthRefused(f"the workload identity's token file {path} is empty", hint="check what writes it")
    return token


class _Transport:
    """What msal wants of an HTTP client, over ours.

    Thus one place decides on trust and proxies (requests, msal's own, lets REQUESTS_CA_BUNDLE beat a configured CA),
    and what fails is said in siemcast's errors, which msal passes on.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._last: httpx.Response | None = None

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._send("GET", url, params=params or None, headers=headers)

    def post(self, url: str, params: Any = None, headers: Any = None, data: Any = None, **_: Any) -> httpx.Response:
        form = {key: value.decode() if isinstance(value, bytes) else value for key, value in (data or {}).items()}
        return self._send("POST", url, params=params or None, headers=headers, data=form)

    def close(self) -> None:
        """Do nothing: whoever opened the client closes it."""

    def refused(self) -> Mapping[str, Any]:
        """Give the last answer as a token endpoint's refusal. Raises Transient if it was none."""
        if self._last is None:
            return {"error_description": "this machine has no managed identity that can be asked"}
        answer = _object(self._last)
        if self._last.is_success:
            raise Transient(f"{self._last.url.host} sent an answer that is not Entra's")
        return answer

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        who = httpx.URL(url).netloc.decode()
        try:
            response = self._http.request(method, url, **options)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            problem = failure(error, who)
        else:
            status, self._last = response.status_code, response
            if response.is_success:
                _object(response)
            if response.is_success or (status not in _PASSING and response.is_client_error):
                return response
            # without the answer's words, which may repeat the secret of the form
            problem = Transient(f"{who} answered {status}", retry_after=retry_after(response.headers))
        raise problem


def _object(response: httpx.Response) -> dict[str, Any]:
    """Parse an answer; Transient unless it is a JSON object: a proxy answered, or it is torn."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Transient(f"{response.url.host} sent an answer ({response.status_code}) that is not Entra's")
    return answer


def _budget(requests_per_minute: int) -> AsyncLimiter:
    """Allow small bursts, yet never more than the budget in any minute (but for a budget of one or two)."""
    burst = max(1, requests_per_minute // 10)
    return AsyncLimiter(burst, 60 * burst / max(1, requests_per_minute - burst))
