"""The lab's judges are strict: what breaks the standards is refused."""

from __future__ import annotations

import pytest

from siemcast_lab.cef import CefError, parse_cef
from siemcast_lab.syslog import Refused, parse
from siemcast_lab.syslog.framing import Deframer

HEADER = b"CEF:0|Microsoft|XDR|1|class|name|5|"


def test_cef_is_read_with_its_escapes_undone() -> None:
    got = parse_cef(
        rb"CEF:1|Mi\|cro|X\\DR|1|c|n = n|Very-High|externalId=a\=b msg=two\nlines \\ end act=x cs1Label=l cs1=v|v"
    )
    assert (got.vendor, got.product, got.name, got.severity) == ("Mi|cro", "X\\DR", "n = n", "Very-High")
    expected = {"externalId": "a=b", "msg": "two\nlines \\ end", "act": "x", "cs1Label": "l", "cs1": "v|v"}
    assert got.extension == expected


@pytest.mark.parametrize(
    "wrong",
    [
        b"CEF:2|a|b|c|d|e|5|",
        b"CEF:0|a|b|c|d|e|5",
        b"CEF:0|a|b|c||e|5|",
        b"CEF:0|a|b|c|d|e|11|",
        b"CEF:0|" + b"v" * 64 + b"|b|c|d|e|5|",
        b"CEF:0|a\\b|b|c|d|e|5|",
        HEADER + b"no key",
        HEADER + b" act=a",
        HEADER + b"act=a act=b",
        HEADER + b"act=a\\b",
        HEADER + b"act=a=b",
        HEADER + b"act=a\\",
        HEADER + b"act=a\\\\=b",
        HEADER + b"act=",
        HEADER + b"act=a  msg=b",
        HEADER + b"act=a\nmsg=b",
        HEADER + b"act=a\0",
        HEADER + b"act=\xff",
        HEADER + b"act=" + b"a" * 64,
        HEADER + b"externalId=" + b"a" * 41,
        HEADER + b"cs1=value without label",
        HEADER + b"my_key=v",
    ],
)
def test_cef_that_breaks_the_standard_is_refused(wrong: bytes) -> None:
    with pytest.raises(CefError):
        parse_cef(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        b"no pri",
        b"<192>1 - - - - - -",
        b"<01>1 - - - - - -",
        b"<1>1 - - - - -",
        b"<1>1 - h h - m -body",
        b"<1>1 2026-11-21 h a p m -",
        b"<1>1 2026-11-21T00:00:00.1234567Z h a p m -",
        b"<1>1 2026-13-21T00:00:00Z h a p m -",
        b"<1>1 - " + b"h" * 256 + b" a p m -",
        b"<1>1 - h a p " + b"m" * 33 + b" -",
        b'<1>1 - h a p m [x a="b"c"]',
        b'<1>1 - h a p m [x a="b]"]',
        b'<1>1 - h a p m [x a="b\\n"]',
        b'<1>1 - h a p m [x a="b"]body',
        b'<1>1 - h a p m [x a="b"][x a="c"]',
        b"<1>1 - h a p m - \xff",
        b"<1>1 - h a p m - \0",
        b"<1>Nov 1 00:00:00 h a: b",
        b"<1>Foo  1 00:00:00 h a: b",
    ],
)
def test_a_message_that_breaks_its_grammar_is_refused(wrong: bytes) -> None:
    with pytest.raises(Refused):
        parse(wrong)


def test_a_message_is_read_with_its_structured_data() -> None:
    got = parse(b'<134>1 - h a - m [x@1 q="\\" \\] \\\\"][y] \xef\xbb\xbfbody')
    assert (got.data, got.bom, got.body) == ({"x@1": {"q": '" ] \\'}, "y": {}}, True, b"body")


def test_frames_come_out_however_the_bytes_come_in() -> None:
    for stream, framing in ((b"5 <1>ab4 <2>\n", "octet-counting"), (b"<1>ab\n<2>c\n", "newline")):
        deframer = Deframer()
        got = [message for index in range(len(stream)) for message in deframer.feed(stream[index : index + 1])]
        deframer.finish()
        assert got == Deframer().feed(stream)
        assert (len(got), deframer.framing) == (2, framing)


@pytest.mark.parametrize("mixed", [b"5 <1>ab<2>c\n", b"<1>ab\n4 <2>c\n", b"5 <1>ab\n3 <1>"])
def test_framings_are_never_mixed_in_a_connection(mixed: bytes) -> None:
    with pytest.raises(Refused):
        Deframer().feed(mixed)


def test_a_stream_that_ends_within_a_frame_is_refused() -> None:
    deframer = Deframer()
    assert deframer.feed(b"9 <1>ab") == []
    with pytest.raises(Refused):
        deframer.finish()
