"""Every built-in sink keeps the contract of sinks, against a receiver of the lab."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from siemcast.api import SinkSpec
from siemcast.registry import load_registry
from siemcast.testing import SinkContract, SinkStage
from siemcast_lab.bulk import Bulk
from siemcast_lab.hec import Hec
from siemcast_lab.syslog import receive_tcp


def sink(kind: str) -> SinkSpec[Any]:
    """Give the spec that an installed siemcast would use."""
    return load_registry().sink(kind)


class TestSplunk(SinkContract):
    spec = sink("splunk")
    settings = {"url": "https://splunk.invalid:8088", "token": "conformance-secret"}
    uses_http = True

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        hec, refused = Hec(), set[str]()
        hec.poison = lambda event: "not wanted" if event.fields.get("siemcast_id") in refused else None
        async with hec.serving() as url:
            settings = self.load(url=url, token="lab-hec-token")
            yield SinkStage(settings, lambda: _first_of_each(hec.ids()), refused.add)


class TestElastic(SinkContract):
    spec = sink("elastic")
    settings = {"url": "https://elastic.invalid:9200", "api_key": "conformance-secret"}
    uses_http = True

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        bulk, refused = Bulk(), set[str]()
        bulk.poison = lambda stored: "not wanted" if stored.body.get("id") in refused else None
        async with bulk.serving() as url:
            settings = self.load(url=url, api_key=bulk.api_key)
            yield SinkStage(settings, lambda: [str(stored.body["id"]) for stored in bulk.documents], refused.add)


class TestSyslog(SinkContract):
    spec = sink("syslog")
    settings = {"host": "syslog.invalid", "transport": "tcp", "port": 601}

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        async with receive_tcp() as receiver:
            settings = self.load(host="127.0.0.1", port=receiver.port, format="raw", max_bytes=1_000_000)
            yield SinkStage(settings, lambda: [orjson.loads(message.body)["id"] for message in receiver.messages])


class TestFile(SinkContract):
    spec = sink("file")
    settings = {"path": "out"}

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "out"

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        def received() -> list[str]:
            lines = [line for path in sorted(self.path.glob("*")) for line in path.read_bytes().splitlines()]
            return [orjson.loads(line)["id"] for line in lines]

        yield SinkStage(self.load(path=self.path), received)


class TestStdout(SinkContract):
    spec = sink("stdout")
    settings = {}

    @pytest.fixture(autouse=True)
    def _screen(self, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        self.capture = capfdbinary

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        seen: list[str] = []

        def received() -> list[str]:
            seen.extend(orjson.loads(line)["id"] for line in self.capture.readouterr().out.splitlines())
            return seen

        yield SinkStage(self.load(), received)


def _first_of_each(ids: Sequence[str]) -> list[str]:
    """Leave out repeats: where HEC names one bad event, the good ones before it are sent again (a documented price)."""
    return list(dict.fromkeys(ids))


def test_no_built_in_sink_is_missing_here() -> None:
    checked = {suite.spec.kind for suite in SinkContract.__subclasses__()}
    assert checked >= set(load_registry().sinks.names())
