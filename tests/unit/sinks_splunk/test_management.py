"""Splunk's management port, asked through the real splunk-sdk."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from siemcast.errors import AuthRefused, ConfigError, Transient
from siemcast.testing import FakeContext
from siemcast_lab.certificates import Certificates, make_certificates
from siemcast_lab.hec import Hec
from siemcast_lab.serve import serve
from siemcast_sinks.splunk import SPEC
from siemcast_sinks.splunk.config import SplunkSettings

_ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://dev.splunk.com/ns/rest"'


def _feed(path: str, **content: str) -> web.Response:
    keys = "".join(f'<s:key name="{name}">{value}</s:key>' for name, value in content.items())
    acl = '<s:key name="eai:acl"><s:dict><s:key name="app">system</s:key></s:dict></s:key>'
    entry = f'<entry><title>{path}</title><id>/{path}</id><link href="/services/{path}" rel="alternate"/>'
    entry += f'<content type="text/xml"><s:dict>{acl}{keys}</s:dict></content></entry>'
    return web.Response(text=f"<feed {_ATOM}><title>{path}</title>{entry}</feed>", content_type="text/xml")


@web.middleware
async def _identity(request: web.Request, handler: Any) -> web.StreamResponse:
    known = ("Splunk session-1", "Bearer jwt-1")
    if request.path != "/services/auth/login" and request.headers.get("Authorization") not in known:
        return web.Response(status=401, text="<response/>", content_type="text/xml")
    answer: web.StreamResponse = await handler(request)
    return answer


async def _login(request: web.Request) -> web.Response:
    form = dict(parse_qsl(await request.text()))  # the SDK sends no Content-Type
    if form != {"username": "admin", "password": "changeme", "cookie": "1"}:
        return web.Response(status=401, text="<response/>", content_type="text/xml")
    return web.Response(text="<response><sessionKey>session-1</sessionKey></response>", content_type="text/xml")


async def _info(request: web.Request) -> web.Response:
    return _feed("server/info", version="9.4.0")


async def _index(request: web.Request) -> web.Response:
    if request.match_info["name"] == "defender":
        return _feed("data/indexes/defender", disabled="0")
    return web.Response(status=404, text="<response/>", content_type="text/xml")


@asynccontextmanager
async def management(certificates: Certificates) -> AsyncGenerator[str, None]:
    app = web.Application(middlewares=[_identity])
    app.router.add_post("/services/auth/login", _login)
    app.router.add_get("/services/server/info{slash:/?}", _info)
    app.router.add_get("/services/data/indexes/{name}", _index)
    async with serve(app, tls=certificates.server_context()) as url:
        yield url


def check(folder: Path, identity: dict[str, str], *, trusted: bool = True, index: str = "defender") -> FakeContext:
    async def scenario() -> FakeContext:
        certificates, hec, context = make_certificates(folder), Hec(), FakeContext()
        async with hec.serving() as url, management(certificates) as there:
            given: dict[str, Any] = {"kind": "splunk", "url": url, "token": "lab-hec-token", "index": index}
            given["management"] = {"url": there, **identity}
            if trusted:
                given["tls"] = {"ca_file": certificates.ca}
            async with SPEC.open(SplunkSettings.model_validate(given), context) as sink:
                await sink.check()
        return context

    return asyncio.run(scenario())


@pytest.mark.parametrize("identity", [{"token": "jwt-1"}, {"username": "admin", "password": "changeme"}])
def test_check_logs_in_and_tells_the_version(tmp_path: Path, identity: dict[str, str]) -> None:
    assert check(tmp_path, identity).log.entries == [("info", "splunk.management", {"version": "9.4.0"})]


@pytest.mark.parametrize("identity", [{"token": "jwt-2"}, {"username": "admin", "password": "guess"}])
def test_wrong_credentials_are_refused(tmp_path: Path, identity: dict[str, str]) -> None:
    with pytest.raises(AuthRefused, match=r"management\.token"):
        check(tmp_path, identity)


def test_index_that_does_not_exist_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no index nowhere"):
        check(tmp_path, {"token": "jwt-1"}, index="nowhere")


def test_unknown_authority_is_refused_though_the_sdk_would_not_mind(tmp_path: Path) -> None:
    with pytest.raises(AuthRefused, match="ca_file"):
        check(tmp_path, {"token": "jwt-1"}, trusted=False)


def test_management_port_that_is_not_there_is_transient() -> None:
    async def scenario() -> None:
        async with Hec().serving() as url:
            given: dict[str, Any] = {"kind": "splunk", "url": url, "token": "lab-hec-token"}
            given["management"] = {"url": "http://127.0.0.1:1", "token": "t"}
            async with SPEC.open(SplunkSettings.model_validate(given), FakeContext()) as sink:
                with pytest.raises(Transient, match=r"management\.url"):
                    await sink.check()

    asyncio.run(scenario())
