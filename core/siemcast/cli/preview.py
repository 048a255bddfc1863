"""`siemcast preview`: one record, side by side as each format, with what limits would take from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from siemcast.cli.options import json_option, mappings_options, write_json
from siemcast.cli.streams import now_ms, standard_input, standard_output

if TYPE_CHECKING:
    from siemcast.cli.records import Numbered
    from siemcast.config import SinkPart
    from siemcast.registry import Registry


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), default="-")
@click.option("--from", "kind", required=True, metavar="KIND", help="The source kind that such records come from.")
@click.option("--as", "formats", metavar="FORMAT", multiple=True, help="A format to show; may be repeated. [all]")
@click.option("--for", "sink", metavar="SINK_KIND", help="Show what this kind of sink takes, and its limits alone.")
@click.option("--sink", "name", metavar="NAME", help="Show what this sink of the configuration sends, as it is set.")
@click.option("--limit", metavar="SIZE", help="Shorten documents to this (`4096`, `8KiB`), and show what is cut.")
@click.option("--nth", metavar="N", type=click.IntRange(min=1), default=1, help="The record to show. [the first]")
@click.option("--whole", is_flag=True, help="Show documents to their last line, and all names.")
@mappings_options
@json_option
def preview(  # noqa: PLR0913 - one a click option
    file: str,
    kind: str,
    formats: Sequence[str],
    sink: str | None,
    name: str | None,
    limit: str | None,
    nth: int,
    *,
    config: str | None,
    folder: str | None,
    whole: bool,
    as_json: bool,
) -> None:
    """Show one record of FILE, or of standard input, as each format.

    With its head, the bytes of its documents against the limits of the sinks that take them, what is cut, and the
    columns that have no field of their own.
    """
    from siemcast.api.units import parse_size  # noqa: PLC0415 - the help needs none of it
    from siemcast.cli.own_mappings import registry_with  # noqa: PLC0415 - as above
    from siemcast.cli.preview_content import Asked, preview_of, shape_of  # noqa: PLC0415 - as above
    from siemcast.cli.preview_json import answer  # noqa: PLC0415 - as above
    from siemcast.schema import Record  # noqa: PLC0415 - as above

    try:
        most = None if limit is None else int(parse_size(int(limit) if limit.isdecimal() else limit))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--limit") from None
    standard_output()
    registry = registry_with(config, folder)
    part = None if name is None else _configured(name, config, sink, registry)
    shapes = registry.records(kind)
    line, raw = _chosen(file, nth)
    record = Record(raw, shape_of(raw, shapes), now_ms())
    if part is not None:
        sink, formats = part.spec.kind, formats or (part.settings.format,)
    made = preview_of(record, registry, Asked(formats=formats, sink=sink, limit=most, configured=part))
    if as_json:
        write_json(answer(made, line))
        return
    from siemcast.cli.preview_screen import show  # noqa: PLC0415 - as above
    from siemcast.cli.screen import console  # noqa: PLC0415 - as above

    show(console(), made, line, whole=whole)


def _configured(name: str, config: str | None, sink: str | None, registry: Registry) -> SinkPart:
    """Load the sink asked for. Raises ConfigError where no configuration is named, or a kind besides."""
    from siemcast.config import load_sink  # noqa: PLC0415 - as above
    from siemcast.errors import ConfigError  # noqa: PLC0415 - as above

    if config is None:
        raise ConfigError("--sink names a sink of a configuration", hint="name that by -c FILE; --for names a kind")
    if sink is not None:
        raise ConfigError("--sink and --for are both given", hint="a sink of a configuration has its kind")
    return load_sink(config, name, plugins=lambda _: registry)


def _chosen(file: str, nth: int) -> tuple[int, bytes]:
    """Give the record asked for, with its line. Raises Permanent for one that is torn, or that there is not."""
    from itertools import islice  # noqa: PLC0415 - the help needs none of it

    from siemcast.cli.records import Torn, read_records  # noqa: PLC0415 - as above
    from siemcast.errors import Permanent  # noqa: PLC0415 - as above

    if file == "-":
        standard_input()
    with cast("BinaryIO", click.open_file(file, "rb")) as stream:
        if stream.isatty():
            click.echo("reading a record from standard input; Ctrl-D ends it", err=True)
        read: list[Numbered] = list(islice(read_records(stream), nth))
    if len(read) < nth:
        there = f"there are {len(read)}" if read else "there is none"
        raise Permanent(f"no record {nth} in {'standard input' if file == '-' else file}: {there}")
    line, raw = read[-1]
    if isinstance(raw, Torn):
        raise Permanent(f"line {line}: {raw.reason}")
    return line, raw
