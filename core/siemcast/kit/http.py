"""HTTP as siemcast does it: verified, never redirected, and with errors that say what happens next."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any

import httpx
import orjson

from siemcast.api.context import Context, Tenant
from siemcast.api.settings import Tls
from siemcast.errors import AuthRefused, ConfigError, SiemcastError, Transient
from siemcast.kit.plaintext import is_loopback
from siemcast.kit.status import check_status, retry_after, service_words
from siemcast.kit.tls import causes, ssl_context, tls_failure

__all__ = [
    "ApiClient",
    "check_status",
    "failure",
    "open_client",
    "open_sync_client",
    "request",
    "retry_after",
    "same_host",
    "service_words",
]

_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0)
_UNPROXIED: Mapping[str, None] = {
    f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]", "169.254.169.254")
}
"""Loopback, and the link-local address at which Azure tells a machine its identity."""

_READ = httpx.ByteStream(b"")
"""The stream of an answer that has been read."""
LONGEST_ANSWER = 256_000_000
"""Bytes of an answer, unpacked, beyond which nobody meant it: a page of records at their longest is a tenth of it."""
SLOWEST_ANSWER = 600.0
"""Seconds for a whole request, however often a byte comes of its answer."""
_ENDLESS = "check address and port: something else may answer there"


@asynccontextmanager
async def open_client(
    *, base_url: str = "", tls: Tls | None = None, timeout: float = 30.0
) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Open a client that trusts what `tls` says; `timeout` in seconds for connecting and each read and write.

    HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are honoured, but never for loopback. Raises ConfigError.
    """
    with _configured():
        client = httpx.AsyncClient(mounts=_UNPROXIED, **_options(base_url, tls, timeout))
    async with client:
        yield client


@contextmanager
def open_sync_client(*, tls: Tls | None = None, timeout: float = 30.0) -> Generator[httpx.Client, None, None]:
    """Open what open_client does, for a library that calls in a thread."""
    with _configured():
        client = httpx.Client(mounts=_UNPROXIED, **_options("", tls, timeout))
    with client:
        yield client


def _options(base_url: str, tls: Tls | None, timeout: float) -> dict[str, Any]:
    return {
        "base_url": base_url,
        "verify": ssl_context(tls or Tls()),
        "timeout": timeout,
        "limits": _LIMITS,
        "follow_redirects": False,
        "trust_env": not is_loopback(httpx.URL(base_url).host),  # of the environment, httpx reads the proxies only
    }


@contextmanager
def _configured() -> Generator[None, None, None]:
    try:
        yield
    except httpx.InvalidURL as error:
        raise ConfigError(f"not a URL ({error})", hint="write it as https://HOST[:PORT]") from error
    except (ValueError, ImportError) as error:  # an unknown scheme of proxy, or SOCKS without its library
        hint = "set HTTPS_PROXY to http://HOST:PORT"
        raise ConfigError("a proxy of the environment can not be used", hint=hint) from error


