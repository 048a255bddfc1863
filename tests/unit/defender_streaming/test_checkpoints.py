"""Checkpoints that several machines share."""

from __future__ import annotations

import asyncio
from typing import Any

from siemcast_defender.streaming.checkpoints import Checkpoints
from siemcast_defender.streaming.position import Position


class Store:
    """Keeps checkpoints as the SDK's store does."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    async def update_checkpoint(self, checkpoint: dict[str, Any], **_: Any) -> None:
        self.rows[checkpoint["partition_id"]] = checkpoint

    async def list_checkpoints(self, *_: str) -> list[dict[str, Any]]:
        return list(self.rows.values())


def test_what_one_machine_writes_another_reads_the_very_first_message_too() -> None:
    async def scenario() -> dict[str, Position]:
        store: Any = Store()
        key = ("ns.servicebus.windows.net", "hub", "$Default")
        one, two = (Checkpoints(store, key, lambda: None) for _ in range(2))
        await one.write("0", Position("0", 0))
        await one.write("1", Position("4711", 42))
        return await two.positions()

    assert asyncio.run(scenario()) == {"0": Position("0", 0), "1": Position("4711", 42)}
