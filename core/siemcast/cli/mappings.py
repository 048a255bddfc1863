"""`siemcast mappings`: what becomes of each column of each table in each format."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from siemcast.cli.options import json_option, mappings_options, write_json

if TYPE_CHECKING:
    from siemcast.api import FormatSpec
    from siemcast.registry import Registry
    from siemcast.schema.report import TableReport


@click.command()
@click.option("--table", "name", metavar="TABLE", help="Show this table, column by column.")
@click.option("--format", "only", metavar="FORMAT", help="Show this format alone.")
@mappings_options
@json_option
def mappings(name: str | None, only: str | None, config: str | None, folder: str | None, as_json: bool) -> None:
    """Show where each column of each table lands.

    Over all tables: how many columns have a canonical path, and how many each format maps to fields of its own, passes
    on under Microsoft's name, or does not carry.
    """
    from siemcast.cli.mappings_report import details, places_of, reports, summary  # noqa: PLC0415 - the help needs none
    from siemcast.cli.own_mappings import registry_with  # noqa: PLC0415 - as above

    registry = registry_with(config, folder)
    formats = _formats(registry, only)
    places = places_of(formats)
    told = _chosen(reports(registry, places), name)
    if as_json:
        tables = [(details if name else summary)(table, one) for table, one in told.items()]
        write_json({"formats": list(places), "without_mapping": sorted(set(formats) - set(places)), "tables": tables})
        return
    from siemcast.cli.mappings_screen import show_all, show_table  # noqa: PLC0415 - as above
    from siemcast.cli.screen import console, plain  # noqa: PLC0415 - as above

    screen = console()
    for table, one in told.items() if name else ():
        show_table(screen, table, one)
    if not name:
        show_all(screen, told, places)
    if without := sorted(set(formats) - set(places)):
        screen.print(plain(f"Pass records on as they came, or do not tell: {', '.join(without)}", "dim"))


def _formats(registry: Registry, only: str | None) -> Mapping[str, FormatSpec]:
    """Give the formats to be shown. Raises ConfigError for an unknown one."""
    from siemcast.cli.mappings_report import all_formats, name_of  # noqa: PLC0415 - the help needs none of it

    if only is None:
        return all_formats(registry)
    spec = registry.format(only)
    return {name_of(spec): spec}


def _chosen(told: Mapping[str, TableReport], name: str | None) -> Mapping[str, TableReport]:
    """Give the tables to be shown, however the name was spelt. Raises ConfigError for an unknown one."""
    from siemcast.errors import ConfigError  # noqa: PLC0415 - the help needs none of it

    if name is None:
        return told
    lower = {table.lower(): table for table in told}
    if name.lower() in lower:
        table = lower[name.lower()]
        return {table: told[table]}
    near = get_close_matches(name.lower(), lower, n=1)
    hint = f"did you mean {lower[near[0]]}?" if near else "siemcast mappings lists them"
    raise ConfigError(f"no table {name!r} is known", hint=hint)
