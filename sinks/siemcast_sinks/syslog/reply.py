"""Says what a failed connection means; pure."""

from __future__ import annotations

import os
import re
import socket

from siemcast.errors import DeliveryError, Transient
from siemcast.kit.tls import tls_failure

_AGAIN = "the batch is sent again"
_WORDS = (
    (socket.gaierror, "the name is not known: {}", "check `host`, and the name service"),
    (TimeoutError, "no answer in time", "check `host`, `port` and the firewalls between"),
    (ConnectionRefusedError, "nothing listens there", "check `port` and `transport`, and that the receiver runs"),
    (OSError, "{}", _AGAIN),
)


class Stuck(Transient):
    """Says that a receiver goes on taking nothing, so that what it had taken before may not be read either."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="see whether the receiver is stuck")


class HungUp(Transient):
    """Says that a receiver ended a connection amid what was sent."""


def lost(reason: BaseException | None, where: str, *, after_handshake: bool) -> DeliveryError:
    """Say what a connection ended for that was well before; without a reason, its peer closed it without a word."""
    if reason is None:
        return hung_up(where, after_handshake=after_handshake)
    said = verdict(reason, where)
    return HungUp(said.message, hint=said.hint) if isinstance(said, Transient) else said


def hung_up(where: str, *, after_handshake: bool) -> HungUp:
    """Say that a peer closed the connection without a word."""
    if after_handshake:  # some receivers refuse a client without a certificate so
        hint = "it may want a client certificate: set tls.cert_file and tls.key_file, and see its log"
        return HungUp(f"{where} closed the connection right after the TLS handshake", hint=hint)
    return HungUp(f"{where} closed the connection", hint=f"{_AGAIN}; see the receiver's log")


def verdict(error: BaseException, where: str) -> DeliveryError:
    """Turn what the operating system or TLS said of `where` (host:port) into what the engine does next."""
    if (failure := tls_failure(error, where)) is not None:
        return failure
    error = _of_one_kind(error)
    said = getattr(error, "strerror", None) or error
    for kind, words, hint in _WORDS:
        if isinstance(error, kind):
            return Transient(f"{where}: {words.format(said)}", hint=hint)
    return Transient(f"{where}: {error}", hint="check `host`")


def _of_one_kind(error: BaseException) -> BaseException:
    """Make one error of several addresses' errors (asyncio joins them in words) when all say the same."""
    numbers = set(re.findall(r"\[Errno (\d+)\]", str(error)))
    if not isinstance(error, OSError) or error.errno is not None or len(numbers) != 1:
        return error
    number = int(numbers.pop())
    return OSError(number, os.strerror(number))
