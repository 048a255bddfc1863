"""Compresses a finished file beside itself: there is always either the plain file or the whole compressed one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO, Literal

from siemcast.kit.compress import gzip

_CHUNK = 1024 * 1024
PART = ".part"
"""Ending of a compressed file that is not finished."""


def compress(path: Path, how: Literal["gz", "zst"]) -> Path:
    """Replace a file by its compressed form, readable by any gzip or zstd. Raises OSError, the plain file kept."""
    done = path.with_name(f"{path.name}.{how}")
    part = done.with_name(done.name + PART)
    try:
        with path.open("rb") as plain, part.open("wb") as packed:
            os.fchmod(packed.fileno(), path.stat().st_mode & 0o777)
            _pack(plain, packed, how)
            packed.flush()
            os.fsync(packed.fileno())
        part.replace(done)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    path.unlink()
    return done


def _pack(plain: BinaryIO, packed: BinaryIO, how: Literal["gz", "zst"]) -> None:
    if how == "zst":
        import zstandard  # noqa: PLC0415 - only where it is configured

        zstandard.ZstdCompressor(level=3).copy_stream(plain, packed)
        return
    while chunk := plain.read(_CHUNK):
        packed.write(gzip(chunk))  # members one after the other are one gzip file
