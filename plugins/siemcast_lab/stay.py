"""`siemcast lab`: the lab goes on until it is interrupted, its tenant alive."""

from __future__ import annotations

import asyncio
import shlex
import signal
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import click
import yaml
from pydantic import TypeAdapter, ValidationError

from siemcast.errors import ConfigError
from siemcast_lab.graph import Quirks
from siemcast_lab.life import Life
from siemcast_lab.world import World, open_world

_STEP = 1.0


async def stay(folder: Path, seed: int, quirks: Quirks) -> int:
    """Serve until SIGINT or SIGTERM; `folder` exists and is absolute."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_world(folder, quirks=quirks) as world:
        life = Life(world, seed)
        life.begin(incidents=60, alerts=240)
        click.echo(_welcome(world, folder))
        while not stop.is_set():
            life.step(messages=1)
            try:
                await asyncio.wait_for(stop.wait(), _STEP)
            except TimeoutError:
                continue
        _farewell(world, life)
    return 0


def quirks_of(settings: Sequence[str]) -> Quirks:
    """Read `name=value` settings. Raises ConfigError for an unknown name or a value that the quirk does not take."""
    quirks = Quirks()
    known = {item.name for item in fields(Quirks)}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name not in known:
            raise ConfigError(f"no quirk {name!r}", hint=f"known: {', '.join(sorted(known))}")
        value = yaml.safe_load(text)
        try:
            quirks = _with(quirks, name, [*map(str, value)] if isinstance(value, list) else value)
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise ConfigError(f"quirk {name}={text}: {said}", hint=f"such as {getattr(Quirks(), name)!r}") from None
    return quirks


def _with(quirks: Quirks, name: str, value: object) -> Quirks:
    """Change one quirk. Raises ValidationError for a value that is not of its type."""
    return TypeAdapter(Quirks).validate_python({**asdict(quirks), name: value})


def quirks_table() -> str:
    """Give the quirks and their usual values, one a line."""
    return "\n".join(f"{item.name}={getattr(Quirks(), item.name)!r}" for item in fields(Quirks))


def _welcome(world: World, folder: Path) -> str:
    config = shlex.quote(f"{folder}/siemcast.yaml")
    return f"""\
The lab is running.
  Entra    {world.entra_url}
  Graph    {world.graph_url}
  Event Hubs {world.hubs.tls_endpoint}
  Splunk   {world.hec_url}
  Elastic  {world.bulk_url}
  syslog   localhost:{world.syslog.port} (TLS)

In another shell:
  siemcast check -c {config}
  siemcast run   -c {config}

Ctrl-C ends it."""


def _farewell(world: World, life: Life) -> None:
    left = ", ".join(f"{count} {row}" for row, count in life.left.counts.items())
    click.echo(f"\nleft Microsoft: {left}")
    click.echo(f"arrived: splunk {world.hec.count}, elastic {world.bulk.count}, syslog {len(world.syslog.messages)}")
