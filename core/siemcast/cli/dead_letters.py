"""`siemcast dead-letters`: look at records that a sink could not take, mend the cause, send them again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from siemcast.cli.options import config_option, json_option, write_json
from siemcast.errors import ConfigError

if TYPE_CHECKING:
    from siemcast.api.journal import DeadLetter

sink_option = click.option("--sink", metavar="NAME", help="Only those of this sink.")
ids_argument = click.argument("ids", type=click.IntRange(min=1), nargs=-1)


@click.group("dead-letters")
def dead_letters() -> None:
    """Look after records that a sink refused.

    List them with the receiver's words, show one, send them again, or forget them.
    """


@dead_letters.command("list")
@config_option
@sink_option
@json_option
def list_letters(config: str, sink: str | None, as_json: bool) -> None:
    """List the dead letters, with the receiver's words."""
    from siemcast.cli.screen import shown  # noqa: PLC0415 - the help needs none of it

    letters = _found(config, (), sink)
    if as_json:
        write_json([_summary(letter) for letter in letters])
        return
    for letter in letters:
        said = f"{letter.source} -> {letter.sink}  {letter.event_id}  {letter.reason}"
        click.echo(f"{letter.id}  {_time(letter)}  {shown(said)}")
    if not letters:
        click.echo("no dead letters", err=True)


@dead_letters.command()
@click.argument("ident", metavar="ID", type=click.IntRange(min=1))
@config_option
@json_option
def show(ident: int, config: str, as_json: bool) -> None:
    """Print one dead letter's record, as Microsoft sent it."""
    (letter,) = _found(config, (ident,), None)
    if as_json:
        write_json({**_summary(letter), "shape": letter.shape, "record": letter.record.decode("utf-8", "replace")})
    else:
        sys.stdout.buffer.write(letter.record + b"\n")
        sys.stdout.buffer.flush()


@dead_letters.command()
@ids_argument
@config_option
@sink_option
@json_option
def retry(ids: Sequence[int], config: str, sink: str | None, as_json: bool) -> int:
    """Send dead letters again: all, those of a sink, or those named."""
    from siemcast.cli.retry import retry_letters  # noqa: PLC0415 - the help needs none of it

    letters = _found(config, ids, sink)
    return retry_letters(config, letters, as_json=as_json)


@dead_letters.command()
@ids_argument
@config_option
@sink_option
@click.option("--all", "everything", is_flag=True, help="Forget every one.")
@json_option
def drop(ids: Sequence[int], config: str, sink: str | None, everything: bool, as_json: bool) -> None:
    """Forget dead letters for good: those named, those of a sink, or all."""
    if not (ids or sink or everything):
        raise click.UsageError("say which: ids, --sink NAME, or --all")
    from siemcast.cli.state import ask  # noqa: PLC0415 - the help needs none of it

    letters = _found(config, ids, sink)
    dropped = ask(config, lambda journal: journal.drop([letter.id for letter in letters]), 0) if letters else 0
    if as_json:
        write_json({"dropped": dropped})
    else:
        click.echo(f"dropped {dropped}")


def _found(config: str, ids: Sequence[int], sink: str | None) -> Sequence[DeadLetter]:
    """Give the letters meant. Raises ConfigError for an id, and for a sink, that there is not."""
    from siemcast.cli.state import ask  # noqa: PLC0415 - the help needs none of it

    none: Sequence[DeadLetter] = ()
    letters = ask(config, lambda journal: journal.dead_letters(sink=sink, ids=list(ids) or None), none)
    if missing := sorted(set(ids) - {letter.id for letter in letters}):
        numbers = ", ".join(str(ident) for ident in missing)
        raise ConfigError(f"no dead letter {numbers}", hint="see siemcast dead-letters list")
    if sink and not letters:
        _check_sink(config, sink)
    return letters


def _check_sink(config: str, sink: str) -> None:
    """Raise ConfigError for a sink that is not configured; one that was may still have letters."""
    from siemcast.config import load_state  # noqa: PLC0415 - the help needs none of it

    if sink not in (known := load_state(config).sinks):
        raise ConfigError(f"no sink {sink!r}, and no dead letters of one", hint=f"sinks are: {', '.join(known)}")


def _summary(letter: DeadLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "sink": letter.sink,
        "source": letter.source,
        "time": _time(letter),
        "event_id": letter.event_id,
        "reason": letter.reason,
    }


def _time(letter: DeadLetter) -> str:
    return letter.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
