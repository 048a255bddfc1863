"""The folder that a sink's files are in: which one is written to, and when the next one is begun."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from siemcast.api import Logger
from siemcast_sinks.file.archive import PART, compress
from siemcast_sinks.file.config import FileSettings
from siemcast_sinks.file.naming import Named, new_name, ours
from siemcast_sinks.file.segment import Segment

_MODE = 0o750


class Folder:
    """Appends lines to the newest file, from whatever thread, one call after the other."""

    def __init__(self, settings: FileSettings, sink: str, now: Callable[[], datetime], log: Logger) -> None:
        self._settings = settings
        self._sink = sink
        self._now = now
        self._log = log
        self._lock = threading.Lock()
        self._open: tuple[Named, Segment] | None = None
        self._closed = False

    def prepare(self) -> None:
        """Make the folder, and finish what a crash left half done. Raises OSError."""
        with self._lock:
            self._settings.path.mkdir(mode=_MODE, parents=True, exist_ok=True)
            for left in self._settings.path.glob(f"*{self._settings.suffix}.*{PART}"):
                if ours(self._sink, self._settings.suffix, [left.name.removesuffix(PART)]):
                    left.unlink(missing_ok=True)
            self._compress(*self._plain()[:-1])

    def append(self, lines: bytes) -> None:
        """Append lines, on disk when it returns. Raises OSError, and nothing of them is there then."""
        with self._lock:
            if self._closed:
                raise OSError("the sink is closed")
            segment = self._segment(len(lines))
            try:
                segment.append(lines)
            except OSError:
                self._leave()
                raise

    def close(self) -> None:
        """Close the file; the next start goes on with it."""
        with self._lock:
            self._closed = True
            self._leave()

    def _segment(self, more: int) -> Segment:
        named, segment = self._open or self._newest()
        if not segment.in_place():
            named, segment = self._next()
        elif self._full(named, segment, more):
            finished = named
            named, segment = self._next()
            self._compress(finished)
        return segment

    def _newest(self) -> tuple[Named, Segment]:
        """Go on with the newest file, or begin the first."""
        plain = self._plain()
        if not plain:
            return self._next()
        segment = Segment(self._settings.path / plain[-1].name)
        if segment.cut:
            self._log.warning("file.half_line_cut", file=str(segment.path), bytes=segment.cut)
        self._open = plain[-1], segment
        return self._open

    def _next(self) -> tuple[Named, Segment]:
        self._leave()
        self._settings.path.mkdir(mode=_MODE, parents=True, exist_ok=True)
        taken = frozenset(os.listdir(self._settings.path))
        named = new_name(self._sink, self._now(), self._settings.suffix, taken)
        self._open = named, Segment(self._settings.path / named.name)
        return self._open

    def _full(self, named: Named, segment: Segment, more: int) -> bool:
        if segment.size == 0:
            return False
        rotate = self._settings.rotate
        return segment.size + more > rotate.bytes or self._now() - named.start >= rotate.every

    def _leave(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _plain(self) -> list[Named]:
        path: Path = self._settings.path
        names = os.listdir(path) if path.is_dir() else []
        return [named for named in ours(self._sink, self._settings.suffix, names) if not named.compressed]

    def _compress(self, *finished: Named) -> None:
        """Compress finished files; where that fails they stay as they are, and delivery goes on."""
        if self._settings.compress is None:
            return
        for named in finished:
            try:
                compress(self._settings.path / named.name, self._settings.compress)
            except OSError as error:
                self._log.warning("file.not_compressed", file=named.name, cause=error.strerror)
