"""One request, and the client of Microsoft's APIs, against a transport that a test controls."""

from __future__ import annotations

import asyncio
import gc
import gzip
import socket
import ssl
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from siemcast.errors import AuthRefused, ConfigError, SiemcastError, Transient
from siemcast.kit import http as http_module
from siemcast.kit.http import ApiClient, failure, open_client, request, same_host
from siemcast.testing.fakes import FakeContext, FakeTenant

SCOPE = "https://graph.invalid/.default"
Handler = Callable[[httpx.Request], httpx.Response]


def _api(handler: Handler, use: Callable[[ApiClient], Any], tenant: FakeTenant | None = None) -> Any:
    async def scenario() -> Any:
        context = FakeContext(transport=httpx.MockTransport(handler))
        async with context.http(base_url="https://graph.invalid/v1.0") as http:
            return await use(ApiClient(context, tenant or FakeTenant(), http, SCOPE))

    return asyncio.run(scenario())


def test_get_json_sends_the_token_and_gives_the_object() -> None:
    def answer(asked: httpx.Request) -> httpx.Response:
        assert asked.headers["authorization"] == "Bearer token-0"
        assert asked.headers["prefer"] == "include-unknown-enum-members"
        assert str(asked.url) == "https://graph.invalid/v1.0/security/incidents?%24top=50"
        return httpx.Response(200, json={"value": []})

    prefer = {"Prefer": "include-unknown-enum-members"}
    assert _api(answer, lambda api: api.get_json("/security/incidents", {"$top": 50}, prefer)) == {"value": []}


def test_the_query_of_a_next_link_stays_as_it_is() -> None:
    link = "https://graph.invalid/v1.0/security/incidents?$skiptoken=a%2Fb&x=1"

    def answer(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"query": asked.url.query.decode()})

    assert _api(answer, lambda api: api.get_json(link, {})) == {"query": "$skiptoken=a%2Fb&x=1"}


