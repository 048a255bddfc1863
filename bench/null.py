"""A receiver that takes everything and keeps nothing, in a process of its own: `python -m bench.null MODE`.

Modes: `bulk` answers every POST as Elasticsearch answers a _bulk without errors; `tcp` reads and says nothing; `stall`
lets connections in and never reads. Prints its port.
"""

from __future__ import annotations

import asyncio
import sys

_ANSWER = b'{"took":1,"errors":false,"items":[]}'
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Elastic-Product: Elasticsearch\r\n" + (
    b"Content-Length: %d\r\n\r\n%s" % (len(_ANSWER), _ANSWER)
)


class Bulk(asyncio.Protocol):
    """The least of HTTP/1.1: headers with Content-Length, body thrown away, one fixed answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._head = b""
        self._left = 0

    def data_received(self, data: bytes) -> None:
        while data:
            if self._left:
                taken = min(self._left, len(data))
                self._left -= taken
                data = data[taken:]
                if not self._left:
                    self._answer()
            else:
                data = self._header(data)

    def _header(self, data: bytes) -> bytes:
        self._head += data
        head, found, rest = self._head.partition(b"\r\n\r\n")
        if not found:
            return b""
        self._head = b""
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        self._left = int(lengths[0].split(b":")[1]) if lengths else 0
        if not self._left:
            self._answer()
        return rest

    def _answer(self) -> None:
        assert isinstance(self._transport, asyncio.WriteTransport)
        self._transport.write(_REPLY)


class Silent(asyncio.Protocol):
    """Reads and never answers."""

    def data_received(self, data: bytes) -> None:
        del data


class Stalled(asyncio.Protocol):
    """Accepts and then does not even read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()


async def main(mode: str) -> None:
    """Serve until killed."""
    protocol = {"bulk": Bulk, "tcp": Silent, "stall": Stalled}[mode]
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
