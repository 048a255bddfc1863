"""Records leave a page with the bytes that they had in it."""

from __future__ import annotations

import pytest

from siemcast.errors import Transient
from siemcast_defender.graph.page import cut_alerts, parse_item, parse_page, with_alerts

SOUND = b'{"id":"1", "lastUpdateDateTime":"2026-01-01T00:00:00.1Z", "t":"\\u0000 \\ud83d\\ude00 \xf0\x9f\x98\x80"}'
HALF_PAIR = b'{"id" : "2","title":"\\ud800"}'
NO_UTF8 = b'{"id":"3","title":"\xff\xfe"}'


@pytest.mark.parametrize("others", [(), (HALF_PAIR,), (NO_UTF8,), (b"null", b"[1]", b"7"), (HALF_PAIR, NO_UTF8)])
def test_each_record_keeps_its_bytes_whatever_stands_beside_it(others: tuple[bytes, ...]) -> None:
    records = (SOUND, *others, SOUND)
    body = b' { "@odata.context" : {"a":[1]}, "value" : [ ' + b" ,\n".join(records) + b' ] , "z":1 } '
    assert [item.raw for item in parse_page(body).items] == list(records)


def test_link_and_clock_are_read_and_an_odd_link_is_none() -> None:
    assert parse_page(b'{"value":[],"@odata.nextLink":"https://g/x"}', 7).link == "https://g/x"
    assert parse_page(b'{"value":[],"@odata.nextLink":"https://g/x"}', 7).clock == 7
    assert parse_page(b'{"value":[],"@odata.nextLink":5}').link is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"value":[{"id":"1"', b"[]", b"{}", b'{"value":null}', b"<html>", b'{"value":{}}']
)
def test_torn_or_foreign_answers_are_transient(body: bytes) -> None:
    with pytest.raises(Transient):
        parse_page(body)


def test_a_record_nested_deeper_than_a_parser_goes_is_transient_not_a_crash() -> None:
    with pytest.raises(Transient):
        parse_page(b'{"value":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}")


def test_odd_records_have_an_identity_by_their_bytes() -> None:
    one, other, same = parse_item(b'{"title":"a"}'), parse_item(b'{"title":"b"}'), parse_item(b'{"title":"a"}')
    assert one.key == same.key != other.key
    assert parse_item(b"null").id.startswith("#")
    assert parse_item(b'{"id":17}').id == "17"
    assert parse_item(HALF_PAIR).id == "2"


def test_an_incident_without_a_time_is_the_same_with_its_alerts_and_without() -> None:
    assert parse_item(b'{"id":"1","t":2}').key == parse_item(b'{"id":"1","t":2,"alerts":[{"id":"a"}]}').key


def test_alerts_are_cut_out_and_put_in_byte_for_byte() -> None:
    alerts = [b'{"id": "a"}', b'{"id":"b" }']
    whole = with_alerts(b'{"id":"1"} ', alerts)
    assert whole == b'{"id":"1","alerts":[{"id": "a"},{"id":"b" }]}'
    assert cut_alerts(whole) == alerts
    assert with_alerts(b"{}", []) == b'{"alerts":[]}'
    assert cut_alerts(b'{"id":"1"}') is None
    assert cut_alerts(b"7") is None
