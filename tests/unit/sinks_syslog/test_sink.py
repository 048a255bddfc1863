"""The syslog sink against the lab's receivers: delivery, and every way in which a receiver can fail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from siemcast.api import Encoded, Sink
from siemcast.errors import AuthRefused, Transient
from siemcast.schema import Document, Head
from siemcast.testing.fakes import FakeContext
from siemcast_lab.certificates import Certificates, make_certificates
from siemcast_lab.syslog import Receiver, receive_tcp, receive_udp
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.sink import open_sink


@asynccontextmanager
async def sink_to(receiver: Receiver | int, **settings: Any) -> AsyncGenerator[Sink, None]:
    port = receiver if isinstance(receiver, int) else receiver.port
    known = {"host": "127.0.0.1", "port": port, "hostname": "fwd01", "timeout": "5s"} | settings
    async with open_sink(SyslogSettings.model_validate(known), FakeContext()) as sink:
        yield sink


def batch(*bodies: str) -> Encoded:
    heads = (Head(id=body[:40], kind="alert", table="alerts", time_ms=1_795_219_200_123) for body in bodies)
    return Encoded([Document(body.encode(), head) for body, head in zip(bodies, heads, strict=True)])


def bodies(receiver: Receiver) -> list[str]:
    return [message.body.decode() for message in receiver.messages]


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(bounded())


@pytest.mark.parametrize("framing", ["octet-counting", "newline"])
def test_batches_arrive_in_order_over_one_connection(framing: str) -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            async with sink_to(receiver, framing=framing, in_flight=4) as sink:
                await asyncio.gather(*(sink.write(batch(f"a{n}", f"b{n} 🦉")) for n in range(20)))
            await receiver.wait_for(40)
            assert bodies(receiver) == [text for n in range(20) for text in (f"a{n}", f"b{n} 🦉")]
            assert (receiver.connections, receiver.refused) == (1, [])

    run(test)


def test_the_last_bytes_arrive_when_the_sink_is_closed(certificates: Certificates) -> None:
    async def test() -> None:
        async with receive_tcp(tls=certificates.server_context()) as receiver:
            async with sink_to(receiver, transport="tls", tls={"ca_file": certificates.ca}, max_bytes="1MB") as sink:
                await sink.write(batch(*("x" * 100_000 for _ in range(20))))
            await receiver.wait_for(20)
            assert receiver.refused == []

    run(test)


def test_udp_sends_a_datagram_a_message() -> None:
    async def test() -> None:
        async with receive_udp() as receiver, sink_to(receiver, transport="udp") as sink:
            assert await sink.write(batch("one", "two\nlines")) == []
            await receiver.wait_for(2)
            assert bodies(receiver) == ["one", "two\nlines"]

    run(test)


def test_udp_to_a_port_where_nobody_listens_is_told_by_a_later_call() -> None:
    async def test() -> None:
        async with sink_to(_free_port(), transport="udp") as sink:
            both = batch("the first is sent, and answered by ICMP", "the second is told so")
            with pytest.raises(Transient, match="nothing listens there"):
                await sink.write(both)

    run(test)


def test_a_message_too_long_for_this_machines_datagrams_is_rejected_alone() -> None:
    async def test() -> None:
        async with receive_udp() as receiver, sink_to(receiver, transport="udp", max_bytes=65507) as sink:
            sink._messages = lambda documents: [each.body for each in documents]  # type: ignore[attr-defined]  # past the limit
            (rejected,) = await sink.write(batch("<1>Nov 21 00:00:00 h a", "x" * 70_000, "<1>Nov 21 00:00:00 h b"))
            assert (rejected.index, "too long for a datagram" in rejected.reason) == (1, True)
            await receiver.wait_for(2)

    run(test)


def test_mutual_tls_presents_the_client_certificate(certificates: Certificates) -> None:
    async def test() -> None:
        tls = {"ca_file": certificates.ca, "cert_file": certificates.client, "key_file": certificates.client_key}
        async with (
            receive_tcp(tls=certificates.server_context(client_required=True)) as receiver,
            sink_to(receiver, transport="tls", tls=tls) as sink,
        ):
            await sink.check()
            await sink.write(batch("in confidence"))
            await receiver.wait_for(1)

    run(test)


def test_a_missing_client_certificate_is_named_and_nothing_is_settled(certificates: Certificates) -> None:
    async def test() -> None:
        server = certificates.server_context(client_required=True)
        async with receive_tcp(tls=server) as receiver:
            async with sink_to(receiver, transport="tls", tls={"ca_file": certificates.ca}) as sink:
                with pytest.raises(Transient, match=r"client certificate: set tls.cert_file"):
                    await sink.write(batch("one"))
                with pytest.raises(Transient, match="client certificate"):
                    await sink.check()
            assert receiver.messages == []

    run(test)


def test_an_unknown_authority_is_auth_refused(certificates: Certificates, tmp_path: Path) -> None:
    async def test() -> None:
        other = make_certificates(tmp_path).ca
        async with (
            receive_tcp(tls=certificates.server_context()) as receiver,
            sink_to(receiver, transport="tls", tls={"ca_file": other}) as sink,
        ):
            with pytest.raises(AuthRefused, match=r"not signed by an authority"):
                await sink.check()

    run(test)


def test_tls_to_a_port_without_it_is_transient() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver, sink_to(receiver, transport="tls") as sink:
            with pytest.raises(Transient):
                await sink.check()

    run(test)


def test_nobody_listening_is_transient_in_plain_words() -> None:
    async def test() -> None:
        async with sink_to(_free_port()) as sink:
            with pytest.raises(Transient, match=r"127.0.0.1:\d+: nothing listens there; check `port`"):
                await sink.write(batch("one"))

    run(test)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("host", ["siem.invalid", "a" * 64 + ".invalid"])
def test_an_unknown_name_is_transient(transport: str, host: str) -> None:
    async def test() -> None:
        async with sink_to(514, host=host, transport=transport) as sink:
            with pytest.raises(Transient, match=f"{host}:514"):
                await sink.check()

    run(test)


def test_a_receiver_that_restarts_costs_nothing() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver, sink_to(receiver) as sink:
            await sink.write(batch("before"))
            await receiver.wait_for(1)
            await receiver.drop_connections()
            await sink.write(batch("after"))
            await receiver.wait_for(2)
            assert (bodies(receiver), receiver.connections) == (["before", "after"], 2)

    run(test)


def test_a_half_closed_connection_is_left_before_it_is_written_to() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            receiver.half_close = True
            async with sink_to(receiver) as sink:
                with pytest.raises(Transient, match="closed the connection"):
                    await sink.write(batch("first"))
                receiver.half_close = False
                await sink.write(batch("second"))
                await receiver.wait_for(1)
                assert bodies(receiver)[-1] == "second"

    run(test)


def test_a_balancer_that_hangs_up_settles_nothing() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            receiver.hang_up = True
            async with sink_to(receiver) as sink:
                with pytest.raises(Transient):
                    await sink.write(batch("lost"))

    run(test)


def test_a_batch_whose_connection_breaks_is_transient_and_arrives_whole_the_next_time() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            receiver.close_after = 2
            async with sink_to(receiver, max_bytes="2MB") as sink:
                many = batch(*(f"{n} " + "x" * 500_000 for n in range(12)))
                with pytest.raises(Transient):
                    await sink.write(many)
                receiver.close_after = None
                arrived = len(receiver.messages)
                await sink.write(many)
                await receiver.wait_for(arrived + 12)
                assert [body[:2].strip() for body in bodies(receiver)[arrived:]] == [str(n) for n in range(12)]

    run(test)


@pytest.mark.parametrize("secure", [False, True])
def test_a_receiver_that_stops_reading_is_transient_and_not_waited_for_for_ever(
    certificates: Certificates, secure: bool
) -> None:
    tls: dict[str, Any] = {"transport": "tls", "tls": {"ca_file": certificates.ca}} if secure else {}
    server = certificates.server_context() if secure else None

    async def test() -> None:
        async with receive_tcp(buffer=1024, tls=server) as receiver:
            receiver.reading.clear()
            async with sink_to(receiver, timeout="500ms", max_bytes="20MB", **tls) as sink:
                with pytest.raises(Transient, match="takes no more data"):
                    await sink.write(batch("x" * 15_000_000))

    run(test)


def test_a_receiver_that_pauses_for_longer_than_the_timeout_gets_all_that_was_settled() -> None:
    async def fill(sink: Sink, connection: str, settled: set[str]) -> None:
        for number in range(1000):
            name = f"{connection}{number}"
            await sink.write(batch(name + " x" * 250_000))
            settled.add(name)

    async def test() -> None:
        settled: set[str] = set()
        async with receive_tcp(buffer=1024) as receiver:
            receiver.reading.clear()
            async with sink_to(receiver, timeout="300ms", max_bytes="2MB") as sink:
                for connection in range(5):  # the first is full, and stays so while the others come to be
                    with pytest.raises(Transient, match="takes no more data"):
                        await fill(sink, f"{connection}-", settled)
                receiver.reading.set()
                await receiver.until(lambda: settled <= {body.split()[0] for body in bodies(receiver)})
            assert receiver.connections == 5

    run(test)


def test_a_cancelled_write_leaves_no_half_frame_for_the_next() -> None:
    async def test() -> None:
        async with receive_tcp(buffer=1024) as receiver:
            async with sink_to(receiver, max_bytes="20MB") as sink:
                receiver.reading.clear()
                writing = asyncio.create_task(sink.write(batch("x" * 15_000_000)))
                await receiver.until(lambda: receiver.connections == 1)
                writing.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await writing
                receiver.reading.set()
                await sink.write(batch("whole"))
                await receiver.wait_for(1)
            assert bodies(receiver) == ["whole"]

    run(test)


def test_what_a_receiver_says_is_not_listened_to() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 welcome\r\n")
        heard.set_result(await reader.read())
        writer.close()

    heard: asyncio.Future[bytes]

    async def test() -> None:
        nonlocal heard
        heard = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            async with sink_to(server.sockets[0].getsockname()[1]) as sink:
                await sink.write(batch("one"))
                await sink.write(batch("two"))
            assert (await heard).count(b"siemcast@32473 ") == 2

    run(test)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
