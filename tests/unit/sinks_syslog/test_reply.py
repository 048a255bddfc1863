"""What a failed connection means to the engine."""

from __future__ import annotations

import errno
import ssl

import pytest

from siemcast.errors import AuthRefused, Transient
from siemcast_sinks.syslog.reply import hung_up, verdict


def _alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] told by the peer")
    error.reason = reason
    return error


@pytest.mark.parametrize("reason", ["TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLSV1_ALERT_UNKNOWN_CA"])
def test_a_refused_client_certificate_is_auth_refused(reason: str) -> None:
    assert isinstance(verdict(_alert(reason), "siem:6514"), AuthRefused)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EHOSTUNREACH, "No route to host"), "siem:514: No route to host"),
        (OSError("Multiple exceptions: [Errno 111] a ('::1', 1), [Errno 111] b"), "siem:514: nothing listens there"),
        (OSError("Multiple exceptions: [Errno 111] a, [Errno 113] b"), "siem:514: Multiple exceptions"),
        (TimeoutError(), "siem:514: no answer in time"),
        (UnicodeError("label too long"), "siem:514: label too long; check `host`"),
    ],
)
def test_all_else_is_transient_and_says_where_and_what(error: Exception, said: str) -> None:
    told = verdict(error, "siem:514")
    assert isinstance(told, Transient)
    assert str(told).startswith(said)


def test_a_peer_that_hangs_up_after_the_handshake_may_want_a_certificate() -> None:
    assert "client certificate" in str(hung_up("siem:6514", after_handshake=True))
    assert "client certificate" not in str(hung_up("siem:514", after_handshake=False))
