"""Delivers to standard output, however slowly its reader reads."""

from __future__ import annotations

import asyncio
import os
import select
import stat
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from siemcast.api import Context, Encoded, Rejected
from siemcast.errors import Transient
from siemcast_sinks.stdout.config import StdoutSettings
from siemcast_sinks.stdout.encode import text

_STDOUT = 1
_LOOK_UP = 0.2
"""Seconds after which a write that waits for its reader looks whether it shall end."""


class Output:
    """A file descriptor, written to from threads that end when told to, though nobody reads."""

    def __init__(self, fd: int) -> None:
        self._fd = os.dup(fd)  # ours to close: what others print later is none of its business
        self._piece = 1 << 20 if stat.S_ISREG(os.fstat(self._fd).st_mode) else select.PIPE_BUF
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def write(self, data: bytes) -> None:
        """Write all. Raises OSError (BrokenPipeError when the reader has gone, InterruptedError when told to end)."""
        rest = memoryview(data)
        with self._lock:
            while rest:
                if self._stop.is_set():
                    raise InterruptedError("told to end")
                _, ready, _ = select.select([], [self._fd], [], _LOOK_UP)
                if ready:  # a pipe that is ready takes PIPE_BUF bytes at once
                    rest = rest[os.write(self._fd, rest[: self._piece]) :]

    def close(self) -> None:
        self._stop.set()
        with self._lock:
            os.close(self._fd)


class StdoutSink:
    """Writes documents to standard output."""

    def __init__(self, output: Output, settings: StdoutSettings) -> None:
        self._output = output
        self._settings = settings

    async def check(self) -> None:
        """There is nothing to ask: standard output is there, or the process would not be."""

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        data = text(batch.documents, pretty=self._settings.pretty)
        try:
            await asyncio.to_thread(self._output.write, data)
        except BrokenPipeError:
            hint = "start siemcast again with a reader; what was not written waits in the journal"
            raise Transient("nobody reads standard output any more", hint=hint) from None
        except OSError as error:
            raise Transient(f"writing to standard output failed ({error.strerror or error})") from error
        return ()


@asynccontextmanager
async def open_stdout(settings: StdoutSettings, context: Context) -> AsyncGenerator[StdoutSink, None]:
    """Open the sink for as long as the context lasts."""
    output = Output(_STDOUT)
    try:
        yield StdoutSink(output, settings)
    finally:
        await asyncio.to_thread(output.close)
