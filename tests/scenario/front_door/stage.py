"""The lab's world with a forwarder's configuration in it, and what a test asks of state, journal and receivers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import yaml

from scenario.front_door.forwarder import Done, Forwarder, call, forwarding
from siemcast.api.journal import DeadLetter, Entry, Journal
from siemcast.journal.sqlite import SPEC, SqliteSettings
from siemcast_lab.graph import Quirks
from siemcast_lab.world import World, configuration, open_world

_TOKEN = re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}|SharedAccessSignature|sig=")
BRISK = {"first": "50ms", "max": "500ms"}
"""`retry` of all sinks, so that no test waits long for a receiver that is back."""


@dataclass(slots=True)
class Stage:
    """One test's world."""

    world: World
    said: list[bytearray] = field(default_factory=list)
    """What every forwarder wrote and answered."""

    @property
    def config(self) -> Path:
        """The configuration's file."""
        return self.world.config

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.world.folder / "state"

    def configure(
        self,
        sources: Sequence[str] | Mapping[str, Mapping[str, Any]],
        sinks: Mapping[str, Mapping[str, Any]],
        **top: Any,
    ) -> None:
        """Write a configuration: sources by the lab's names or as settings, sinks by the lab's names with changes."""
        document = yaml.safe_load(configuration(self.world, http="127.0.0.1:0"))
        known = document["sources"]
        document["sources"] = dict(sources) if isinstance(sources, Mapping) else {name: known[name] for name in sources}
        document["sinks"] = {
            name: {"retry": BRISK, **document["sinks"].get(name, {}), **changes} for name, changes in sinks.items()
        }
        document["routes"] = [{"from": [*document["sources"]], "to": [*sinks]}]
        self.config.write_text(yaml.safe_dump({**document, **top}))

    def add_tenant(self, name: str, **changes: Any) -> None:
        """Add a tenant to the written configuration: the lab's, with changes."""
        document = yaml.safe_load(self.config.read_text())
        document["tenants"][name] = {**document["tenants"]["lab"], **changes}
        self.config.write_text(yaml.safe_dump(document))

    @asynccontextmanager
    async def running(self, *options: str) -> AsyncGenerator[Forwarder, None]:
        """Run the forwarder on this configuration."""
        async with forwarding(self.config, *options) as forwarder:
            self.said.append(forwarder.said)
            yield forwarder

    async def drained(self) -> Forwarder:
        """Run until drained; it must end well."""
        async with self.running("--until-drained") as forwarder:
            code = await forwarder.ended()
        assert code == 0, forwarder.said.decode()[-3000:]
        return forwarder

    async def call(self, *arguments: str) -> Done:
        """Run another command on this configuration."""
        done = await call(*arguments, "-c", self.config)
        self.said.append(bytearray(f"{done.out}{done.err}".encode()))
        return done

    async def entries(self) -> Sequence[Entry]:
        """Give all that the journal holds."""
        async with self._journal() as journal:
            return await journal.read(0, 1 << 40)

    async def journalled(self, source: str) -> list[bytes]:
        """Give the records that the journal holds of a source, in order."""
        return [raw for entry in await self.entries() if entry.source == source for raw in entry.records]

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Give the dead letters."""
        async with self._journal() as journal:
            return await journal.dead_letters()

    def archived(self) -> list[bytes]:
        """Give the lines that the file sink wrote, doubles included."""
        files = sorted((self.world.folder / "archive").glob("archive-*"))
        return [line for file in files for line in file.read_bytes().splitlines()]

    def secrets(self) -> Mapping[str, bytes]:
        """Give every secret that the forwarder was given, as it is sent or stored."""
        folder = self.world.folder / "secrets"
        found = {path.name: path.read_text().strip() for path in folder.iterdir()}
        found["eventhub key"] = found["eventhub"].partition("SharedAccessKey=")[2]
        return {name: value.encode() for name, value in found.items()}

    def leaks(self) -> list[str]:
        """Name the secrets that stand in what was said or stored, and where."""
        places = {f"output {number}": bytes(said) for number, said in enumerate(self.said)}
        places |= {str(path): path.read_bytes() for path in self._written()}
        secrets = self.secrets()
        found = []
        for place, content in places.items():
            found += [f"{name} in {place}" for name, secret in secrets.items() if secret in content]
            found += [f"a token in {place}"] * bool(_TOKEN.search(content))
        return found

    def _written(self) -> Iterator[Path]:
        for folder in (self.state, self.world.folder / "archive"):
            yield from (path for path in folder.rglob("*") if path.is_file())

    def _journal(self) -> AbstractAsyncContextManager[Journal]:
        return SPEC.open(SqliteSettings(), self.state, lambda: datetime.now(UTC))  # noqa: TID251 - no engine here


def play(scenario: Coroutine[None, None, None]) -> None:
    """Play a scenario to its end, for at most two minutes."""

    async def bounded() -> None:
        async with asyncio.timeout(120):
            await scenario

    asyncio.run(bounded())


@asynccontextmanager
async def open_stage(folder: Path, *, quirks: Quirks | None = None) -> AsyncGenerator[Stage, None]:
    """Open a world; when its test is done, no secret may stand in anything that was said or stored."""
    async with open_world(folder, quirks=quirks) as world:
        stage = Stage(world)
        yield stage
        assert stage.leaks() == []


def numbers(records: Sequence[bytes]) -> Counter[int]:
    """Count hunting records by the number that the test gave each."""
    return Counter(orjson.loads(record)["properties"]["ReportId"] for record in records)
