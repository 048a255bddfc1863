"""`siemcast schema`: the JSON Schema of configurations, for editors."""

from __future__ import annotations

import click

from siemcast.cli.options import write_json


@click.command()
def schema() -> None:
    """Print the configuration's JSON Schema, for editors."""
    from siemcast.config.json_schema import json_schema  # noqa: PLC0415 - the help needs none of it
    from siemcast.registry import load_registry  # noqa: PLC0415 - as above

    write_json(json_schema(load_registry()))