def test_every_request_has_the_query_that_it_was_given() -> None:
    def answer(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": asked.url.raw_path.decode()})

    async def ask(api: ApiClient) -> list[Any]:
        return [await api.get_json("/alerts", params) for params in ({"$top": 1}, {"$top": 2}, {"$top": 1}, None)]

    paths = ["/v1.0/alerts?%24top=1", "/v1.0/alerts?%24top=2", "/v1.0/alerts?%24top=1", "/v1.0/alerts"]
    assert _api(answer, ask) == [{"path": path} for path in paths]


def test_post_json_sends_json() -> None:
    def answer(asked: httpx.Request) -> httpx.Response:
        assert asked.headers["content-type"] == "application/json"
        return httpx.Response(200, json={"echo": asked.content.decode()})

    assert _api(answer, lambda api: api.post_json("/query", {"kql": "T"})) == {"echo": '{"kql":"T"}'}


def test_a_token_refused_once_is_dropped_and_the_request_made_again() -> None:
    tenant = FakeTenant()

    def answer(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(401 if asked.headers["authorization"].endswith("-0") else 200, json={})

    assert _api(answer, lambda api: api.get_json("/x"), tenant) == {}
    assert tenant.dropped == [SCOPE]


def test_a_token_refused_twice_is_a_refusal_and_dropped_only_once() -> None:
    tenant, asked = FakeTenant(), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401, json={"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})

    with pytest.raises(AuthRefused, match="InvalidAuthenticationToken: expired"):
        _api(answer, lambda api: api.get_json("/x"), tenant)
    assert len(asked) == 2
    assert tenant.dropped == [SCOPE]


def test_a_token_that_somebody_else_has_renewed_is_not_dropped_again() -> None:
    tenant = FakeTenant()

    def answer(asked: httpx.Request) -> httpx.Response:
        if asked.headers["authorization"].endswith("-0"):
            tenant.drop_token(SCOPE)  # while this request was under way
            return httpx.Response(401)
        return httpx.Response(200, json={})

    _api(answer, lambda api: api.get_json("/x"), tenant)
    assert tenant.dropped == [SCOPE]


def test_every_request_waits_for_its_turn() -> None:
    class Counting(FakeTenant):
        turns = 0

        async def turn(self) -> None:
            Counting.turns += 1

    answers = iter([httpx.Response(401), httpx.Response(200, json={})])
    _api(lambda _: next(answers), lambda api: api.get_json("/x"), Counting())
    assert Counting.turns == 2


@pytest.mark.parametrize("body", [b'{"value": [', b"", b"[1]", b"null", b"<html>", b"\xff", b'{"a":1}{'])
def test_torn_json_and_what_is_no_object_is_transient(body: bytes) -> None:
    with pytest.raises(Transient, match=r"graph\.invalid sent"):
        _api(lambda _: httpx.Response(200, content=body), lambda api: api.get_json("/x"))


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://graph.invalid/x", "https://graph.invalid:8443/x", "//evil/x"]
)
def test_no_token_goes_to_another_host(url: str) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    with pytest.raises(Transient, match="no token is sent there"):
        _api(answer, lambda api: api.get_json(url))
    assert not asked


@pytest.mark.parametrize("url", ["/x", "x", "https://graph.invalid/x", "https://GRAPH.invalid:443/x"])
def test_same_host_knows_its_own(url: str) -> None:
    assert same_host("https://graph.invalid/v1.0", url)


def _wrapped(kind: type[httpx.HTTPError], cause: Exception) -> Exception:
    error = kind("as httpx says it")
    error.__cause__ = cause
    return error


def _verification(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (_wrapped(httpx.ConnectError, socket.gaierror(-2, "unknown")), Transient, "name of soc can not be resolved"),
        (_wrapped(httpx.ConnectError, ConnectionRefusedError(111)), Transient, "soc refuses connections"),
        (_wrapped(httpx.ConnectError, OSError(113, "no route")), Transient, "can not be reached"),
        (httpx.ConnectTimeout(""), Transient, "can not be reached in time"),
        (httpx.ReadTimeout(""), Transient, "did not answer in time"),
        (httpx.PoolTimeout(""), Transient, "came free"),
        (httpx.ReadError(""), Transient, "connection to soc broke"),
        (httpx.RemoteProtocolError(""), Transient, "broke off"),
        (httpx.DecodingError(""), Transient, "decompressed"),
        (httpx.ProxyError(""), Transient, "proxy before soc"),
        (httpx.UnsupportedProtocol(""), ConfigError, "URL of soc"),
        (httpx.InvalidURL(""), ConfigError, "URL of soc"),
        (_wrapped(httpx.ConnectError, _verification(20, "no issuer")), AuthRefused, "not signed by an authority"),
        (_wrapped(httpx.ConnectError, _verification(18, "self-signed")), AuthRefused, "tls.ca_file"),
        (_wrapped(httpx.ConnectError, _verification(10, "expired")), AuthRefused, "has expired"),
        (_wrapped(httpx.ConnectError, _verification(62, "mismatch")), AuthRefused, "another name"),
    ],
)
def test_what_the_network_does_is_said_in_plain_words(error: Exception, kind: type[SiemcastError], words: str) -> None:
    said = failure(error, "soc")
    assert type(said) is kind
    assert words in str(said)


@pytest.mark.parametrize("token", ["abc\ndef-hunter2", "hunter2-é"])
def test_a_header_that_can_not_be_sent_does_not_show_its_secret(token: str) -> None:
    async def scenario() -> None:
        listener = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        host, port = listener.sockets[0].getsockname()
        async with listener, open_client(base_url=f"http://{host}:{port}") as http:
            with pytest.raises(AuthRefused, match="holds a character") as caught:
                await request(http, "GET", "/", headers={"Authorization": f"Bearer {token}"})
            assert "hunter2" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"

    asyncio.run(scenario())


def test_what_was_sent_and_answered_goes_with_its_last_user() -> None:
    async def scenario() -> list[weakref.ref[Any]]:
        transport = httpx.MockTransport(lambda asked: httpx.Response(200, json={}))
        async with httpx.AsyncClient(transport=transport, timeout=0.01) as http:
            response = await request(http, "POST", "https://siem.invalid/_bulk", content=b"records")
            return [weakref.ref(response), weakref.ref(response.request)]

    gc.disable()
    try:
        assert [gone() for gone in asyncio.run(scenario())] == [None, None]
    finally:
        gc.enable()


def test_redirects_are_not_followed() -> None:
    async def scenario() -> None:
        async with open_client() as http:
            assert http.follow_redirects is False

    asyncio.run(scenario())


def test_proxies_of_the_environment_are_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    async def refused(http: httpx.AsyncClient, url: str) -> str:
        with pytest.raises(Transient) as caught:
            await request(http, "GET", url, who="target")
        return str(caught.value)

    async def scenario() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.close()
        async with open_client() as http:
            direct = http._transport_for_url(httpx.URL(f"http://127.0.0.1:{port}"))
            assert direct is http._transport
            assert http._transport_for_url(httpx.URL("http://soc.invalid/")) is not direct
            assert "refuses connections" in await refused(http, "http://soc.invalid/")
        async with open_client(base_url="http://127.0.0.9:9") as http:
            assert http._transport_for_url(httpx.URL("http://127.0.0.9:9/")) is http._transport

    asyncio.run(scenario())


@pytest.mark.parametrize("proxy", ["ftp://proxy:1", "socks5://proxy:1"])
def test_a_proxy_that_can_not_be_used_is_an_error_of_configuration(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)

    async def scenario() -> None:
        with pytest.raises(ConfigError, match="HTTPS_PROXY"):
            async with open_client():
                pass

    asyncio.run(scenario())


class _Pouring(httpx.AsyncByteStream):
    """Says the same again and again, or one thing and then nothing."""

    def __init__(self, part: bytes, *, once: bool) -> None:
        self._part, self._once = part, once
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._once or not self.given:
            self.given += len(self._part)
            yield self._part
        await asyncio.Event().wait()


@pytest.mark.parametrize(("part", "packed"), [(b"x" * 1000, ""), (gzip.compress(bytes(1_000_000)), "gzip")])
def test_an_answer_without_an_end_fills_no_memory(part: bytes, packed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "LONGEST_ANSWER", 100_000)
    stream = _Pouring(part, once=False)
    headers = {"Content-Encoding": packed} if packed else {}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=stream))

    async def scenario() -> None:
        async with httpx.AsyncClient(transport=transport, timeout=0.01) as http:
            with pytest.raises(Transient, match="soc sent an answer of more than 100000 bytes"):
                await request(http, "GET", "https://soc.invalid", who="soc")

    asyncio.run(scenario())
    assert stream.given <= 110_000


def test_an_answer_that_never_ends_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "SLOWEST_ANSWER", 0.05)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=_Pouring(b"x", once=True)))

    async def scenario() -> None:
        async with httpx.AsyncClient(transport=transport) as http:
            with pytest.raises(Transient, match="soc does not come to the end of its answer"):
                await request(http, "GET", "https://soc.invalid", who="soc")

    asyncio.run(scenario())
