"""Finds the files that a path means, and opens them, decompressed where their first bytes say so."""

from __future__ import annotations

import glob
import gzip
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import zstandard
from isal import igzip, igzip_lib

_ENDINGS = (".json", ".jsonl", ".ndjson")
_PACKED = ("", ".gz", ".zst", ".zstd")
_SUFFIXES = tuple(ending + packed for ending in _ENDINGS for packed in _PACKED)
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class ContentStream(Protocol):
    """What of a file object is used here; a zstd reader has no more."""

    def read(self, size: int, /) -> bytes: ...
    def read1(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> object: ...


_ISAL = cast("type[Exception]", igzip_lib.IsalError)  # its stub calls the class an instance
TORN = (EOFError, gzip.BadGzipFile, _ISAL, zstandard.ZstdError)
"""What reading an archive raises that was cut short or damaged."""


def find_files(path: str) -> Sequence[Path]:
    """Give the files that `path` means, ordered by name; a folder gives only those whose names end like JSON's."""
    plain = Path(path)
    if plain.is_file():
        return [plain.absolute()]
    if plain.is_dir():
        return sorted(found.absolute() for found in plain.rglob("*") if _wanted(found, plain))
    return sorted(Path(found).absolute() for found in glob.iglob(path, recursive=True) if Path(found).is_file())


def open_stream(path: Path) -> ContentStream:
    """Open a file for reading its content; gzip (also of several members) and zstd (several frames) by magic bytes."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(_GZIP):
        return cast("ContentStream", igzip.open(path, "rb"))  # type: ignore[no-untyped-call]  # isal has types for parts only
    if magic == _ZSTD:
        reader = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True)
        return cast("ContentStream", reader)
    return path.open("rb")


def _wanted(found: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in found.relative_to(folder).parts)
    return not hidden and found.name.lower().endswith(_SUFFIXES) and found.is_file()
