"""What the HTTP endpoints answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from siemcast.api import SecretValue
from siemcast.errors import ConfigError
from siemcast.observe.health import Health
from siemcast.observe.metrics import Metrics
from siemcast.observe.server import serve
from siemcast.testing.engine import NOON


async def nothing() -> None:
    return None


def get(path: str, health: Health, *, token: str = "", headers: Mapping[str, str] | None = None) -> httpx.Response:
    async def asked() -> httpx.Response:
        secret = SecretValue(lambda: token) if token else None
        async with (
            serve("127.0.0.1", 0, secret, health=health, metrics=Metrics(), refresh=nothing) as port,
            httpx.AsyncClient() as client,
        ):
            return await client.get(f"http://127.0.0.1:{port}{path}", headers=headers)

    return asyncio.run(asked())


def test_ready_is_200_while_nothing_ails() -> None:
    answer = get("/readyz", Health(lambda: NOON))
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "causes": []})


def test_not_ready_is_503_with_every_cause_and_its_beginning() -> None:
    health = Health(lambda: NOON)
    health.ill("sinks.soc", "connection refused")
    answer = get("/readyz", health)
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "causes": [{"part": "sinks.soc", "cause": "connection refused", "since": "2026-11-21T12:00:00+00:00"}],
    }
    assert get("/healthz", health).status_code == 200


def test_metrics_are_in_prometheus_format() -> None:
    answer = get("/metrics", Health(lambda: NOON))
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# TYPE siemcast_source_records_total counter" in answer.text


def test_prometheus_own_parser_finds_the_metrics_of_the_reference_and_no_others() -> None:
    metrics = Metrics()
    metrics.source_records.labels('a"b\\c').inc(2)
    told = (Path(__file__).parents[3] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    for family in text_string_to_metric_families(metrics.render().decode()):
        name = family.name + ("_total" if family.type == "counter" else "")
        assert f"| `{name}` | {family.type} |" in told
        assert family.documentation in told


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_with_a_token_nobody_is_answered_without_it(path: str) -> None:
    health = Health(lambda: NOON)
    refused = get(path, health, token="t0ken")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert get(path, health, token="t0ken", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert get(path, health, token="t0ken", headers={"Authorization": "Bearer t0ken"}).status_code == 200


def test_an_address_in_use_is_a_wrong_configuration_in_plain_words() -> None:
    async def twice() -> None:
        parts = {"health": Health(lambda: NOON), "metrics": Metrics(), "refresh": nothing}
        async with serve("127.0.0.1", 0, None, **parts) as port:  # type: ignore[arg-type]  # each fits its keyword
            with pytest.raises(ConfigError, match=rf"cannot listen on 127.0.0.1:{port}: .*in use; choose another"):
                async with serve("127.0.0.1", port, None, **parts):  # type: ignore[arg-type]  # as above
                    raise AssertionError("listened twice")

    asyncio.run(twice())
