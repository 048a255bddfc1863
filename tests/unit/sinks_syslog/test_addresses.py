"""The syslog sink and names that have several addresses, of which not all work."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from siemcast.api import Encoded
from siemcast.errors import Transient
from siemcast.schema import Document, Head
from siemcast.testing.fakes import FakeContext
from siemcast_lab.syslog import receive_tcp, receive_udp
from siemcast_sinks.syslog import datagram
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.sink import open_sink

_ONE = Encoded([Document(b"one", Head(id="1", kind="alert", table="alerts", time_ms=1_795_219_200_123))])


def _settings(port: int, transport: str) -> SyslogSettings:
    return SyslogSettings.model_validate(
        {"host": "siem.example", "port": port, "transport": transport, "timeout": "2s"}
    )


@pytest.fixture(autouse=True)
def two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve the receiver's name to 127.0.0.2, where nobody takes part, and to 127.0.0.1."""

    usual = socket.getaddrinfo

    def resolve(host: Any, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[Any]:  # noqa: A002 - its name
        if host != "siem.example":
            return [*usual(host, port, family, type, proto, flags)]
        kinds = [type] if type else [socket.SOCK_STREAM, socket.SOCK_DGRAM]
        return [(socket.AF_INET, kind, 0, "", (ip, port)) for ip in ("127.0.0.2", "127.0.0.1") for kind in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_an_address_that_is_silent_does_not_use_up_the_time_of_the_next() -> None:
    async def test() -> None:
        async with receive_tcp() as receiver:
            with socket.create_server(("127.0.0.2", receiver.port), backlog=0) as silent:
                waiting = [socket.socket() for _ in range(4)]
                for one in waiting:  # its queue is full: what connects then gets no answer at all
                    one.setblocking(False)
                    one.connect_ex(silent.getsockname())
                async with open_sink(_settings(receiver.port, "tcp"), FakeContext()) as sink:
                    await sink.write(_ONE)
                await receiver.wait_for(1)
                for one in waiting:
                    one.close()
            assert len(receiver.messages) == 1

    asyncio.run(test())


def test_datagrams_go_to_the_next_address_when_nobody_listens_at_the_first() -> None:
    async def test() -> None:
        async with receive_udp() as receiver:
            async with open_sink(_settings(receiver.port, "udp"), FakeContext()) as sink:
                with pytest.raises(Transient, match="nothing listens there"):
                    await sink.write(Encoded([*_ONE.documents] * 2))
                await sink.write(_ONE)
            await receiver.wait_for(1)
            assert len(receiver.messages) == 1

    asyncio.run(test())


def test_datagrams_follow_a_name_that_leads_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as old, socket.socket(type=socket.SOCK_DGRAM) as new:
            old.bind(("127.0.0.1", 0))
            port = old.getsockname()[1]
            new.bind(("127.0.0.3", port))
            _lead(monkeypatch, "127.0.0.1", port)
            async with open_sink(_settings(port, "udp"), FakeContext()) as sink:
                await sink.write(_ONE)
                _lead(monkeypatch, "127.0.0.3", port)
                await sink.write(_ONE)
                _lead(monkeypatch, None, port)
                await sink.write(_ONE)
            for receiver, count in ((old, 1), (new, 2)):
                receiver.settimeout(5)
                assert all(receiver.recv(2048).endswith(b"one") for _ in range(count))

    monkeypatch.setattr(datagram, "LOOK_AGAIN", -1.0)
    asyncio.run(test())


def _lead(monkeypatch: pytest.MonkeyPatch, address: str | None, port: int) -> None:
    """Have the receiver's name lead to an address, or nowhere."""

    def resolve(*_: Any, **__: Any) -> list[Any]:
        if address is None:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_DGRAM, 0, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
