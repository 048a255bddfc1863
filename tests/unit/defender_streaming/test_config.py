"""Settings that can not be right are refused with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from siemcast_defender.streaming.config import StreamingSettings

NAMESPACE = {"namespace": "ns.servicebus.windows.net", "tenant": "contoso"}


def load(**values: Any) -> StreamingSettings:
    return StreamingSettings.model_validate({"kind": "defender.streaming", "hubs": ["telemetry"], **values})


def test_namespace_with_tenant_or_a_connection_string_is_enough() -> None:
    assert load(**NAMESPACE).checkpoints == "journal"
    assert load(connection_string="Endpoint=sb://x").tenant is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "either namespace"),
        ({**NAMESPACE, "connection_string": "x"}, "either namespace"),
        ({"namespace": "ns.servicebus.windows.net"}, "set tenant"),
        ({**NAMESPACE, "namespace": "sb://ns.servicebus.windows.net/"}, "not a host name"),
        ({**NAMESPACE, "transport": "kafka"}, "known are amqp and amqp-websocket"),
        ({**NAMESPACE, "hubs": []}, "at least 1"),
        ({**NAMESPACE, "hubs": ["a", "A"]}, "named once"),
        ({**NAMESPACE, "start": "2026-01-01T00:00:00"}, "timezone"),
        ({**NAMESPACE, "checkpoints": {"blob": "https://x/y", "balance": "10s", "expire": "15s"}}, "twice balance"),
        ({**NAMESPACE, "checkpoints": "blob"}, "journal"),
    ],
)
def test_what_can_not_be_right_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        load(**values)


def test_a_sas_in_the_checkpoints_url_does_not_show() -> None:
    settings = load(**NAMESPACE, checkpoints={"blob": "https://acc.blob.core.windows.net/c?sig=topsecret"})
    assert "topsecret" not in f"{settings!r} {settings.model_dump_json()}"
