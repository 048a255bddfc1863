"""The syslog sink and receivers that take without reading, or end a connection sooner than a batch."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from siemcast.api import Encoded, Sink
from siemcast.errors import Transient
from siemcast.schema import Document, Head
from siemcast.testing.fakes import FakeContext
from siemcast_lab.certificates import Certificates
from siemcast_lab.syslog import Receiver, receive_tcp
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.sink import open_sink


@pytest.fixture(params=["tcp", "tls"])
def secure(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "tls")


@asynccontextmanager
async def pair(certificates: Certificates, secure: bool, **server: Any) -> AsyncGenerator[tuple[Receiver, Sink], None]:
    """Open a receiver, and a sink that sends to it."""
    context = certificates.server_context(**server) if secure else None
    known: dict[str, Any] = {"host": "127.0.0.1", "hostname": "fwd01", "timeout": "400ms", "max_bytes": "1MB"}
    if secure:
        known |= {"transport": "tls", "tls": {"ca_file": certificates.ca}}
    async with receive_tcp(tls=context, buffer=1024) as receiver:
        settings = SyslogSettings.model_validate(known | {"port": receiver.port})
        async with open_sink(settings, FakeContext()) as sink:
            yield receiver, sink


def batch(*names: str, size: int = 0) -> Encoded:
    return Encoded(
        [
            Document(f"{name} {'x' * size}".encode(), Head(id=name, kind="alert", table="alerts", time_ms=1))
            for name in names
        ]
    )


def came(receiver: Receiver) -> Counter[str]:
    return Counter(message.body.split()[0].decode() for message in receiver.messages)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(30):
            await test()

    asyncio.run(bounded())


async def fill(sink: Sink) -> set[str]:
    """Write until the receiver is told to be stuck; gives what counted as sent."""
    sent: set[str] = set()

    async def write() -> None:
        for number in range(1000):
            await sink.write(batch(f"first{number}", size=20_000))
            sent.add(f"first{number}")

    with pytest.raises(Transient, match="see whether the receiver is stuck"):
        await write()
    return sent


def test_new_connections_settle_nothing_at_a_receiver_that_was_stuck_until_it_reads(
    certificates: Certificates, secure: bool
) -> None:
    async def test() -> None:
        async with pair(certificates, secure) as (receiver, sink):
            receiver.reading.clear()
            await fill(sink)
            for _ in range(3):
                with pytest.raises(Transient, match="see whether the receiver is stuck"):
                    await sink.write(batch("small"))
            receiver.reading.set()
            await sink.write(batch("small"))
            before = receiver.connections
            await sink.write(batch("next"))
            await sink.write(batch("last"))
            await receiver.until(lambda: "last" in came(receiver))
            assert receiver.connections <= before + 1

    run(test)


def test_what_a_receiver_took_and_never_read_before_it_was_restarted_is_sent_again(
    certificates: Certificates, secure: bool
) -> None:
    async def test() -> None:
        async with pair(certificates, secure) as (receiver, sink):
            receiver.reading.clear()
            sent = await fill(sink)
            await receiver.end()
            receiver.messages.clear()
            await sink.write(batch("behind"))
            assert sent | {"behind"} <= set(came(receiver))

    run(test)


def test_what_a_receiver_left_unread_when_it_was_restarted_is_sent_again_though_it_never_was_stuck(
    certificates: Certificates,
) -> None:
    async def test() -> None:
        async with pair(certificates, secure=False) as (receiver, sink):
            await sink.write(batch("read"))
            await receiver.until(lambda: "read" in came(receiver))
            receiver.reading.clear()
            await sink.write(batch("unread", size=20_000))
            await receiver.end()
            receiver.messages.clear()
            await sink.write(batch("behind"))
            assert {"unread", "behind"} <= set(came(receiver))

    run(test)


def test_a_receiver_that_is_too_slow_for_all_that_waits_gets_everything_in_parts() -> None:
    names = {f"n{number}" for number in range(30)}
    heard: set[str] = set()
    reading = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reading.wait()
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                line = await reader.readuntil(b"\n")
                await asyncio.sleep(0.05)  # what makes it slow
                heard.add(line.split(b"] ")[1].split()[0].decode())
        writer.close()

    async def test() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0, limit=30_000) as server:
            port = server.sockets[0].getsockname()[1]
            known = {"host": "127.0.0.1", "port": port, "framing": "newline", "timeout": "400ms", "max_bytes": "1MB"}
            async with open_sink(SyslogSettings.model_validate(known), FakeContext()) as sink:
                await fill(sink)
                reading.set()
                settled = False
                for _ in range(12):
                    with suppress(Transient):
                        settled = settled or await sink.write(batch(*sorted(names), size=20_000)) == ()
                assert settled
                assert names <= heard

    run(test)


@pytest.mark.parametrize("few", [1, 3])
def test_a_receiver_that_takes_few_messages_a_connection_gets_every_batch(
    certificates: Certificates, secure: bool, few: int
) -> None:
    async def test() -> None:
        async with pair(certificates, secure) as (receiver, sink):
            receiver.close_after = few
            with pytest.raises(Transient, match=r"closed the connection|Broken pipe|reset"):
                await sink.write(batch(*(f"a{number}" for number in range(10)), size=50_000))
            await sink.write(batch(*(f"a{number}" for number in range(10)), size=50_000))
            await sink.write(batch(*(f"b{number}" for number in range(10))))
            names = came(receiver)
            assert {f"{part}{number}" for part in "ab" for number in range(10)} <= set(names)
            assert names.total() < 50
            receiver.close_after = None
            for number in range(12):
                await sink.write(batch(f"c{number}"))
            before = receiver.connections
            await sink.write(batch("d0", "d1"))
            await receiver.until(lambda: "d1" in came(receiver))
            assert receiver.connections == before

    run(test)


def test_a_receiver_that_refuses_behind_the_handshake_settles_nothing_however_often_it_is_tried(
    certificates: Certificates,
) -> None:
    async def test() -> None:
        async with pair(certificates, True, client_required=True) as (receiver, sink):
            for _ in range(5):
                with pytest.raises(Transient, match="client certificate"):
                    await sink.write(batch("one", "two"))
            assert receiver.messages == []

    run(test)


def test_a_balancer_that_hangs_up_settles_nothing_however_often_it_is_tried() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            receiver.hang_up = True
            settings = SyslogSettings.model_validate({"host": "127.0.0.1", "port": receiver.port})
            async with open_sink(settings, FakeContext()) as sink:
                for _ in range(10):
                    with pytest.raises(Transient):
                        await sink.write(batch("one", "two"))

    run(test)
