"""All that a plugin author writes to have his kinds checked."""

import json
from collections import Counter
from contextlib import asynccontextmanager

import pytest
import siemcast_acme

from siemcast.testing import SinkContract, SinkStage, SourceContract, SourceStage


class TestDoors(SourceContract):
    (spec,) = siemcast_acme.register_sources()
    settings = {"path": "doors.jsonl"}

    @pytest.fixture(autouse=True)
    def _log(self, tmp_path):
        self.path = tmp_path / "doors.jsonl"
        lines = [json.dumps({"badge": f"b{n}", "door": "north", "at": "2026-11-21T10:00:00Z"}) for n in range(330)]
        self.lines = [line.encode() for line in lines]
        self.path.write_bytes(b"".join(line + b"\n" for line in self.lines))

    @asynccontextmanager
    async def stage(self):
        yield SourceStage(self.load(path=self.path), Counter(self.lines))


class TestLedger(SinkContract):
    (spec,) = siemcast_acme.register_sinks()
    settings = {"path": "ledger.txt"}

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path):
        self.path = tmp_path / "ledger.txt"

    @asynccontextmanager
    async def stage(self):
        def received():
            return (
                [json.loads(line)["id"] for line in self.path.read_bytes().splitlines()] if self.path.exists() else []
            )

        yield SinkStage(self.load(path=self.path), received)
