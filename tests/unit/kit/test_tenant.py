"""A tenant's settings refuse what can not work, in words that say what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from siemcast.errors import ConfigError
from siemcast.kit.entra import EntraTenant, TenantSettings

GOOD: Mapping[str, Any] = {"tenant_id": "contoso.com", "client_id": "0a2b", "credential": {"secret": "hunter2"}}


def _tenant(**changes: Any) -> EntraTenant:
    settings = TenantSettings.model_validate({**GOOD, **changes})
    return EntraTenant("contoso", settings, now=lambda: datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tenant_id": "common"}, "no single tenant"),
        ({"tenant_id": "a/b"}, "tenant_id"),
        ({"client_id": None}, "client_id is missing"),
        ({"cloud": "mars"}, "gcc-high"),
        ({"credential": {}}, "exactly one of"),
        ({"credential": {"secret": ""}}, "empty secret"),
        ({"credential": {"secret": "hunter2", "managed_identity": "system"}}, "found secret and managed_identity"),
        ({"credential": {"secret": "hunter2", "passphrase": "x"}}, "belong to a certificate"),
        ({"credential": {"certificate": "/nowhere/app.pem"}}, "no such file: /nowhere/app.pem"),
        ({"credential": {"workload_identity": "/nowhere/token"}}, "no such file: /nowhere/token"),
        ({"credential": {"password": "x"}}, "password"),
        ({"endpoints": {"authority": "http://localhost:1"}}, "over https only"),
        ({"endpoints": {"authority": "https://localhost:1/contoso"}}, "tenant_id is added"),
        ({"endpoints": {"graph": "http://graph.example"}}, "without TLS"),
        ({"endpoints": {"graph": "https://user@graph.example"}}, "neither user nor query"),
        ({"endpoints": {"teams": "https://x"}}, "teams"),
        ({"ca_file": "/nowhere/ca.pem"}, "no such file: /nowhere/ca.pem"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
    ],
)
def test_what_can_not_work_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _tenant(**changes)
    assert words in str(caught.value)


def test_a_secret_shows_nowhere() -> None:
    settings = TenantSettings.model_validate(GOOD)
    shown = f"{settings!r}{settings}{settings.model_dump()}{settings.model_dump_json()}{_tenant()!r}"
    assert "hunter2" not in shown


def test_a_managed_identity_needs_no_client_id() -> None:
    settings = TenantSettings.model_validate({"tenant_id": "contoso.com", "credential": {"managed_identity": "system"}})
    assert settings.credential.kind == "managed_identity"


def test_an_endpoint_of_the_users_replaces_the_clouds_and_leaves_the_scope() -> None:
    tenant = _tenant(endpoints={"graph": "http://127.0.0.1:8443/"}, cloud="gcc-high")
    assert tenant.endpoint("graph") == "http://127.0.0.1:8443"
    assert tenant.scope("graph") == "https://graph.microsoft.us/.default"
    assert tenant.endpoint("arm") == "https://management.usgovcloudapi.net"


def test_china_says_that_it_has_no_graph_security() -> None:
    with pytest.raises(ConfigError, match="no security APIs in the china cloud"):
        _tenant(cloud="china").endpoint("graph")


def test_the_tenant_knows_its_name_id_and_authority(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    tenant = _tenant(ca_file=ca)
    assert (tenant.name, tenant.tenant_id, tenant.tls.ca_file) == ("contoso", "contoso.com", ca)


class _QuickLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes at once: its clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0

    def time(self) -> float:
        return super().time() + self._passed

    def call_at(  # type: ignore[override]  # typeshed's variadic generics say nothing here
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        self._passed += max(0.0, when - self.time())
        return super().call_at(when, callback, *args, context=context)


@pytest.mark.parametrize("budget", [10, 150, 1000])
def test_no_minute_sees_more_requests_than_the_budget(budget: int) -> None:
    async def scenario() -> list[float]:
        tenant, times = _tenant(requests_per_minute=budget), []
        for _ in range(3 * budget):
            await tenant.turn()
            times.append(asyncio.get_running_loop().time())
        return times

    with asyncio.Runner(loop_factory=_QuickLoop) as runner:
        times = runner.run(scenario())
    most = max(sum(start <= time < start + 60 for time in times) for start in times)
    assert budget / 2 < most <= budget
