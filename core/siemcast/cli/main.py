"""The command `siemcast`: its own commands, and those that plugins bring."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import click

from siemcast import __version__
from siemcast.cli.check import check
from siemcast.cli.dead_letters import dead_letters
from siemcast.cli.encode import encode
from siemcast.cli.mappings import mappings
from siemcast.cli.plugins import plugins
from siemcast.cli.preview import preview
from siemcast.cli.run import run
from siemcast.cli.schema import schema
from siemcast.cli.status import status
from siemcast.cli.validate import validate
from siemcast.errors import ConfigError, SiemcastError


class Commands(click.Group):
    """Loads plugins only where their commands matter: for the help, and for a name that is none of ours."""

    _plugins: Mapping[str, click.Command] | None = None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *self._brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self.commands.get(cmd_name) or self._brought().get(cmd_name)

    def _brought(self) -> Mapping[str, click.Command]:
        if self._plugins is None:
            from siemcast.registry.commands import load_commands  # noqa: PLC0415 - imports plugins

            self._plugins = {name: command for name, command in load_commands().items() if name not in self.commands}
        return self._plugins


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="siemcast")
def cli() -> None:
    """Forwards what Microsoft Defender knows into every SIEM: complete, once, in the shape its content expects."""


for _command in (check, dead_letters, encode, mappings, plugins, preview, run, schema, status, validate):
    cli.add_command(_command)


def call(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; every refusal is a line on standard error, never a traceback."""
    try:
        code = cli.main(list(arguments), prog_name="siemcast", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SiemcastError as error:
        click.echo(str(error), err=True)
        return 2 if isinstance(error, ConfigError) else 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 1
    except OSError as error:  # a full disk, a folder that nobody may write: the machine's trouble, and no bug of ours
        if not isinstance(error, BrokenPipeError):  # whoever read our output has gone, and wants to hear no more
            click.echo(f"{error.filename or 'reading or writing'}: {error.strerror or error}", err=True)
        if sys.stdout is not None:  # what is still to be written is not tried again while shutting down
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def main() -> None:
    """Be the command."""
    sys.exit(call(sys.argv[1:]))
