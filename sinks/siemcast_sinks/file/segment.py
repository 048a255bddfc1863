"""One file that lines are appended to: whole lines only, and on disk when `append` returns."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_MODE = 0o640
_STEP = 64 * 1024


class Segment:
    """An open file. A half line that a crash left at its end is cut off: it was never reported as delivered."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises OSError."""
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            found = os.fstat(self._fd).st_size
            self.size = _whole_lines(self._fd, found)
            self.cut = found - self.size
            """Bytes of a half line that were cut off at opening."""
            if self.cut:
                os.ftruncate(self._fd, self.size)
                os.fsync(self._fd)
            _sync_folder(path.parent)
        except OSError:
            self.close()
            raise

    def append(self, lines: bytes) -> None:
        """Write lines and force them to disk; on OSError the file is as it was before, as far as can be."""
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
            os.fsync(self._fd)
        except OSError:
            with contextlib.suppress(OSError):  # opening it again cuts a half line, too
                os.ftruncate(self._fd, self.size)
            raise
        self.size += len(lines)

    def in_place(self) -> bool:
        """Tell whether the file is still there under its name: somebody may have moved or removed it."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        here = os.fstat(self._fd)
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def close(self) -> None:
        os.close(self._fd)


def _whole_lines(fd: int, size: int) -> int:
    """Give where the last whole line ends."""
    end = size
    while end > 0:
        start = max(end - _STEP, 0)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _sync_folder(folder: Path) -> None:
    """Force a new file's name to disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
