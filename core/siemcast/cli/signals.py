"""What signals mean to a forwarder: the first of any kind stops it gracefully, and only an impatient Ctrl-C hurries."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0
"""Seconds after a stop began in which another Ctrl-C is taken for the same one."""
_AFTERWARDS = {signal.SIGTERM: signal.SIG_IGN, signal.SIGHUP: signal.SIG_IGN, signal.SIGINT: signal.SIG_DFL}
"""While a stopped process says its last words and ends."""


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM, SIGHUP or SIGINT.

    Who sends SIGTERM twice means no more by it (GNU timeout sends it to its group and to its child); whoever loses
    patience has SIGKILL, and grace ends by itself. A person has Ctrl-C, and a second one, clearly later, ends the
    process at once, as a crash does that loses nothing. Where SIGHUP is ignored (nohup) it stays so.
    """
    loop = asyncio.get_running_loop()
    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}

    def stopped() -> None:
        if not stop.is_set():
            stop.set()
            loop.call_later(_PATIENCE, signal.signal, signal.SIGINT, signal.SIG_DFL)

    for number in numbers:
        loop.add_signal_handler(number, stopped)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
            signal.signal(number, _AFTERWARDS[number] if stop.is_set() else before[number])
