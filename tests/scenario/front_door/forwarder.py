"""`siemcast` as users run it: a process of its own, its log read as it comes, its endpoints asked over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 120
"""Seconds after which a test gives a condition up: ten times what the slowest takes on a machine with nothing to do."""


@dataclass(slots=True)
class Forwarder:
    """A running `siemcast run`."""

    process: asyncio.subprocess.Process
    log: list[Mapping[str, Any]] = field(default_factory=list)
    """Events of the log, in order; a line that is none is kept as `{"line": ...}`."""
    said: bytearray = field(default_factory=bytearray)
    """All that it wrote to standard output and standard error."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _address: str = ""

    async def follow(self) -> None:
        """Read what it writes until its end."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said += line
            async with self._news:
                self.log.append(_parsed(line))
                self._news.notify_all()

    async def logged(self, event: str, **facts: Any) -> Mapping[str, Any]:
        """Wait for an event whose facts are as given; a callable judges a fact by itself."""

        def found() -> list[Mapping[str, Any]]:
            return [entry for entry in self.log if entry.get("event") == event and _fits(entry, facts)]

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(found)
        return found()[0]

    async def ask(self, path: str) -> httpx.Response:
        """Ask one of its endpoints, at the port that its log names."""
        if not self._address:
            entry = await self.logged("listening")
            self._address = f"http://{entry['host']}:{entry['port']}"
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(self._address + path)
        self.said += answer.content
        return answer

    async def readiness(self, wanted: Callable[[int, Mapping[str, str]], bool]) -> Mapping[str, str]:
        """Wait until status and causes (by part) of /readyz are as wanted, and give the causes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.ask("/readyz")
                causes = {cause["part"]: cause["cause"] for cause in answer.json()["causes"]}
                if wanted(answer.status_code, causes):
                    return causes
                await asyncio.sleep(0.05)

    async def ready(self) -> None:
        """Wait until it is ready."""
        await self.readiness(lambda status, causes: status == 200 and not causes)

    async def unready(self, part: str, words: str = "") -> str:
        """Wait until a part is the cause that it is not ready, in such words, and give them all."""
        causes = await self.readiness(lambda status, causes: status == 503 and part in causes and words in causes[part])
        return causes[part]

    async def ended(self) -> int:
        """Wait for its end and give the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def stop(self) -> int:
        """Ask it to end, as a service manager does, and give the exit code."""
        self.process.terminate()
        return await self.ended()

    async def kill(self) -> None:
        """End it at once, wherever it is."""
        self.process.kill()
        await self.ended()


@asynccontextmanager
async def forwarding(config: Path, *options: str) -> AsyncGenerator[Forwarder, None]:
    """Run `siemcast run`; what still runs at the end is killed."""
    command = (sys.executable, "-m", "siemcast", "run", "-c", str(config), *options)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 26, env=environment()
    )
    forwarder = Forwarder(process)
    follower = asyncio.create_task(forwarder.follow())
    try:
        yield forwarder
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.gather(process.wait(), follower)


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """What `--json` answered."""
        return json.loads(self.out)


async def call(*arguments: str | Path) -> Done:
    """Run one command to its end."""
    command = (sys.executable, "-m", "siemcast", *map(str, arguments))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment()
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


def environment() -> dict[str, str]:
    """Give this process' environment without what would lead a command to another configuration."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SIEMCAST_")}


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition on the lab holds; its receivers tell nobody what they took."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    return entry if isinstance(entry, dict) else {"line": line.decode("utf-8", "replace").rstrip("\n")}


def _fits(entry: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(
        wanted(entry.get(name)) if callable(wanted) else entry.get(name) == wanted for name, wanted in facts.items()
    )
