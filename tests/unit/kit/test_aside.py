"""A blocking call that hangs holds up nobody."""

from __future__ import annotations

import asyncio
import threading

import pytest

from siemcast.kit.aside import call_aside


def test_it_gives_what_the_call_gives_and_raises_what_it_raises() -> None:
    def fail() -> None:
        raise LookupError("nobody there")

    assert asyncio.run(call_aside(lambda: 7)) == 7
    with pytest.raises(LookupError, match="nobody there"):
        asyncio.run(call_aside(fail))


def test_the_loop_goes_on_meanwhile_and_ends_though_the_call_hangs() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        go_on.wait()

    async def scenario() -> None:
        hanging = asyncio.create_task(call_aside(hang))
        assert await asyncio.to_thread(begun.wait, 30)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging

    asyncio.run(scenario())  # to_thread would wait here for ever
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "siemcast-aside")
    assert thread.daemon
    go_on.set()
    thread.join(30)
    assert not thread.is_alive()
