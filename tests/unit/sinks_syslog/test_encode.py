"""The bytes of a syslog message."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast.schema import Document, Head, Severity
from siemcast_lab.syslog import parse
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.encode import CUT, cut, encoder, framed

CEF = b"CEF:0|Microsoft|Microsoft Defender XDR|1|c|n|5|externalId=da1"


def head(**changes: Any) -> Head:
    known: dict[str, Any] = {
        "id": "da1_1",
        "version": "2026-11-21T00:00:00.123Z",
        "kind": "alert",
        "table": "alerts",
        "tenant": "5f1c",
        "time_ms": 1_795_219_200_123,
        "severity": Severity.HIGH,
    }
    return Head(**known | changes)


def message(body: bytes = CEF, *, about: Head | None = None, **settings: Any) -> bytes:
    known = {"host": "siem", "hostname": "fwd01"} | settings
    [made] = encoder(SyslogSettings.model_validate(known))([Document(body, about or head())])
    return made


def test_rfc5424_to_the_byte() -> None:
    assert message() == (
        b'<131>1 2026-11-21T00:00:00.123Z fwd01 siemcast - alerts [siemcast@32473 id="da1_1" '
        b'version="2026-11-21T00:00:00.123Z" tenant="5f1c" table="alerts"] ' + CEF
    )


def test_rfc5424_without_structured_data_and_with_bom() -> None:
    expected = b"<131>1 2026-11-21T00:00:00.123Z fwd01 siemcast - alerts - \xef\xbb\xbf" + CEF
    assert message(structured_data=False, bom=True) == expected


def test_rfc3164_pads_the_day_with_a_space_and_gives_cef_no_tag() -> None:
    second = head(time_ms=1_793_577_600_000)
    assert message(about=second, header="rfc3164") == b"<131>Nov  2 00:00:00 fwd01 " + CEF
    assert message(header="rfc3164") == b"<131>Nov 21 00:00:00 fwd01 " + CEF


def test_rfc3164_tags_what_is_not_cef_or_leef() -> None:
    assert message(b'{"a":1}', header="rfc3164") == b'<131>Nov 21 00:00:00 fwd01 siemcast: {"a":1}'
    assert message(b"LEEF:2.0|", header="rfc3164") == b"<131>Nov 21 00:00:00 fwd01 LEEF:2.0|"


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.UNKNOWN, 6),
        (Severity.INFORMATIONAL, 6),
        (Severity.LOW, 5),
        (Severity.MEDIUM, 4),
        (Severity.HIGH, 3),
        (Severity.CRITICAL, 2),
    ],
)
def test_the_priority_says_facility_and_severity(severity: Severity, level: int) -> None:
    got = parse(message(about=head(severity=severity), facility="authpriv"))
    assert (got.facility, got.severity) == (10, level)


@pytest.mark.parametrize("time_ms", [-(10**18), -1, 0, 253_402_300_799_999, 10**18])
@pytest.mark.parametrize("header", ["rfc5424", "rfc3164"])
def test_a_time_out_of_this_world_still_makes_a_header(time_ms: int, header: str) -> None:
    assert parse(message(about=head(time_ms=time_ms), header=header)).timestamp


def test_structured_data_is_escaped_and_read_back_whole() -> None:
    odd = 'quote " bracket ] back \\ häß 🦉'
    assert parse(message(about=head(id=odd))).data["siemcast@32473"]["id"] == odd


@pytest.mark.parametrize("char", ['"', "\\", "é", "🦉", "x"])
def test_a_long_value_is_cut_at_a_character_and_never_within_an_escape(char: str) -> None:
    got = parse(message(about=head(id="a" + char * 300))).data["siemcast@32473"]["id"]
    assert got == "a" + char * (len(got) - 1)
    assert len(got) > 30


def test_a_table_that_is_no_msgid_is_made_one() -> None:
    assert parse(message(about=head(table="My Table é" + "x" * 40))).msgid == "MyTable" + "x" * 25
    assert parse(message(about=head(table="日本"))).msgid is None


def test_newline_framing_leaves_no_control_character_but_the_tab() -> None:
    got = parse(message(b'{"a":\r\n1,\x00\x07"b\t":2}', framing="newline"))
    assert got.body == b'{"a":  1,  "b\t":2}'


def test_octet_counting_and_udp_keep_newlines_but_no_nul() -> None:
    assert parse(message(b"two\nlines\0")).body == b"two\nlines "
    assert parse(message(b"two\nlines\0", transport="udp", framing="newline")).body == b"two\nlines "


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    assert parse(message(b"caf\xe9 \xed\xa0\x80")).body.decode() == "caf\ufffd \ufffd\ufffd\ufffd"


def test_frames_are_counted_in_bytes() -> None:
    settings = SyslogSettings(host="siem")
    assert framed(["<1>é".encode(), b"<2>"], settings) == "5 <1>é3 <2>".encode()


def test_lines_end_with_a_newline_each() -> None:
    assert framed([b"<1>a", b"<2>b"], SyslogSettings(host="siem", framing="newline")) == b"<1>a\n<2>b\n"


def test_a_document_over_the_limit_is_cut_at_a_character_and_marked() -> None:
    got = message("é".encode() * 2000, max_bytes=1024)
    assert 1020 < len(got) <= 1024
    assert got.endswith("é".encode() + CUT)


def test_a_cut_leaves_no_half_of_an_escape() -> None:
    assert cut(b"CEF:0|a=b\\\\\\=ccccccccccc", 19) == b"CEF:0|a=b" + CUT
