"""`siemcast plugins`: what is installed, what it brings, and what is broken."""

from __future__ import annotations

import os

import click

from siemcast.cli.options import json_option, write_json


@click.command()
@click.option(
    "-c", "--config", envvar="SIEMCAST_CONFIG", metavar="FILE", help="Leave out what this configuration blocks."
)
@json_option
def plugins(config: str | None, as_json: bool) -> int:
    """List the plugins and what they bring.

    One that is broken is listed with the reason.
    """
    from siemcast.config import load_state  # noqa: PLC0415 - the help needs none of it
    from siemcast.registry import load_registry  # noqa: PLC0415 - as above

    if config is None and os.path.exists("siemcast.yaml"):
        config = "siemcast.yaml"
    registry = load_state(config).registry if config else load_registry()
    rows = [
        {
            "plugin": plugin.name,
            "status": plugin.status,
            "reason": registry.remark(plugin),
            "kinds": list(plugin.kinds),
        }
        for plugin in registry.plugins
    ]
    if as_json:
        write_json(rows)
        return 0
    width = max((len(plugin.name) for plugin in registry.plugins), default=0)
    for plugin in registry.plugins:
        said = ", ".join(plugin.kinds) if plugin.status == "ok" else ""
        remark = registry.remark(plugin)
        click.echo(f"{plugin.name:{width}}  {plugin.status:7}  {'; '.join(part for part in (said, remark) if part)}")
    return 0
