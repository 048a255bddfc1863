"""A tenant's tokens: cached, renewed early, dropped once, and trusted to nobody but the configured authority."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web

from siemcast.api import SecretValue
from siemcast.errors import AuthRefused, Transient
from siemcast.kit.credential import AzureCredential
from siemcast.kit.http import ApiClient, open_client
from siemcast.testing.fakes import FakeContext
from siemcast_lab.certificates import Certificates
from siemcast_lab.entra import Fault
from siemcast_lab.serve import serve

GRAPH = "https://graph.microsoft.com/.default"
SECRET = {"secret": "lab~Secret-value"}


def test_a_token_is_asked_for_once_and_renewed_before_it_ends(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
            first = await tenant.token(GRAPH)
            scene.passes(minutes=50)
            assert await tenant.token(GRAPH) == first
            scene.passes(minutes=6)
            assert await tenant.token(GRAPH) != first
            assert scene.lab.asked["token"] == 2

    asyncio.run(scenario())


def test_many_that_need_a_token_at_once_share_one_sign_in(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
            tokens = await asyncio.gather(*(tenant.token(GRAPH) for _ in range(20)))
            assert len(set(tokens)) == 1
            assert scene.lab.asked["token"] == 1

    asyncio.run(scenario())


def test_each_scope_has_a_token_of_its_own(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
            graph, arm = await tenant.token(tenant.scope("graph")), await tenant.token(tenant.scope("arm"))
            assert scene.lab.claims(graph)["aud"] == "https://graph.microsoft.com"
            assert scene.lab.claims(arm)["aud"] == "https://management.azure.com"

    asyncio.run(scenario())


def test_an_outage_of_entra_does_not_matter_while_the_old_token_is_good(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
            first = await tenant.token(GRAPH)
            scene.passes(minutes=57)
            scene.lab.faults.append(Fault(status=503))
            assert await tenant.token(GRAPH) == first
            asked = scene.lab.asked.total()
            assert await tenant.token(GRAPH) == first
            assert scene.lab.asked.total() == asked, "asked again at once"
            scene.passes(minutes=2)
            assert await tenant.token(GRAPH) != first

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_outage_of_entra_is_transient_with_its_retry_after(stage: Any, status: int) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            scene.lab.faults.append(Fault(status=status, headers={"Retry-After": "17"}))
            tenant = scene.tenant(SECRET)
            with pytest.raises(Transient, match=str(status)) as caught:
                await tenant.token(GRAPH)
            assert caught.value.retry_after == 17
            assert await tenant.token(GRAPH), "well again"

    asyncio.run(scenario())


@pytest.mark.parametrize("body", ['{"access_tok', "<html>captive portal</html>", "{}", "[]"])
def test_an_answer_that_is_not_entras_is_transient(stage: Any, body: str) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            scene.lab.faults.append(Fault(status=200, body=body))
            with pytest.raises(Transient):
                await scene.tenant(SECRET).token(GRAPH)

    asyncio.run(scenario())


def test_a_redirect_is_not_followed(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            scene.lab.faults.append(Fault(status=302, headers={"Location": f"{scene.url}/elsewhere"}))
            with pytest.raises(Transient, match="302"):
                await scene.tenant(SECRET).token(GRAPH)
            assert scene.lab.asked.total() == 1

    asyncio.run(scenario())


def test_a_secret_rotated_in_its_file_is_taken_without_a_restart(stage: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            file = tmp_path / "secret"
            file.write_text("lab~Secret-value")
            tenant = scene.tenant({"secret": SecretValue(file.read_text)})
            await tenant.token(GRAPH)
            scene.lab.registration.secret = "lab~Rotated"
            scene.passes(hours=1)
            with pytest.raises(AuthRefused, match="secret is wrong"):
                await tenant.token(GRAPH)
            file.write_text("lab~Rotated")
            assert await tenant.token(GRAPH)

    asyncio.run(scenario())


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_stray_bundle_in_the_environment_does_not_beat_the_tenants_ca_file(
    stage: Any, foreign_ca: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(foreign_ca))

    async def scenario() -> None:
        async with stage() as scene:
            assert await scene.tenant(SECRET).token(GRAPH)

    asyncio.run(scenario())


def test_a_bundle_in_the_environment_can_not_widen_a_configured_trust(
    stage: Any, certificates: Certificates, foreign_ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(certificates.ca))

    async def scenario() -> None:
        async with stage() as scene:
            with pytest.raises(AuthRefused, match=r"certificate of localhost.*not signed by an authority.*ca_file"):
                await scene.tenant(SECRET, ca_file=foreign_ca).token(GRAPH)
            assert not scene.lab.asked

    asyncio.run(scenario())


def test_nobody_listening_is_transient(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
        with pytest.raises(Transient, match="refuses connections"):
            await tenant.token(GRAPH)

    asyncio.run(scenario())


def test_a_refused_token_is_dropped_once_and_the_request_made_again(stage: Any, certificates: Certificates) -> None:
    async def scenario() -> None:
        async with (
            stage() as scene,
            _api(scene) as url,
            open_client(base_url=url, tls=scene.tenant(SECRET).tls) as http,
        ):
            api = ApiClient(FakeContext(), scene.tenant(SECRET), http, GRAPH)
            assert await api.get_json("/v1.0/security/incidents") == {"value": []}
            scene.lab.revoke()
            assert await api.get_json("/v1.0/security/incidents") == {"value": []}
            assert scene.lab.asked["token"] == 2
            scene.lab.registration.roles = {}
            scene.lab.revoke()
            with pytest.raises(AuthRefused, match=r"403.*SecurityIncident\.Read\.All.*permissions"):
                await api.get_json("/v1.0/security/incidents")
            assert scene.lab.asked["token"] == 3

    asyncio.run(scenario())


def test_azures_clients_get_the_tenants_tokens(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene, AzureCredential(scene.tenant(SECRET)) as credential:
            answer = await credential.get_token("https://eventhubs.azure.net//.default", enable_cae=True)
            assert scene.lab.claims(answer.token)["aud"].rstrip("/") == "https://eventhubs.azure.net"
            assert answer.expires_on < scene.lab.claims(answer.token)["exp"]

    asyncio.run(scenario())


def _api(scene: Any) -> Any:
    async def incidents(request: web.Request) -> web.Response:
        role = "SecurityIncident.Read.All"
        refused = scene.lab.authorise(request.headers.get("Authorization"), "https://graph.microsoft.com", role)
        status, body = refused or (200, {"value": []})
        return web.Response(status=status, text=json.dumps(body), content_type="application/json")

    app = web.Application()
    app.router.add_get("/v1.0/security/incidents", incidents)
    return serve(app, tls=scene.certificates.server_context())


def test_no_log_shows_secret_or_token_however_much_is_logged(stage: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> str:
        async with stage() as scene:
            tenant = scene.tenant(SECRET)
            with pytest.raises(AuthRefused):
                await scene.tenant({"secret": "hunter2-wrong"}).token(GRAPH)
            return str(await tenant.token(GRAPH))

    token = asyncio.run(scenario())
    assert caplog.text, "nothing was logged: this test proves nothing"
    assert not [hidden for hidden in (token, SECRET["secret"], "hunter2-wrong") if hidden in caplog.text]


def test_a_proxy_of_the_environment_is_not_asked_for_a_loopback_authority(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    async def scenario() -> None:
        async with stage() as scene:
            assert await scene.tenant(SECRET).token(GRAPH)

    asyncio.run(scenario())


def test_a_wait_for_a_slow_entra_holds_up_nobody_else(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene, asyncio.timeout(30):
            scene.lab.gate.clear()
            tenant = scene.tenant(SECRET)
            waiting = asyncio.create_task(tenant.token(GRAPH))
            await scene.lab.arrived.wait()
            assert not waiting.done()
            scene.lab.gate.set()
            assert await waiting

    asyncio.run(scenario())


def test_anybody_can_verify_a_token_with_the_published_keys(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene, open_client(base_url=scene.url, tls=scene.tenant(SECRET).tls) as http:
            token = await scene.tenant(SECRET).token(GRAPH)
            published = await http.get(f"/{scene.lab.registration.tenant_id}/discovery/v2.0/keys")
            (key,) = jwt.PyJWKSet.from_dict(published.json()).keys
            claims = jwt.decode(token, key, algorithms=["RS256"], audience="https://graph.microsoft.com")
            assert claims["tid"] == scene.lab.registration.tenant_id

    asyncio.run(scenario())