async def request(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    who: str = "",
    content: bytes | None = None,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Make one request and read its answer, whatever its status (see check_status).

    Raises Transient where the network failed, AuthRefused where a certificate or a header's secret is wrong, and
    ConfigError where the URL is; `who` names the other side in their words (its host, when empty).
    """
    who = who or _host(http, url)
    problem: SiemcastError
    try:
        where = _address(url, *(params or {}).items())
        longest = asyncio.timeout(max(SLOWEST_ANSWER, http.timeout.read or 0.0))
        async with longest, http.stream(method, where, content=content, headers=headers) as response:
            response._content = await _body(response, who)  # noqa: SLF001 - as `aread` sets it, which knows no bound
    except TimeoutError:
        problem = Transient(f"{who} does not come to the end of its answer", hint=_ENDLESS)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        problem = failure(error, who)
    else:
        response.stream = _READ  # its own holds the answer, and what was sent, until the collector finds the circle
        return response
    raise problem  # outside of the handler: what httpx says may hold a header's secret


async def _body(response: httpx.Response, who: str) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > LONGEST_ANSWER:
            raise Transient(f"{who} sent an answer of more than {LONGEST_ANSWER} bytes", hint=_ENDLESS)
        parts.append(part)
    return b"".join(parts)


@lru_cache(maxsize=64)
def _address(url: str, *params: tuple[str, str | int]) -> httpx.URL:
    """Parse a URL; that of all requests of a sink once, since parsing is a sixth of what a request costs."""
    return httpx.URL(url, params=params) if params else httpx.URL(url)  # whose query (a nextLink's) stays


def failure(error: Exception, who: str) -> SiemcastError:
    """Say in plain words what httpx raised, as the error that tells the engine what happens next."""
    if (problem := tls_failure(error, who)) is not None:
        return problem
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return ConfigError(f"the URL of {who} can not be used", hint="write it as https://HOST[:PORT]/...")
    if isinstance(error, (httpx.LocalProtocolError, UnicodeError)):
        hint = "look for a line end, a space or a letter beyond ASCII in the secret or in a configured header"
        return AuthRefused(f"a header for {who} holds a character that HTTP does not allow", hint=hint)
    origin = list(causes(error))
    for kind, words, hint in _NETWORK_FAULTS:
        if any(isinstance(cause, kind) for cause in origin):
            return Transient(words.format(who=who), hint=hint)
    return Transient(f"talking to {who} failed ({type(error).__name__})")


def same_host(base: str | httpx.URL, url: str | httpx.URL) -> bool:
    """Tell whether `url` has the scheme, host and port of `base`; a relative one is taken as being below it."""
    start = httpx.URL(base)
    there = start.join(url)
    return (start.scheme, start.host, _port(start)) == (there.scheme, there.host, _port(there))


class ApiClient:
    """Calls one Microsoft API for one tenant: token, request budget, refusals and torn answers are taken care of."""

    def __init__(self, context: Context, tenant: Tenant, http: httpx.AsyncClient, scope: str) -> None:
        self._context = context
        self._tenant = tenant
        self._http = http
        self._scope = scope

    async def get_json(
        self, url: str, params: Mapping[str, str | int] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Give the JSON object at `url`, relative to the client's base URL or on its host.

        Raises AuthRefused, Transient (a torn or surprising answer, too) or Permanent.
        """
        return json_object(await self.send("GET", url, params=params, headers=headers), self._who(url))

    async def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Send `body` as JSON and give the JSON object that comes back. Raises as get_json does."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return json_object(await self.send("POST", url, content=orjson.dumps(body), headers=sent), self._who(url))

    async def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Give an answer of status 2xx. A token refused with 401 is dropped once, and the request made again."""
        if not same_host(self._http.base_url, url):
            hint = "check the tenant's endpoints"
            raise Transient(f"{self._who(url)} is not {self._http.base_url.host}: no token is sent there", hint=hint)
        response, token = await self._once(method, url, content, params, headers)
        if response.status_code == 401:
            if await self._tenant.token(self._scope) == token:  # else somebody else has dropped it already
                self._tenant.drop_token(self._scope)
            response, _ = await self._once(method, url, content, params, headers)
        check_status(response, self._who(url), now=self._context.now())
        return response

    async def _once(
        self,
        method: str,
        url: str,
        content: bytes | None,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
    ) -> tuple[httpx.Response, str]:
        await self._tenant.turn()
        token = await self._tenant.token(self._scope)
        sent = {"Accept": "application/json", **(headers or {}), "Authorization": f"Bearer {token}"}
        answer = await request(
            self._http, method, url, who=self._who(url), content=content, params=params, headers=sent
        )
        return answer, token

    def _who(self, url: str) -> str:
        return _host(self._http, url)


def json_object(response: httpx.Response, who: str) -> dict[str, Any]:
    """Parse an answer that must be a JSON object; anything else is Transient, for services do not mean it."""
    try:
        parsed = orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        size = len(response.content)
        raise Transient(f"{who} sent JSON that is torn at character {error.pos} ({size} bytes)") from error
    if not isinstance(parsed, dict):
        raise Transient(f"{who} sent a JSON {type(parsed).__name__} where an object was due")
    return parsed


def _host(http: httpx.AsyncClient, url: str) -> str:
    try:
        there = http.base_url.join(url)
    except httpx.InvalidURL:
        return "the service"
    return there.netloc.decode().rpartition("@")[2] or "the service"


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


_NETWORK_FAULTS: tuple[tuple[type[Exception], str, str], ...] = (
    (socket.gaierror, "the name of {who} can not be resolved", "check its spelling and this machine's DNS"),
    (ConnectionRefusedError, "{who} refuses connections", "check the port, and that the service runs"),
    (httpx.PoolTimeout, "no connection to {who} came free in time", ""),
    (httpx.ConnectTimeout, "{who} can not be reached in time", "check address, port, firewall and proxy"),
    (httpx.TimeoutException, "{who} did not answer in time", "raise the timeout when this lasts"),
    (httpx.ConnectError, "{who} can not be reached", "check address, port, firewall and proxy"),
    (httpx.ProxyError, "the proxy before {who} failed", "check HTTPS_PROXY and NO_PROXY"),
    (httpx.RemoteProtocolError, "{who} broke off its answer", ""),
    (httpx.DecodingError, "{who} sent a body that can not be decompressed", ""),
    (httpx.NetworkError, "the connection to {who} broke", ""),
)
