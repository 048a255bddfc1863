"""What the operating system knows of a TCP connection. Where it is not Linux, it is asked less."""

from __future__ import annotations

import asyncio
import socket
import sys
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import cast

_RETRANSMITS = 2
"""Where the kernel's `tcp_info` counts how often the same bytes were sent without an answer."""
_UNANSWERED = 7
"""So often within about half a minute, since each wait is twice the one before."""


def keep_alive(transport: asyncio.Transport) -> None:
    """Let the operating system notice a peer that is gone without a word while the connection is idle.

    TCP_USER_TIMEOUT would notice one amid a batch as well, yet it also drops what a peer that only pauses has not read.
    """
    sock = _socket(transport)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 5)


def gone(transport: asyncio.Transport | None) -> bool:
    """Say whether the peer's machine answers no more; that of a peer that merely reads nothing goes on answering."""
    if transport is None or sys.platform != "linux":
        return False
    return _socket(transport).getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 4)[_RETRANSMITS] >= _UNANSWERED


def unacknowledged(transport: asyncio.Transport) -> int:
    """Count the bytes that this machine still holds, since the peer's has not acknowledged them."""
    held = transport.get_write_buffer_size()
    if transport.is_closing() or sys.platform != "linux":
        return held
    return held + int.from_bytes(ioctl(_socket(transport).fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)


def _socket(transport: asyncio.Transport) -> socket.socket:
    return cast("socket.socket", transport.get_extra_info("socket"))
