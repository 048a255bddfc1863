"""The lab's commands: `siemcast lab` and `siemcast demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from siemcast_lab.folder import claim

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--folder", type=_FOLDER, default="demo-out", show_default=True, help="Where everything goes; emptied.")
@click.option("--seconds", type=click.FloatRange(min=1), default=30.0, show_default=True, help="How long it goes on.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another tenant.")
def demo(folder: Path, seconds: float, seed: int) -> int:
    """Show the forwarder at work on a small made-up tenant, then compare what left with what arrived."""
    from siemcast_lab.demo.run import demo as run_demo  # noqa: PLC0415 - the help needs no servers

    claim(folder, empty=True)
    try:
        return asyncio.run(run_demo(folder, seconds, seed))
    except asyncio.CancelledError:  # by a signal
        raise click.Abort from None


@click.command()
@click.option("--folder", type=_FOLDER, default="lab", show_default=True, help="Where certificates and so on go.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another tenant.")
@click.option("--quirk", "quirks", multiple=True, metavar="NAME=VALUE", help="A quirk of Graph; see --list-quirks.")
@click.option("--list-quirks", is_flag=True, help="Say which quirks there are, and end.")
def lab(folder: Path, seed: int, quirks: tuple[str, ...], list_quirks: bool) -> int:
    """Run a stand-in Microsoft tenant and SIEM receivers until interrupted, and write a configuration that fits."""
    from siemcast_lab.stay import quirks_of, quirks_table, stay  # noqa: PLC0415 - as above

    if list_quirks:
        click.echo(quirks_table())
        return 0
    settings = quirks_of(quirks)
    claim(folder)
    return asyncio.run(stay(folder.resolve(), seed, settings))
