"""What operators see of a running engine, through its HTTP endpoints."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from siemcast.api import Rejected
from siemcast.engine.plan import Listen
from siemcast.engine.run import run
from siemcast.errors import ConfigError, Transient
from siemcast.schema import Document
from siemcast.testing.engine import (
    KeepingSink,
    ListSource,
    apart,
    batches,
    brisk_world,
    drain,
    plan,
    planned_sink,
    planned_source,
    record,
)

RECORDS = [record(number) for number in range(30)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_readiness_and_metrics_name_the_sink_that_is_down(tmp_path: Path) -> None:
    down, up, both, stop, port = KeepingSink(), KeepingSink(), asyncio.Event(), asyncio.Event(), free_port()

    async def refuse(documents: Sequence[Document]) -> Sequence[Rejected]:
        if len(down.calls) == 20:
            both.set()
        raise Transient("connection refused by soc.example")

    down.reply = refuse
    planned = plan(
        tmp_path,
        [planned_source("s", ListSource(apart(batches(RECORDS)), stay=True))],
        [planned_sink("down", down), planned_sink("up", up)],
        listen=Listen(port=port),
    )

    async def watched() -> tuple[httpx.Response, str]:
        running = asyncio.create_task(run(planned, world=brisk_world(), stop=stop))
        async with asyncio.timeout(30), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await both.wait()
            ready, metrics = await client.get("/readyz"), await client.get("/metrics")
            stop.set()
            await running
        return ready, metrics.text

    ready, metrics = asyncio.run(watched())
    assert ready.status_code == 503
    (cause,) = ready.json()["causes"]
    assert (cause["part"], cause["cause"]) == ("sinks.down", "connection refused by soc.example")
    for line in (
        'siemcast_source_records_total{source="s"} 30.0',
        'siemcast_sink_documents_total{sink="up"} 30.0',
        'siemcast_sink_documents_total{sink="down"} 0.0',
        'siemcast_sink_lag_batches{sink="down"} 3.0',
        'siemcast_dead_letters{sink="up"} 0.0',
        'siemcast_ready{part="sinks.down"} 0.0',
        'siemcast_ready{part="sinks.up"} 1.0',
    ):
        assert line in metrics
    assert 'siemcast_retries_total{part="sinks.down",reason="transient"}' in metrics


def test_an_address_in_use_is_told_before_the_state_folder_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        planned = plan(
            tmp_path / "state", [], [planned_sink("soc", KeepingSink())], listen=Listen(port=taken.getsockname()[1])
        )
        with pytest.raises(ConfigError, match="http: cannot listen"):
            drain(planned)
    assert not (tmp_path / "state").exists()
