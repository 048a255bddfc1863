"""Serves the stand-in Graph by aiohttp, down to connections that break."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from siemcast_lab.graph.service import Answer, LabGraph


def graph_app(graph: LabGraph) -> web.Application:
    """Give the application; serve it with `siemcast_lab.serve.serve`."""
    from aiohttp import web  # noqa: PLC0415 - a server library that only a running lab needs

    async def handle(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        base = f"{request.scheme}://{request.host}"
        answer = graph.respond(request.path, dict(request.query), headers, base)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        return await _send(request, answer)

    app = web.Application()
    app.router.add_get("/v1.0/security/{rest:.*}", handle)
    return app


async def _send(request: web.Request, answer: Answer) -> web.StreamResponse:
    from aiohttp import web  # noqa: PLC0415 - as above

    headers = {"Content-Type": "application/json", **answer.headers}
    if answer.ending == "whole":
        return web.Response(status=answer.status, body=answer.body, headers=headers)
    response = web.StreamResponse(status=answer.status, headers={**headers, "Content-Length": str(len(answer.body))})
    if answer.ending == "cut":
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
