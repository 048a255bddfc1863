"""`siemcast encode`: records on standard input, documents on standard output; the pure path, scriptable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING, BinaryIO

import click

from siemcast.cli.options import mappings_options
from siemcast.cli.streams import now_ms, standard_input, standard_output

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from siemcast.api import Format
    from siemcast.cli.records import Torn
    from siemcast.registry import Registry
    from siemcast.schema import Document, RecordShape

_ROOM = 1 << 17
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
    with open(standard_output().fileno(), "wb", _ROOM, closefd=False) as target:
        source = BufferedReader(Following(standard_input().fileno(), target.flush), _ROOM)
        return encode_stream(kind, name, sink, source, target, registry)


class Following(FileIO):
    """An input of which nothing that was read waits for more: `tail -f` may give a record now and none for an hour."""

    def __init__(self, file: int, before: Callable[[], None]) -> None:
        """Take a file's number, which stays open, and what is to be done before it is read again."""
        super().__init__(file, closefd=False)
        self._before = before

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what there is."""
        self._before()
        return super().readinto(buffer)


def encode_stream(
    kind: str,
    name: str,
    sink: str | None,
    source: BinaryIO,
    target: BinaryIO,
    registry: Registry | None = None,
    *,
    now: Callable[[], int] = now_ms,
) -> int:
    """Encode all that `source` gives; torn input is named with its line on standard error, and the rest goes on."""
    from siemcast.cli.records import read_records  # noqa: PLC0415 - the help needs none of it
    from siemcast.errors import Permanent  # noqa: PLC0415 - as above

    encoded = _encoder(*_pair(kind, name, sink, registry), now)
    bad = 0
    for line, raw in read_records(source):
        try:
            documents = encoded(raw)
        except Permanent as error:
            click.echo(f"line {line}: {error.message}", err=True)
            bad += 1
        else:
            for document in documents:
                target.write(document.body)
                target.write(b"\n")
    target.flush()
    return 1 if bad else 0


def _encoder(
    shapes: Sequence[RecordShape], form: Format, now: Callable[[], int]
) -> Callable[[bytes | Torn], Sequence[Document]]:
    """Give what encodes a record, or the several of one line; it raises Permanent for what is torn."""
    from siemcast.cli.records import Torn, several  # noqa: PLC0415 - the help needs none of it
    from siemcast.errors import Permanent  # noqa: PLC0415 - as above
    from siemcast.schema import Record  # noqa: PLC0415 - as above

    def encoded(raw: bytes | Torn) -> Sequence[Document]:
        if isinstance(raw, Torn):
            raise Permanent(raw.reason)
        record = Record(raw, shapes[0], now())
        try:
            if len(shapes) > 1:
                record.shape = next((shape for shape in shapes if shape.recognise(record.data)), shapes[0])
            return form.encode(record)
        except Permanent:
            if not (parts := several(raw)):
                raise
            return [document for part in parts for document in encoded(part)]

    return encoded


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
