"""Takes a stream of one framing apart: octet counting or newlines (RFC 6587), told by the first byte, never mixed."""

from __future__ import annotations

import re

from siemcast_lab.syslog.parse import Refused

_COUNT = re.compile(rb"([1-9][0-9]{0,8}) ")
_PARTIAL = re.compile(rb"[1-9][0-9]{0,8}")


class Deframer:
    """Gives the messages of a connection as their bytes come in."""

    def __init__(self) -> None:
        self.framing: str | None = None
        """`octet-counting` or `newline`, once the first byte has come."""
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Give the messages that are whole by now. Raises Refused for a byte that cannot begin a frame."""
        self._rest += data
        if self.framing is None and self._rest:
            self.framing = "octet-counting" if self._rest[:1].isdigit() else "newline"
        return self._counted() if self.framing == "octet-counting" else self._lines()

    def finish(self) -> None:
        """Refuse a stream that ends within a frame."""
        if self._rest:
            raise Refused(f"the connection ended within a frame: {self._rest[:80]!r}")

    def _counted(self) -> list[bytes]:
        messages = []
        at = 0
        while found := _COUNT.match(self._rest, at):
            end = found.end() + int(found[1])
            if len(self._rest) < end:
                break
            messages.append(self._rest[found.end() : end])
            at = end
        self._rest = self._rest[at:]
        if self._rest and not _COUNT.match(self._rest) and not _PARTIAL.fullmatch(self._rest):
            raise Refused(f"no length where a frame begins: {self._rest[:80]!r}")
        return messages

    def _lines(self) -> list[bytes]:
        *messages, self._rest = self._rest.split(b"\n")
        for message in messages:
            if not message.startswith(b"<"):
                raise Refused(f"no PRI where a line begins: {message[:80]!r}")
        return messages
