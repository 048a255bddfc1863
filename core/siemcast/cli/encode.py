"""`siemcast encode`: records on standard input, documents on standard output; the pure path, scriptable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BufferedIOBase, BufferedReader, RawIOBase
from typing import TYPE_CHECKING, BinaryIO

import click

from siemcast.cli.options import mappings_options
from siemcast.cli.streams import now_ms, standard_input, standard_output

if TYPE_CHECKING:
    from siemcast.api import Format
    from siemcast.registry import Registry
    from siemcast.schema import RecordShape

_ROOM = 1 << 20
"""Bytes that are read and written at once: in the usual buffer of Python's hardly two records have room."""


@click.command()
@click.option("--from", "kind", required=True, metavar="KIND", help="The source kind that such records come from.")
@click.option("--as", "name", required=True, metavar="FORMAT", help="The format to encode them in.")
@click.option("--for", "sink", metavar="SINK_KIND", help="The sink kind to encode for: says whose `native` is meant.")
@mappings_options
def encode(kind: str, name: str, sink: str | None, config: str | None, folder: str | None) -> int:
    """Encode records from standard input.

    They are JSON, JSON lines, an array or {"records": [...]}; the answer is a document a line.
    """
    from siemcast.cli.own_mappings import registry_with  # noqa: PLC0415 - the help needs none of it

    registry = registry_with(config, folder)
    with (
        open(standard_input().fileno(), "rb", 0, closefd=False) as source,
        open(standard_output().fileno(), "wb", _ROOM, closefd=False) as target,
    ):
        return encode_stream(kind, name, sink, source, target, registry)


def encode_stream(
    kind: str,
    name: str,
    sink: str | None,
    source: RawIOBase | BufferedIOBase,
    target: BinaryIO,
    registry: Registry | None = None,
    *,
    now: Callable[[], int] = now_ms,
) -> int:
    """Encode all that `source` gives; torn input is named with its line on standard error, and the rest goes on."""
    from siemcast.cli.portion import Following, Portion  # noqa: PLC0415 - the help needs none of it
    from siemcast.cli.records import read_records  # noqa: PLC0415 - as above

    portion = Portion(*_pair(kind, name, sink, registry), target, now)
    for line, raw in read_records(BufferedReader(Following(source, portion.finish), _ROOM)):
        portion.add(line, raw)
    portion.finish()
    return 1 if portion.bad else 0


def _pair(kind: str, name: str, sink: str | None, registry: Registry | None) -> tuple[Sequence[RecordShape], Format]:
    """Find the shapes that records may have and the format. Raises ConfigError for an unknown name."""
    from siemcast.api import FormatOptions  # noqa: PLC0415 - the help needs none of it
    from siemcast.registry import load_registry  # noqa: PLC0415 - as above

    registry = registry or load_registry()
    shapes = registry.records(kind)
    if sink is not None:
        registry.sink(sink)
    if name == "native" and sink is None and name not in registry.formats.names():
        name = "raw"  # nobody's native is the bare record
    return shapes, registry.format(name, sink).open(FormatOptions(sink=sink))
