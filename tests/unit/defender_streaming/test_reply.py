"""The SDK's errors in plain words: what it is, where, and what to do."""

from __future__ import annotations

import pytest

from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast_defender.streaming.reply import store_verdict, verdict

HOST = "ns.servicebus.windows.net"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            RuntimeError("amqp:link:stolen: New receiver with higher epoch of '0'"),
            Transient,
            "consumer group of its own",
        ),
        (
            RuntimeError("CBS failed.\nStatus code: 401\nDescription: InvalidSignature"),
            AuthRefused,
            "connection string",
        ),
        (RuntimeError("amqp:unauthorized-access: 'Listen' claim(s)"), AuthRefused, "Azure Event Hubs Data Receiver"),
        (RuntimeError("The messaging entity 'x' could not be found"), Transient, "check hubs and consumer_group"),
        (TimeoutError(), Transient, "did not answer in time"),
        (ConnectionResetError("reset"), Transient, "can not be read (reset)"),
    ],
)
def test_an_error_says_where_what_and_what_to_do(error: Exception, kind: type[DeliveryError], words: str) -> None:
    said = verdict(error, "hub telemetry, partition 3", HOST)
    assert type(said) is kind
    assert words in str(said)
    assert "hub telemetry, partition 3" in str(said)
    assert HOST in str(said) or "another reader" in str(said)


def test_an_error_of_the_tenants_credential_is_passed_on_as_it_is() -> None:
    refused = AuthRefused("AADSTS7000222: expired", hint="make a new one")
    wrapped = RuntimeError("authentication failed")
    wrapped.__context__ = refused
    assert verdict(wrapped, "hub x", HOST) is refused


@pytest.mark.parametrize(
    ("status", "kind"), [(403, AuthRefused), (401, AuthRefused), (404, Transient), (503, Transient)]
)
def test_the_storages_answers_are_told_apart(status: int, kind: type[DeliveryError]) -> None:
    class Answer(Exception):  # noqa: N818 - as azure-core's errors, which carry a status
        status_code = status

    said = store_verdict(Answer("no"), "hub x")
    assert type(said) is kind
    assert "checkpoints" in str(said)
