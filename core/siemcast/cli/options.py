"""Options that several commands take, and how they write their answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def config_option(function: Function) -> Function:
    """Add `-c/--config`."""
    return click.option(
        "-c",
        "--config",
        default="siemcast.yaml",
        envvar="SIEMCAST_CONFIG",
        show_default="./siemcast.yaml, or $SIEMCAST_CONFIG",
        metavar="FILE",
        help="The configuration.",
    )(function)


def mappings_options(function: Function) -> Function:
    """Add `-c/--config` and `--mappings`, of which `registry_with` makes something."""
    config = click.option("-c", "--config", metavar="FILE", help="Use the mappings and plugins of this configuration.")
    folder = click.option("--mappings", "folder", metavar="FOLDER", help="Use the mapping files in this folder.")
    return config(folder(function))


def json_option(function: Function) -> Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")(function)


def write_json(answer: Any) -> None:
    """Write an answer to standard output as JSON."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=str))
