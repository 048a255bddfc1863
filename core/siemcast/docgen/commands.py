"""The page of the command line, from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from siemcast.cli.main import cli
from siemcast.docgen.models import table
from siemcast.registry import Registry

_HEAD = """\
# Command line

Exit codes: 0 well, 1 the work did not get done, 2 the configuration or the call is wrong. Answers go to standard
output, everything that is said about the work to standard error. `--json` answers for programs.
"""


def commands_page(registry: Registry) -> str:
    """Write the page of all commands, those of this distribution's plugins among them."""
    commands = dict(cli.commands)
    for plugin in registry.plugins:
        for name, command in plugin.specs.commands.items():
            commands.setdefault(name, command)
    text = _HEAD
    for name, command in sorted(commands.items()):
        for path, inner in _leaves(f"siemcast {name}", command):
            text += _section(path, inner)
    return text


def _leaves(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in sorted(command.commands.items()):
        yield from _leaves(f"{path} {name}", inner)


def _section(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    rows = [
        (f"`{record[0]}`", record[1])
        for parameter in command.params
        if (record := parameter.get_help_record(context)) is not None
    ]
    text = f"\n## `{usage}`\n\n{inspect.cleandoc(command.help or '')}\n"
    return text + ("\n" + table(("option", "meaning"), rows) if rows else "")
