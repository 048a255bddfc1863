"""A record, read at most once, and when it came."""

from __future__ import annotations

import orjson

from siemcast.schema import Document, Record
from siemcast_defender.shapes import HUNTING
from siemcast_lab.generator import Generator

ROW = next(Generator(3).hunting(1, ["DeviceFileEvents"]))
CAME = 1_795_219_200_123


def _record(**columns: object) -> Record:
    data = {**ROW, "time": None, "properties": ROW["properties"] | columns}
    return Record(orjson.dumps(data), HUNTING, CAME)


def test_a_record_that_says_no_time_is_of_the_time_when_it_came() -> None:
    for odd, said in ((None, "time_missing"), ("soon", "time_invalid")):
        head = _record(Timestamp=odd).head
        assert (head.time_ms, head.anomalies) == (CAME, (said,))


def test_a_record_that_says_its_time_is_of_that() -> None:
    assert _record(Timestamp="2026-01-02T03:04:05.678Z").head.time_ms == 1_767_323_045_678


def test_a_document_has_the_head_of_its_record_when_asked() -> None:
    record = _record()
    assert Document(b"{}", record).head is record.head
    assert Document(b"{}", record.head).head is record.head


def test_what_is_read_is_let_go_of_and_read_again_alike() -> None:
    record = _record()
    data, head = record.data, record.head
    record.forget()
    assert (record.parsed, record.read) == (None, None)
    assert (record.data, record.head) == (data, head)
