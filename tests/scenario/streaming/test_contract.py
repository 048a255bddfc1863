"""defender.streaming keeps the contract of sources."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from siemcast.testing.source import SourceContract, SourceStage
from siemcast_defender.streaming import register_sources
from siemcast_lab.eventhub import eventhub_lab

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK forgets the sockets of broken connections
HUB = "insights-logs-advancedhunting"


class TestStreaming(SourceContract):
    (spec,) = register_sources()
    settings = {
        "connection_string": "Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;SharedAccessKey=bGFi",
        "hubs": [HUB],
    }

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SourceStage, None]:
        expected: Counter[bytes] = Counter()
        async with eventhub_lab({HUB: 2}) as lab:
            for n in range(20):
                records: list[Any] = [{"category": "AdvancedHunting-DeviceInfo", "n": n, "k": k} for k in range(10)]
                raw = [json.dumps(record).encode() for record in records]
                lab.publish(HUB, n % 2, b'{"records":[' + b",".join(raw) + b"]}")
                expected.update(raw)
            yield SourceStage(self.load(connection_string=lab.connection_string), expected)
