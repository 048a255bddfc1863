"""Speaks to the stand-in Graph without a socket: an httpx transport, for tests of many small cases."""

from __future__ import annotations

import httpx

from siemcast_lab.graph.service import LabGraph


def transport(graph: LabGraph) -> httpx.MockTransport:
    """Give a transport that answers as the served stand-in would, broken connections included."""

    def handle(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        base = f"{request.url.scheme}://{request.url.netloc.decode()}"
        answer = graph.respond(request.url.path, dict(request.url.params), headers, base)
        if answer.ending != "whole":
            raise httpx.RemoteProtocolError("peer closed connection", request=request)
        return httpx.Response(answer.status, content=answer.body, headers=dict(answer.headers))

    return httpx.MockTransport(handle)
