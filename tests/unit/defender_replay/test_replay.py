"""replay.file: what is in the files comes out, once, in order, as it was."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from siemcast.api import Batch, Cursor, Partition
from siemcast.errors import ConfigError, Transient
from siemcast.schema import Head, Record
from siemcast.testing.fakes import FakeContext
from siemcast_defender.replay import register_sources
from siemcast_defender.replay.config import ReplaySettings
from siemcast_defender.replay.source import open_source
from siemcast_defender.shapes import HUNTING

if TYPE_CHECKING:
    from siemcast.schema.mapping import TableMapping


@dataclass(frozen=True)
class KeyShape:
    """Recognises an object by one key."""

    name: str
    key: str

    def recognise(self, data: Mapping[str, Any]) -> bool:
        return self.key in data

    def head(self, record: Record) -> Head:
        raise AssertionError("a source never asks for the head")

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return data

    def mapping(self, table: str) -> TableMapping:
        raise AssertionError("a source never asks for the mapping")


INCIDENT = KeyShape("test.incident", "incidentWebUrl")
ROW = KeyShape("test.row", "ActionType")
CONTEXT = FakeContext(known_shapes={"test.incidents": [INCIDENT], "test.rows": [ROW]})


def read(
    path: Path | str, resume: Mapping[Partition, Cursor] | None = None, *, kind: str | None = "test.rows"
) -> list[Batch]:
    async def run() -> list[Batch]:
        async with open_source(ReplaySettings(path=str(path), kind_of_record=kind), CONTEXT) as source:
            return [batch async for batch in source.read(resume or {})]

    return asyncio.run(run())


def records(batches: Sequence[Batch]) -> list[bytes]:
    return [record for batch in batches for record in batch.records]


def rows(count: int, start: int = 0) -> list[bytes]:
    return [json.dumps({"ActionType": "x" * 80, "n": number}).encode() for number in range(start, start + count)]


def cursors(batches: Sequence[Batch]) -> dict[Partition, Cursor]:
    return {batch.partition: batch.cursor for batch in batches}


def test_the_spec_declares_the_kind() -> None:
    (spec,) = register_sources()
    assert spec.kind == "replay.file"
    assert [shape.name for shape in spec.shapes][:3] == ["hunting", "graph.incident", "graph.alert"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_travel_as_they_are_without_ends_blanks_and_bom(tmp_path: Path, end: bytes) -> None:
    wanted = [b'{"ActionType": 1,  "spaced" :2}', '{"ActionType":"häß 🦉"}'.encode()]
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + wanted[0] + end + end + b"  " + wanted[1] + end)
    assert records(read(tmp_path)) == wanted


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_big_file_comes_in_batches_of_about_two_megabytes_and_resumes_after_each(tmp_path: Path, pack: Any) -> None:
    wanted = rows(80_000)
    path = tmp_path / "big.data"
    path.write_bytes(pack(b"\n".join(wanted) + b"\n"))
    batches = read(path)
    assert records(batches) == wanted
    assert len(batches) >= 3
    assert max(sum(map(len, batch.records)) for batch in batches) < 2_200_000
    for index in range(len(batches)):
        rest = records(read(path, {Partition(str(path)): batches[index].cursor}))
        assert rest == records(batches[index + 1 :])


def test_archives_of_several_members_and_frames_are_read_through(tmp_path: Path) -> None:
    first, second = rows(3), rows(3, start=3)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"\n".join(first) + b"\n") + gzip.compress(b"\n".join(second)))
    both = zstandard.compress(b"\n".join(first) + b"\n") + zstandard.compress(b"\n".join(second))
    (tmp_path / "b.json.zst").write_bytes(both)
    assert records(read(tmp_path)) == [*first, *second, *first, *second]


def test_files_come_in_the_order_of_their_names_each_a_partition(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "deep/c.ndjson"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b'{"ActionType":"%s"}\n' % name.encode())
    for passed_over in ("notes.txt", ".hidden.jsonl", ".git/x.jsonl"):
        (tmp_path / passed_over).parent.mkdir(exist_ok=True)
        (tmp_path / passed_over).write_bytes(b"{}\n")
    names = [Path(batch.partition).relative_to(tmp_path).as_posix() for batch in read(tmp_path)]
    assert names == ["a.jsonl", "b.jsonl", "deep/c.ndjson"]
    assert len(read(tmp_path / "**" / "*.*json*")) == 3


@pytest.mark.parametrize("form", ['{{"records":{0}}}', '{{"@odata.context":"https://x","value":{0}}}', "{0}"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_is_expanded_into_its_elements(tmp_path: Path, form: str, indent: int | None) -> None:
    elements = [{"ActionType": "a", "deep": [{"value": 1.50}]}, {"ActionType": "b"}]
    text = json.dumps(json.loads(form.format(json.dumps(elements))), indent=indent)
    (tmp_path / "page.json").write_text(text)
    assert [json.loads(record) for record in records(read(tmp_path))] == elements


def test_elements_keep_their_very_bytes(tmp_path: Path) -> None:
    (tmp_path / "page.json").write_bytes(b'{"records": [ {"ActionType" : 1.50e3} ,{"b":2}]}\n{"ActionType":"line"}')
    assert records(read(tmp_path)) == [b'{"ActionType" : 1.50e3}', b'{"b":2}', b'{"ActionType":"line"}']


def test_a_record_with_a_column_named_value_keeps_its_other_columns(tmp_path: Path) -> None:
    line = b'{"value":[{"a":1}],"ActionType":"RegistryValueSet"}'
    (tmp_path / "a.jsonl").write_bytes(line)
    assert records(read(tmp_path)) == [line]


def test_resuming_amid_a_document_gives_the_rest(tmp_path: Path) -> None:
    wanted = rows(20_000)
    path = tmp_path / "one.json"
    path.write_bytes(b"[\n" + b",\n".join(wanted) + b"\n]")
    batches = read(path)
    assert len(batches) > 1
    for index, batch in enumerate(batches):
        assert records(read(path, cursors([batch]))) == records(batches[index + 1 :])


def test_torn_lines_travel_as_records_of_their_neighbours_shape(tmp_path: Path) -> None:
    lines = [b'{"incidentWebUrl":1}', b'{"incidentWebUrl":', b"\x00\xff", b'{"incidentWebUrl":2}']
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (batch,) = read(tmp_path, kind=None)
    assert (list(batch.records), batch.shape) == (lines, "test.incident")


def test_a_torn_first_line_does_not_turn_json_lines_into_a_document(tmp_path: Path) -> None:
    lines = [b'{"ActionType":[', *rows(2)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    assert records(read(tmp_path)) == lines


def test_records_of_several_shapes_become_batches_of_one_shape_each_and_resume_between(tmp_path: Path) -> None:
    lines = [
        b'{"incidentWebUrl":1}',
        b'{"incidentWebUrl":2}',
        b'{"ActionType":1}',
        b'{"incidentWebUrl":3}',
        b'{"new":1}',
    ]
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(b"\n".join(lines))
    batches = read(path, kind=None)
    assert [batch.shape for batch in batches] == ["test.incident", "test.row", "test.incident", HUNTING.name]
    assert records(batches) == lines
    for index, batch in enumerate(batches):
        assert records(read(path, cursors([batch]), kind=None)) == records(batches[index + 1 :])


def test_a_grown_file_gives_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(rows(3)) + b"\n")
    before = cursors(read(path))
    assert read(path, before) == []
    with path.open("ab") as file:
        file.write(b"\n".join(rows(2, start=3)))
    assert records(read(path, before)) == rows(2, start=3)


def test_a_torn_tail_is_delivered_once_and_again_when_it_has_become_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    whole, cut = rows(2)
    path.write_bytes(whole + b"\n" + cut[:20])
    first = read(path)
    assert records(first) == [whole, cut[:20]]
    assert read(path, cursors(first)) == []
    path.write_bytes(whole + b"\n" + cut + b"\n")
    assert records(read(path, cursors(first))) == [cut]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "today.jsonl"
    path.write_bytes(pack(b"\n".join(rows(50)) + b"\n"))
    before = cursors(read(path))
    for replacement in (rows(3, start=900), rows(80, start=900), rows(2)):
        path.write_bytes(pack(b"\n".join(replacement) + b"\n"))
        assert records(read(path, before)) == replacement


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_of_a_torn_archive_all_that_can_be_had_is_had_and_the_log_says_so(tmp_path: Path, pack: Any) -> None:
    wanted = rows(30_000)
    packed = pack(b"\n".join(wanted) + b"\n")
    (tmp_path / "a.jsonl").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "b.jsonl").write_bytes(b'{"ActionType":"after"}')
    got = records(read(tmp_path))
    assert got[-1] == b'{"ActionType":"after"}'
    assert len(got) > 1000
    assert got[:-2] == wanted[: len(got) - 2]


def test_a_damaged_archive_is_named_in_the_log(tmp_path: Path) -> None:
    packed = gzip.compress(b"\n".join(rows(1000)))
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:-20])
    CONTEXT.log.entries.clear()
    read(tmp_path)
    ((level, event, facts),) = CONTEXT.log.entries
    assert (level, event, facts["file"]) == ("error", "archive_torn", str(tmp_path / "a.jsonl.gz"))


def test_nothing_to_read_is_a_configuration_error_that_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file.*name a file"):
        read(tmp_path / "absent.jsonl")


def test_an_unknown_kind_of_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no source kind 'nobody'"):
        read(tmp_path, kind="nobody")


def test_check_finds_and_opens_the_files(tmp_path: Path) -> None:
    async def check() -> None:
        async with open_source(ReplaySettings(path=str(tmp_path)), CONTEXT) as source:
            await source.check()

    with pytest.raises(ConfigError, match="nothing in it"):
        asyncio.run(check())
    (tmp_path / "a.jsonl").write_bytes(b"{}")
    asyncio.run(check())


def test_a_file_that_goes_away_meanwhile_is_transient_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone.jsonl"
    monkeypatch.setattr("siemcast_defender.replay.source.find_files", lambda path: [gone])
    with pytest.raises(Transient, match=r"gone\.jsonl: No such file"):
        read(tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("count", [3, 300, 30_000])
def test_a_torn_archive_is_not_delivered_again_by_the_next_run(tmp_path: Path, pack: Any, count: int) -> None:
    packed = pack(b"\n".join(rows(count)) + b"\n")
    (tmp_path / "a.jsonl").write_bytes(packed[:-5])
    first = read(tmp_path)
    assert first or count < 30_000
    assert read(tmp_path, cursors(first)) == []


def test_a_file_that_cannot_be_read_holds_back_no_other_and_is_named_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("a.jsonl", "gone.jsonl", "z.jsonl")]
    for path in (paths[0], paths[2]):
        path.write_bytes(b'{"ActionType":"%b"}' % path.stem.encode())
    monkeypatch.setattr("siemcast_defender.replay.source.find_files", lambda path: paths)
    found: list[bytes] = []

    async def run() -> None:
        async with open_source(ReplaySettings(path=str(tmp_path), kind_of_record="test.rows"), CONTEXT) as source:
            async for batch in source.read({}):
                found.extend(batch.records)

    with pytest.raises(Transient, match=r"gone\.jsonl: No such file"):
        asyncio.run(run())
    assert found == [b'{"ActionType":"a"}', b'{"ActionType":"z"}']
