"""Files: rotated, compressed, repaired, and never with half a line before a whole one."""

import errno
import gzip
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemcast.testing import FakeContext
from siemcast_sinks.file.config import FileSettings
from siemcast_sinks.file.folder import Folder
from siemcast_sinks.file.segment import Segment


def open_folder(path: Path, context: FakeContext, **changes: Any) -> Folder:
    given_settings = FileSettings.model_validate({"kind": "file", "path": path, **changes})
    folder = Folder(given_settings, "soc", context.now, context.log)
    folder.prepare()
    return folder


def files(path: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in sorted(path.iterdir())}


def test_folder_and_file_are_made_for_owner_and_group_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = open_folder(tmp_path / "a" / "b", FakeContext())
        folder.append(b"1\n")
        folder.close()
    finally:
        os.umask(before)
    (made,) = (tmp_path / "a" / "b").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o640
    assert made.name == "soc-20261121T120000.000Z.jsonl"


def test_restart_goes_on_with_the_newest_file(tmp_path: Path) -> None:
    for line in (b"1\n", b"2\n"):
        folder = open_folder(tmp_path, FakeContext())
        folder.append(line)
        folder.close()
    assert list(files(tmp_path).values()) == [b"1\n2\n"]


def test_half_line_of_a_crash_is_cut_off_before_the_next_record(tmp_path: Path) -> None:
    context = FakeContext()
    folder = open_folder(tmp_path, context)
    folder.append(b'{"a":1}\n')
    folder.close()
    (made,) = tmp_path.iterdir()
    made.write_bytes(b'{"a":1}\n{"b":2}\n' + b'{"torn' * 30_000)
    folder = open_folder(tmp_path, context)
    folder.append(b'{"c":3}\n')
    folder.close()
    assert made.read_bytes() == b'{"a":1}\n{"b":2}\n{"c":3}\n'
    assert context.log.entries == [("warning", "file.half_line_cut", {"file": str(made), "bytes": 180_000})]


@given(st.lists(st.binary(max_size=40), max_size=5), st.binary(max_size=10).filter(lambda tail: b"\n" not in tail))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whole_lines_survive_whatever_stands_after_them(tmp_path: Path, lines: list[bytes], tail: bytes) -> None:
    path = tmp_path / "any"
    whole = b"".join(line + b"\n" for line in lines)
    path.write_bytes(whole + tail)
    segment = Segment(path)
    segment.append(b"next\n")
    segment.close()
    assert path.read_bytes() == whole + b"next\n"
    assert segment.cut == len(tail)


def test_next_file_is_begun_by_size_and_by_time(tmp_path: Path) -> None:
    context = FakeContext()
    folder = open_folder(tmp_path, context, rotate={"bytes": 10, "every": "1h"})
    for line in (b"1234\n", b"1234\n", b"5678\n", b"a longer line than fits\n"):
        folder.append(line)
    context.time += timedelta(hours=1)
    folder.append(b"later\n")
    folder.close()
    expected = [b"1234\n1234\n", b"5678\n", b"a longer line than fits\n", b"later\n"]
    assert list(files(tmp_path).values()) == expected


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_finished_files_are_compressed_and_no_plain_one_is_left(tmp_path: Path, how: str) -> None:
    folder = open_folder(tmp_path, FakeContext(), rotate={"bytes": 1}, compress=how)
    lines = [b"%d" % number + b"x" * 2_000_000 + b"\n" for number in range(3)]
    for line in lines:
        folder.append(line)
    folder.close()
    first, second, third = files(tmp_path).items()
    undo = (
        gzip.decompress if how == "gz" else lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)
    )
    assert [undo(first[1]), undo(second[1]), third[1]] == lines
    assert [first[0].endswith(how), second[0].endswith(how), third[0].endswith(".jsonl")] == [True] * 3


def test_compressing_that_a_crash_cut_short_is_done_again(tmp_path: Path) -> None:
    old, new = "soc-20261121T110000.000Z.jsonl", "soc-20261121T115900.000Z.jsonl"
    (tmp_path / old).write_bytes(b"1\n")
    (tmp_path / new).write_bytes(b"2\n")
    (tmp_path / f"{old}.gz.part").write_bytes(b"half")
    (tmp_path / "other-20261121T110000.000Z.jsonl.gz.part").write_bytes(b"another sink's")
    folder = open_folder(tmp_path, FakeContext(), compress="gz")
    folder.append(b"3\n")
    folder.close()
    assert files(tmp_path).keys() == {"other-20261121T110000.000Z.jsonl.gz.part", f"{old}.gz", new}
    assert gzip.decompress((tmp_path / f"{old}.gz").read_bytes()) == b"1\n"
    assert (tmp_path / new).read_bytes() == b"2\n3\n"


def test_file_that_somebody_moved_away_is_followed_by_a_new_one(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / "out", FakeContext())
    folder.append(b"1\n")
    (made,) = (tmp_path / "out").iterdir()
    made.rename(tmp_path / "moved")
    folder.append(b"2\n")
    folder.close()
    assert (tmp_path / "moved").read_bytes() == b"1\n"
    assert list(files(tmp_path / "out").values()) == [b"2\n"]


def test_disk_that_is_full_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system takes half a write and then says that the disk is full."""
    folder = open_folder(tmp_path, FakeContext())
    folder.append(b"before\n")
    real, calls = os.write, list[int]()

    def write(fd: int, data: Any) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, bytes(data)[:3])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        with pytest.raises(OSError, match="No space"):
            folder.append(b"during\n")
    assert list(files(tmp_path).values()) == [b"before\n"]
    folder.append(b"after\n")
    folder.close()
    assert list(files(tmp_path).values()) == [b"before\nafter\n"]
