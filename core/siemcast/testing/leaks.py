"""Finds tasks that outlive what started them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


@asynccontextmanager
async def no_task_left() -> AsyncGenerator[None, None]:
    """Assert that no task started inside is still there a few turns of the loop after."""
    before = asyncio.all_tasks()
    yield
    for _ in range(50):
        left = asyncio.all_tasks() - before
        if not left:
            return
        await asyncio.sleep(0)
    await asyncio.wait(left, timeout=1.0)
    still = [task for task in left if not task.done()]
    assert not still, f"tasks without an owner: {still}"
