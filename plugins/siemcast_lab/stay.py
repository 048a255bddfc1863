"""`siemcast lab`: the lab goes on until it is interrupted, its tenant alive."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import click
import yaml

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
    """Read `name=value` settings. Raises ConfigError for an unknown name or a value of the wrong type."""
    quirks = Quirks()
    known = {item.name for item in fields(Quirks)}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name not in known:
            raise ConfigError(f"no quirk {name!r}", hint=f"known: {', '.join(sorted(known))}")
        value = yaml.safe_load(text)
        if isinstance(value, list):
            value = frozenset(map(str, value))
        usual = getattr(quirks, name)
        if (
            usual is not None
            and not isinstance(value, type(usual))
            and not (isinstance(usual, float) and value in (0, 1))
        ):
            raise ConfigError(f"quirk {name} takes a {type(usual).__name__}, not {text!r}", hint=f"such as {usual!r}")
        quirks = replace(quirks, **{name: value})
    return quirks


def quirks_table() -> str:
    """Give the quirks and their usual values, one a line."""
    return "\n".join(f"{item.name}={getattr(Quirks(), item.name)!r}" for item in fields(Quirks))


def _welcome(world: World, folder: Path) -> str:
    return f"""\
The lab is running.
  Entra    {world.entra_url}
  Graph    {world.graph_url}
  Event Hubs {world.hubs.tls_endpoint}
  Splunk   {world.hec_url}
  Elastic  {world.bulk_url}
  syslog   localhost:{world.syslog.port} (TLS)

In another shell:
  siemcast check -c {folder}/siemcast.yaml
  siemcast run   -c {folder}/siemcast.yaml

Ctrl-C ends it."""


def _farewell(world: World, life: Life) -> None:
    left = ", ".join(f"{count} {row}" for row, count in life.left.counts.items())
    click.echo(f"\nleft Microsoft: {left}")
    click.echo(f"arrived: splunk {world.hec.count}, elastic {world.bulk.count}, syslog {len(world.syslog.messages)}")
