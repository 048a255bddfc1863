"""The syslog sink keeps the contract of sinks over every transport."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from siemcast.api import SinkSpec
from siemcast.testing import SinkContract, SinkStage
from siemcast_lab.certificates import make_certificates
from siemcast_lab.syslog import Receiver, receive_tcp, receive_udp
from siemcast_sinks.syslog import SPEC
from siemcast_sinks.syslog.config import SyslogSettings


def stage(receiver: Receiver, **more: Any) -> SinkStage:
    known = {"kind": "syslog", "host": "127.0.0.1", "port": receiver.port, "timeout": "5s"}

    def received() -> Sequence[str]:
        assert receiver.refused == []
        return [message.data["siemcast@32473"]["id"] for message in receiver.messages]

    return SinkStage(SyslogSettings.model_validate(known | more), received)


@asynccontextmanager
async def tcp(framing: str) -> AsyncGenerator[SinkStage, None]:
    async with receive_tcp() as receiver:
        yield stage(receiver, framing=framing)


class TestCounted(SinkContract):
    spec: SinkSpec[SyslogSettings] = SPEC
    settings: Mapping[str, Any] = {"host": "siem.example"}

    def stage(self) -> AbstractAsyncContextManager[SinkStage]:
        return tcp("octet-counting")


class TestLines(TestCounted):
    def stage(self) -> AbstractAsyncContextManager[SinkStage]:
        return tcp("newline")


class TestTls(TestCounted):
    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        with TemporaryDirectory() as folder:
            made = make_certificates(Path(folder))
            async with receive_tcp(tls=made.server_context()) as receiver:
                yield stage(receiver, transport="tls", tls={"ca_file": made.ca})


class TestUdp(TestCounted):
    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        async with receive_udp() as receiver:
            yield stage(receiver, transport="udp")
