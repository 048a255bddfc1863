"""Runs a blocking call in a thread that nobody waits for in the end: a service that hangs must not hold up a stop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def call_aside(call: Callable[[], T]) -> T:
    """Give what a call gives or raises; cancelled, leave it behind, to end with the process if not by itself.

    `asyncio.to_thread` is not for calls that may hang: the event loop and the interpreter both wait for its threads.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if outcome.cancelled():
            return
        if error is None:
            outcome.set_result(result)  # type: ignore[arg-type]  # without an error there is a result
        else:
            outcome.set_exception(error)

    def run() -> None:
        result: T | None = None
        problem: Exception | None = None
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, name="siemcast-aside", daemon=True).start()
    return await outcome
