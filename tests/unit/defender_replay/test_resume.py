"""Wherever reading stops, and whatever the file holds, going on from the cursor gives the rest: no gap, no double."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import Batch, Partition
from siemcast.testing.fakes import FakeContext
from siemcast_defender.replay import parse, reader
from siemcast_defender.replay.config import ReplaySettings
from siemcast_defender.replay.source import open_source

RECORDS = st.sampled_from(
    [
        b'{"a":1}',
        b'{"id":"1","incidentWebUrl":"x"}',
        '{"ä":"🦉"}'.encode(),
        b'{"long":"' + b"x" * 90 + b'"}',
        b"[]",
        b"7",
    ]
)
LINES = st.one_of(
    RECORDS,
    st.sampled_from([b"", b"  ", b'{"torn', b"\xff\x00", b'{"records":[', b"\xef\xbb\xbf"]),
    st.lists(RECORDS, max_size=6).map(lambda held: b"[" + b", ".join(held) + b"]"),
    st.lists(RECORDS, max_size=6).map(lambda held: b'{"records": [' + b",".join(held) + b"]}"),
)
CONTENTS = st.tuples(st.lists(LINES, max_size=12), st.sampled_from([b"\n", b"\r\n"]), st.booleans()).map(
    lambda made: made[1].join(made[0]) + (made[1] if made[2] else b"")
)
PACKERS = st.sampled_from([bytes, gzip.compress, zstandard.compress])


def read(path: Path, after: Batch | None = None) -> list[Batch]:
    async def run() -> list[Batch]:
        async with open_source(ReplaySettings(path=str(path)), FakeContext()) as source:
            resume = {} if after is None else {Partition(str(path)): after.cursor}
            return [batch async for batch in source.read(resume)]

    return asyncio.run(run())


def records(batches: Sequence[Batch]) -> list[bytes]:
    return [record for batch in batches for record in batch.records]


@given(CONTENTS, PACKERS, st.integers(20, 200))
def test_resuming_after_any_batch_gives_exactly_the_rest(
    content: bytes, pack: Callable[[bytes], bytes], chunk: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "CHUNK", chunk)
        patch.setattr(parse, "BATCH_BYTES", chunk)
        path = Path(folder) / "a.jsonl"
        path.write_bytes(pack(content))
        batches = read(path)
        for index, batch in enumerate(batches):
            assert records(read(path, batch)) == records(batches[index + 1 :])


@given(CONTENTS, CONTENTS.filter(bool), st.integers(20, 200))
def test_a_file_that_grew_between_two_reads_gives_what_one_read_of_it_all_gives(
    start: bytes, more: bytes, chunk: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "CHUNK", chunk)
        path = Path(folder) / "a.jsonl"
        whole_lines = b'{"first":1}\n' + start.rpartition(b"\n")[0]
        whole_lines += b"" if whole_lines.endswith(b"\n") else b"\n"
        path.write_bytes(whole_lines)
        before = read(path)
        path.write_bytes(whole_lines + more)
        after = read(path, before[-1])
        assert records(before) + records(after) == records(read(path))
