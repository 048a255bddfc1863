"""Serves health and metrics over HTTP: to this machine freely, to others for a token."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CONTENT_TYPE_LATEST

from siemcast.api import SecretValue
from siemcast.errors import ConfigError
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics

_CLOSE_SECONDS = 1.0


@asynccontextmanager
async def serve(
    host: str,
    port: int,
    token: SecretValue | None,
    *,
    health: Health,
    metrics: Metrics,
    refresh: Callable[[], Awaitable[None]],
) -> AsyncIterator[int]:
    """Serve while the context is open, giving the port; `refresh` is awaited before metrics are given.

    Raises ConfigError when the address is taken or is none of this machine's.
    """
    application = web.Application(middlewares=[_guard(token)] if token else [])
    application.add_routes(_routes(health, metrics, refresh))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_CLOSE_SECONDS)
    await runner.setup()
    try:
        yield await _listen(runner, host, port)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise ConfigError(
            f"http: cannot listen on {host}:{port}: {error.strerror}",
            hint="choose another address, or turn it off with http: null",
        ) from error
    return int(runner.addresses[0][1])


def _routes(health: Health, metrics: Metrics, refresh: Callable[[], Awaitable[None]]) -> list[web.RouteDef]:
    async def healthz(request: web.Request) -> web.Response:
        return _json({"healthy": True}, 200)

    async def readyz(request: web.Request) -> web.Response:
        causes = [
            {"part": cause.part, "cause": cause.cause, "since": cause.since.isoformat()} for cause in health.causes
        ]
        return _json({"ready": health.ready, "causes": causes}, 200 if health.ready else 503)

    async def metricsz(request: web.Request) -> web.Response:
        await refresh()
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metricsz)]


def _json(answer: object, status: int) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=status, content_type="application/json")


def _guard(token: SecretValue) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if hmac.compare_digest(given, f"Bearer {token.reveal()}".encode()):
            return await handler(request)
        answer = _json({"error": "give the token of http.token as Authorization: Bearer"}, 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    return guard
