"""Serves an aiohttp application on loopback for as long as a context lasts."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def serve(app: web.Application, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str, None]:
    """Serve `app` on 127.0.0.1 and give its base URL; port 0 takes a free one."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{bound}"
    finally:
        await runner.cleanup()
