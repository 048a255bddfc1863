"""Encodes records of a stream a portion at a time: those of one table one after another, written as they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BufferedIOBase, RawIOBase
from typing import TYPE_CHECKING, BinaryIO

import click

from siemcast.cli.records import Torn, several
from siemcast.engine.order import as_they_come, order_for
from siemcast.errors import Permanent
from siemcast.schema import Document, Record

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from siemcast.api import Format
    from siemcast.schema import RecordShape

_MOST = 512
"""Records in one portion; more than that gain nothing by their order."""
_Answer = Sequence[Document] | Permanent


class Portion:
    """Takes records until it is finished, which begins the next one."""

    def __init__(self, shapes: Sequence[RecordShape], form: Format, target: BinaryIO, now: Callable[[], int]) -> None:
        """Take the shapes that records may have, the format, where documents go, and the time (milliseconds, UTC)."""
        self._shapes = shapes
        self._encode = form.encode
        self._order = order_for(form) if len(shapes) == 1 else as_they_come
        self._target = target
        self._now = now
        self._lines: list[int] = []
        self._records: list[Record] = []
        self.bad = 0
        """How much of the input was no record."""

    def add(self, line: int, raw: bytes | Torn) -> None:
        """Take a record, or what is none, of a line."""
        if isinstance(raw, Torn):
            self.finish()
            self._refused(line, raw.reason)
            return
        self._lines.append(line)
        self._records.append(Record(raw, self._shapes[0], self._now()))
        if len(self._lines) >= _MOST:
            self.finish()

    def finish(self) -> None:
        """Encode and write what was taken; what is torn is named with its line on standard error."""
        lines, records = self._lines, self._records
        self._lines, self._records = [], []
        answers: list[_Answer] = [()] * len(records)
        for place in self._order(records):
            answers[place] = self._answer(records[place])
            records[place].forget()
        for line, answer in zip(lines, answers, strict=True):
            if isinstance(answer, Permanent):
                self._refused(line, answer.message)
            else:
                self._target.writelines(document.body + b"\n" for document in answer)
        self._target.flush()

    def _answer(self, record: Record) -> _Answer:
        try:
            return self._documents(record)
        except Permanent as error:
            return error

    def _documents(self, record: Record) -> Sequence[Document]:
        """Encode a record, or the several of one line. Raises Permanent for what is torn."""
        try:
            if len(self._shapes) > 1:
                known = (shape for shape in self._shapes if shape.recognise(record.data))
                record.shape = next(known, self._shapes[0])
            return self._encode(record)
        except Permanent:
            if not (parts := several(record.raw)):
                raise
            records = [Record(part, self._shapes[0], record.received_ms) for part in parts]
            return [document for one in records for document in self._documents(one)]

    def _refused(self, line: int, reason: str) -> None:
        click.echo(f"line {line}: {reason}", err=True)
        self.bad += 1


class Following(RawIOBase):
    """An input of which nothing that was read waits for more: `tail -f` may give a record now and none for an hour."""

    def __init__(self, source: RawIOBase | BufferedIOBase, before: Callable[[], None]) -> None:
        """Take an input, and what is to be done before it is read again."""
        super().__init__()
        self._source = source
        self._before = before

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Read what there is."""
        self._before()
        return self._source.readinto(buffer)
