"""Settings of the syslog sink: what is refused, and what stands when nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from siemcast_sinks.syslog import register_sinks
from siemcast_sinks.syslog.config import SyslogSettings, longest_header


def test_the_spec_declares_the_kind() -> None:
    (spec,) = register_sinks()
    assert (spec.kind, spec.duplicates, spec.settings(host="siem", kind="syslog").format) == (
        "syslog",
        "possible",
        "cef",
    )


@pytest.mark.parametrize(("transport", "port", "limit"), [("udp", 514, 2048), ("tcp", 514, 8192), ("tls", 6514, 8192)])
def test_port_and_limit_follow_the_transport(transport: Any, port: int, limit: int) -> None:
    settings = SyslogSettings(host="siem", transport=transport)
    assert (settings.target_port, settings.message_limit) == (port, limit)


def test_the_document_limit_leaves_room_for_the_longest_header() -> None:
    settings = SyslogSettings(host="siem", hostname="h" * 255, app_name="a" * 48, max_bytes=1024, bom=True)
    assert settings.document_limit == 1024 - longest_header(settings) > 300
    short = SyslogSettings(host="siem", hostname="h", header="rfc3164", max_bytes=1024)
    assert short.document_limit > 960


def test_sizes_may_be_written_with_units() -> None:
    assert SyslogSettings.model_validate({"host": "siem", "max_bytes": "64KiB"}).message_limit == 65536


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"transport": "udp", "max_bytes": 65508}, "at most 65507"),
        ({"max_bytes": 100}, "1024"),
        ({"transport": "tcp", "tls": {"ca_file": __file__}}, "write transport: tls"),
        *(({"host": host}, "port under port") for host in ("h:514", "tls://h", "[::1]", "two words", "h\n")),
        ({"hostname": "two words"}, "pattern"),
        ({"app_name": "ü"}, "pattern"),
        ({"app_name": "a" * 49}, "48"),
        ({"facility": "local8"}, "local7"),
        ({"port": 70000}, "65535"),
        ({"host": ""}, "at least 1"),
        ({"prot": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_work_is_refused_in_words(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SyslogSettings.model_validate({"host": "siem", **wrong})


def test_the_machines_name_is_the_header_hostname_unless_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "fwd ü1")
    assert SyslogSettings(host="siem").header_hostname == "fwd1"
    assert SyslogSettings(host="siem", hostname="defender-contoso").header_hostname == "defender-contoso"


def test_tls_files_are_named_when_they_are_absent(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.pem")
    with pytest.raises(ValidationError, match="no such file"):
        SyslogSettings.model_validate({"host": "siem", "transport": "tls", "tls": {"ca_file": absent}})
