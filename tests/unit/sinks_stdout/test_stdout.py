"""Standard output: whole lines, a reader who goes, a reader who is slow."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from siemcast.api import Encoded, SinkSpec
from siemcast.errors import Transient
from siemcast.schema import Document
from siemcast.testing import SinkContract, SinkStage
from siemcast.testing.sink import document
from siemcast_sinks.stdout import SPEC
from siemcast_sinks.stdout.config import StdoutSettings
from siemcast_sinks.stdout.encode import text
from siemcast_sinks.stdout.sink import Output, StdoutSink

SETTINGS = StdoutSettings(kind="stdout")


class TestContract(SinkContract):
    spec: SinkSpec[StdoutSettings] = SPEC
    settings: Mapping[str, Any] = {}

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        """Put a pipe in the place of standard output."""
        reading, writing = os.pipe()
        kept, arrived = os.dup(1), bytearray()
        os.dup2(writing, 1)
        os.close(writing)
        reader = threading.Thread(target=_drain, args=(reading, arrived))
        reader.start()
        try:
            yield SinkStage(SETTINGS, lambda: [orjson.loads(line)["id"] for line in _whole(arrived)])
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            await asyncio.to_thread(reader.join)
            os.close(reading)


def _drain(fd: int, arrived: bytearray) -> None:
    while piece := os.read(fd, 65536):
        arrived.extend(piece)


def _whole(arrived: bytearray) -> list[bytes]:
    return bytes(arrived).split(b"\n")[:-1]


def test_pretty_is_for_people_and_leaves_lines_of_text_alone() -> None:
    head = document(1).head
    assert text([Document(b'{"a":[1]}', head)], pretty=True) == b'{\n  "a": [\n    1\n  ]\n}\n'
    assert text([Document(b"CEF:0|a|", head)], pretty=True) == b"CEF:0|a|\n"
    assert text([Document(b'{"a":[1]}', head)], pretty=False) == b'{"a":[1]}\n'


def test_reader_that_has_gone_is_transient_in_plain_words() -> None:
    async def scenario() -> None:
        reading, writing = os.pipe()
        output = Output(writing)
        os.close(writing)
        os.close(reading)
        with pytest.raises(Transient, match="nobody reads standard output"):
            await StdoutSink(output, SETTINGS).write(Encoded([document(1)]))
        output.close()

    asyncio.run(scenario())


def test_reader_that_does_not_read_does_not_hold_up_the_end() -> None:
    async def scenario() -> None:
        reading, writing = os.pipe()
        output = Output(writing)
        os.close(writing)
        stuck = asyncio.create_task(StdoutSink(output, SETTINGS).write(Encoded([document(1, "x" * 1_000_000)])))
        async with asyncio.timeout(10):
            await asyncio.to_thread(os.read, reading, 1)
            await asyncio.to_thread(output.close)
            with pytest.raises(Transient, match="told to end"):
                await stuck
        os.close(reading)

    asyncio.run(scenario())


PROGRAM = """
import asyncio
from siemcast.api import Encoded
from siemcast.errors import Transient
from siemcast.testing import FakeContext
from siemcast.testing.sink import document
from siemcast_sinks.stdout import SPEC

async def main():
    async with SPEC.open(SPEC.settings(kind="stdout"), FakeContext()) as sink:
        try:
            for number in range(10_000):
                await sink.write(Encoded([document(number, "x" * 1000)]))
        except Transient:
            return 3

raise SystemExit(asyncio.run(main()))
"""


def test_process_whose_reader_goes_ends_without_a_word_on_standard_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        assert process.stdout.readline().startswith(b'{"id":"event-00000"')
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 3
