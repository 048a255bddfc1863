"""Reading a record's bytes: odd JSON is read with nothing lost, and what is no JSON in UTF-8 is refused."""

from __future__ import annotations

import pytest

from siemcast.errors import Permanent
from siemcast.schema.parse import parse_object


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"1e400", "1e400"),
        (b"-1e999", "-1e999"),
        (b"NaN", "NaN"),
        (b"[-Infinity, 0.5, 1e3]", ["-Infinity", 0.5, 1000.0]),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'"\\ud800"', "?"),
    ],
)
def test_what_no_float_or_text_can_hold_is_kept_as_near_as_can_be(raw: bytes, value: object) -> None:
    assert parse_object(b'{"a": ' + raw + b"}") == {"a": value}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("raw", [b'{"a":"\xed\xa0\x80"}', '{"a":1}'.encode("utf-16"), b'{"a":"\xff"}', b'{"a":"\x1f"}'])
def test_what_is_no_utf_8_is_refused(raw: bytes) -> None:
    with pytest.raises(Permanent, match="torn"):
        parse_object(raw)
