"""The lab: stand-ins of a Microsoft tenant and of SIEM receivers, on loopback, for demo, tests and plugin authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemcast.api import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add `lab` and `demo`."""
    from siemcast_lab.commands import demo, lab  # noqa: PLC0415 - only a command line needs click

    cli.add_command(lab)
    cli.add_command(demo)
