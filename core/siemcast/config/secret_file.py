"""A secret in a file, read again when the file changes."""

from __future__ import annotations

import os

from siemcast.errors import ConfigError

_MAX_BYTES = 1_000_000


class SecretFile:
    """Gives a file's text without byte order mark and without the newlines at its end, as the file is now.

    While a file that was once read is absent or blank (it is being replaced), its last text holds: the receiver, not
    the moment of the replacement, decides whether that is still good.
    """

    __slots__ = ("_path", "_stamp", "_text")

    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._text = ""

    def __call__(self) -> str:
        """Give the text. Raises ConfigError when there never was one."""
        try:
            status = os.stat(self._path)
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp and (text := self._read()).strip():
                self._text, self._stamp = text, stamp
        except (OSError, ValueError) as error:
            self._refuse_without_text(_reason(error))
        self._refuse_without_text("it is empty")
        return self._text

    def _read(self) -> str:
        with open(self._path, "rb") as stream:
            return stream.read(_MAX_BYTES).decode("utf-8-sig").rstrip("\r\n")

    def _refuse_without_text(self, reason: str) -> None:
        if not self._text:
            raise ConfigError(f"no secret in the file {self._path}: {reason}", hint="write the secret into that file")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or "it cannot be read").lower()
    return "it is not UTF-8 text"
