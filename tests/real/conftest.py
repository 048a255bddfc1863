"""Starts what we did not write, as ordinary processes on free loopback ports, for one session of tests.

`.ci/real-parts` fetches it. A test whose part is absent is skipped, saying so; under CI it fails.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypedDict

import pytest

from siemcast_lab.certificates import Certificates, make_certificates

REAL = Path(__file__).parents[2] / ".real"
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Azurite(TypedDict):
    """A blob service that holds everything in memory."""

    connection_string: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A syslog daemon that writes what it understood as JSON lines."""

    ports: Mapping[str, int]
    certificates: Certificates
    folder: Path

    def received(self, hostname: str, count: int, file: str = "out.ndjson") -> Sequence[Mapping[str, Any]]:
        """Wait for `count` messages of a header hostname, and give them in the order in which they came."""
        found: list[Mapping[str, Any]] = []

        def enough() -> bool:
            found[:] = [line for line in self._lines(file) if line.get("host") == hostname]
            return len(found) >= count

        until(enough, f"{count} messages of {hostname}", self.folder)
        return found

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds."""
        until(condition, what, self.folder)

    @contextmanager
    def still(self) -> Generator[None, None, None]:
        """Stop the process for as long as this lasts: its machine goes on taking what it does not read."""
        pid = int((self.folder / "pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _lines(self, file: str) -> Sequence[Mapping[str, Any]]:
        path = self.folder / file
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        return [json.loads(line) for line in whole.split(b"\n") if line]


@pytest.fixture(scope="session")
def real_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("real-tls"))


@pytest.fixture(scope="session")
def rsyslog(tmp_path_factory: pytest.TempPathFactory, real_certificates: Certificates) -> Generator[Daemon, None, None]:
    """Give rsyslog with ports `udp`, `tcp` (both framings), `tls` (no client certificate) and `mtls`."""
    root = _present("rsyslog", "rsyslog/usr/sbin/rsyslogd")
    folder = tmp_path_factory.mktemp("rsyslog")
    ports = _free_ports("udp", "tcp", "tls", "mtls")
    config = _filled("rsyslog.conf", folder, ports, real_certificates)
    shutil.copy(Path(__file__).parent / "cef.rulebase", folder)
    libraries = _libraries(root)
    modules = ":".join(f"{path}/rsyslog/" for path in libraries.split(":"))
    command: list[str | Path] = [root / "usr/sbin/rsyslogd", "-n", "-M", modules, "-i", folder / "pid", "-f", config]
    with _running(command, folder, {"LD_LIBRARY_PATH": libraries}, [ports[name] for name in ("tcp", "tls", "mtls")]):
        yield Daemon(ports=ports, certificates=real_certificates, folder=folder)


@pytest.fixture(scope="session")
def syslog_ng(
    tmp_path_factory: pytest.TempPathFactory, real_certificates: Certificates
) -> Generator[Daemon, None, None]:
    """Give syslog-ng with ports `udp`, `tcp` (octet counting), `newline`, and `mtls`."""
    root = _present("syslog-ng", "syslog-ng/usr/sbin/syslog-ng")
    folder = tmp_path_factory.mktemp("syslog-ng")
    ports = _free_ports("udp", "tcp", "newline", "mtls")
    config = _filled("syslog-ng.conf", folder, ports, real_certificates)
    (modules,) = root.glob("usr/lib/syslog-ng/[0-9]*")
    libraries = f"{_libraries(root)}:{root / 'usr/lib/syslog-ng'}"
    options = {"cfgfile": config, "module-path": modules, "persist-file": folder / "persist"}
    options |= {"pidfile": folder / "pid", "control": folder / "control"}
    flags = [f"--{key}={path}" for key, path in options.items()]
    command: list[str | Path] = [root / "usr/sbin/syslog-ng", "-F", "--no-caps", *flags]
    with _running(
        command, folder, {"LD_LIBRARY_PATH": libraries}, [ports[name] for name in ("tcp", "newline", "mtls")]
    ):
        yield Daemon(ports=ports, certificates=real_certificates, folder=folder)


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Generator[Azurite, None, None]:
    """Give Azurite's blob service."""
    if shutil.which("node") is None:
        _absent("node")
    program = _present("Azurite", "node_modules/.bin/azurite-blob") / ".bin/azurite-blob"
    folder = tmp_path_factory.mktemp("azurite")
    port = _free_ports("blob")["blob"]
    flags = ("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent")
    command: list[str | Path] = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), *flags]
    with _running(command, folder, {}, [port]):
        endpoint = f"BlobEndpoint=http://127.0.0.1:{port}/{_ACCOUNT};"
        account = f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};"
        yield Azurite(connection_string=account + endpoint, port=port)


def until(condition: Callable[[], bool], what: str, folder: Path, seconds: float = 30.0) -> None:
    """Wait until a condition holds in a process that cannot tell us; fail with its log when it never does."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > end:
            log = (folder / "log").read_text(errors="replace")[-2000:]
            pytest.fail(f"no {what} within {seconds:g} s; the log says:\n{log}")
        pause.wait(0.02)


@contextmanager
def _running(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], ports: Sequence[int]
) -> Generator[None, None, None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)
    try:
        for port in ports:
            until(partial(_listens_or_ended, process, port), f"port {port}", folder)
        assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
        yield
    finally:
        process.terminate()
        process.wait(30)


def _present(what: str, witness: str) -> Path:
    if not (REAL / witness).exists():
        _absent(what)
    return REAL / witness.split("/", 1)[0]


def _absent(what: str) -> NoReturn:
    reason = f"{what} is absent; .ci/real-parts fetches it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _libraries(root: Path) -> str:
    """Give the folders of the libraries that were unpacked beside a daemon, for any architecture."""
    return ":".join(
        str(path) for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*") for path in root.glob(pattern)
    )


def _filled(template: str, folder: Path, ports: Mapping[str, int], certificates: Certificates) -> Path:
    """Write a daemon's configuration: `@name@` is a port, a certificate's path, or the folder."""
    text = (Path(__file__).parent / template).read_text()
    files = {"ca": certificates.ca, "cert": certificates.server, "key": certificates.server_key, "folder": folder}
    for name, value in {**ports, **files}.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / template).write_text(text)
    return folder / template


def _free_ports(*names: str) -> Mapping[str, int]:
    sockets = {name: socket.socket() for name in names}
    for held in sockets.values():
        held.bind(("127.0.0.1", 0))
    ports = {name: int(held.getsockname()[1]) for name, held in sockets.items()}
    for held in sockets.values():
        held.close()
    return ports


def _listens_or_ended(process: subprocess.Popen[bytes], port: int) -> bool:
    return process.poll() is not None or _listens(port)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
