"""Records of any framing are encoded with their bytes untouched; torn ones are named with their line."""

from __future__ import annotations

import gzip
import io
import json
import select
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.cli.encode import encode_stream
from siemcast.cli.records import Torn, read_records

RECORDS = [b'{"id": 1,  "a": [1, 2]}', b'{"id": 2, "text": "\\u00e4 \xf0\x9f\x98\x80"}', b'{"id":3,"records":7}']


def _read(text: bytes) -> list[tuple[int, bytes | Torn]]:
    return list(read_records(io.BytesIO(text)))


@pytest.mark.parametrize(
    "text",
    [
        b"\n".join(RECORDS),
        b"\xef\xbb\xbf\n\n" + b"\r\n\r\n".join(RECORDS) + b"\n",
        b"[" + b", ".join(RECORDS) + b"]",
        b"[\n" + b",\n".join(RECORDS) + b"\n]\n",
        b'{"records": [' + b",".join(RECORDS) + b"]}",
        b'{\n  "time": "x",\n  "records": [\n' + b",\n".join(RECORDS) + b"\n]}",
        b'{"records": [' + RECORDS[0] + b"]}\n[" + b",".join(RECORDS[1:]) + b"]",
        b'{"@odata.context":"x","value":[' + b",".join(RECORDS) + b"]}",
        b'{"value": [' + RECORDS[0] + b"]}\n" + b"\n".join(RECORDS[1:]),
        b" ".join(RECORDS),
        b"".join(RECORDS[:2]) + b"\n" + RECORDS[2],
        b'{"records": [' + b",".join(RECORDS[:2]) + b"]} [\n" + RECORDS[2] + b"\n]",
    ],
)
def test_every_framing_gives_the_same_untouched_records(text: bytes) -> None:
    assert [raw for _, raw in _read(text)] == RECORDS


@pytest.mark.parametrize("frame", [b"[%b]", b'{"records": [%b]}', b'{"@odata.count": 2, "value": [\n%b\n]}'])
def test_half_a_surrogate_pair_keeps_no_page_whole(frame: bytes) -> None:
    odd = [b'{"id": "\\ud800"}', b'{"id": 1e400}']
    assert [raw for _, raw in _read(frame % b", ".join(odd))] == odd


def test_a_record_with_a_column_called_value_is_one_record() -> None:
    for record in (b'{"value":[1],"id":1}', b'{"@odata.type":"x","value":"text"}', b'{"value": 7}'):
        assert _read(record + b"\n" + record) == [(1, record), (2, record)]


def test_one_record_over_several_lines_is_one_record() -> None:
    assert _read(b'\n{\n "id": 1\n}\n') == [(2, b'{\n "id": 1\n}')]


def test_records_over_several_lines_each_may_follow_one_another() -> None:
    first, second = b'{\n "id": 1\n}', b'{\n "id": [\n  2\n ]\n}'
    assert _read(b"\n" + first + b"\n\n" + second + b"\n" + first) == [(2, first), (6, second), (11, first)]
    (_, _, (line, torn)) = _read(first + b"\n" + second + b'\n{\n "id": 1,\n "x"')
    assert (line, isinstance(torn, Torn)) == (11, True)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b'{"id": 1}\n{"id": \n{"id": 3}', {2}),
        (b'{"id": \n{"id": 2}\n7', {1, 3}),
        (b'{\n "id": 1,\n "b" 2\n}', {3}),
        (b"", set()),
        (b"\xff\xfe", {1}),
    ],
)
def test_torn_input_is_named_with_its_line_and_the_rest_goes_on(text: bytes, lines: set[int]) -> None:
    assert {line for line, raw in _read(text) if isinstance(raw, Torn) or not _is_json(raw)} == lines


@pytest.mark.parametrize(
    ("text", "said"),
    [(gzip.compress(RECORDS[0]), "`gzip -dc`"), (RECORDS[1].decode().encode("utf-16"), "`iconv -f UTF-16 -t UTF-8`")],
)
def test_what_is_no_text_in_utf8_is_told_with_what_to_do(text: bytes, said: str) -> None:
    ((line, torn),) = _read(text)
    assert (line, isinstance(torn, Torn)) == (1, True)
    assert said in str(torn)


def _is_json(raw: bytes) -> bool:
    """Say whether an encoder would find no fault with a record: lines of JSON lines are not parsed twice."""
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


@given(st.binary(max_size=200) | st.text('{}[]":,\n rec1\\', max_size=60).map(str.encode))
def test_no_input_stops_the_reading(text: bytes) -> None:
    for line, raw in read_records(io.BytesIO(text)):
        assert 1 <= line <= text.count(b"\n") + 1
        assert raw


def test_encode_writes_a_document_a_line_and_ends_with_1_when_something_was_torn(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = io.BytesIO()
    source = io.BytesIO(b'{"id": 1}\n{"id"\n{"id": 2}\n[5]\n')
    assert encode_stream("own.lines", "raw", None, source, target) == 1
    assert [json.loads(line)["id"] for line in target.getvalue().splitlines()] == [1, 2]
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["line 2", "line 4"]


def test_several_records_on_any_line_are_encoded(work: Path) -> None:
    target = io.BytesIO()
    assert encode_stream("own.lines", "raw", None, io.BytesIO(b'{"id":1}\n{"id":2} {"id":3}\n{"id":4}'), target) == 0
    assert [json.loads(line)["id"] for line in target.getvalue().splitlines()] == [1, 2, 3, 4]


def test_what_is_no_object_is_told_in_the_words_of_json(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = io.BytesIO(b'[null, true, 1, 2.5, "a", [1]]')
    assert encode_stream("own.lines", "raw", None, text, io.BytesIO()) == 1
    told = [line.removeprefix("line 1: not a JSON object but ") for line in capsys.readouterr().err.splitlines()]
    assert told == ["null", "true or false", "a number", "a number", "text", "a list"]


def test_native_without_a_sink_is_the_bare_record(work: Path) -> None:
    target = io.BytesIO()
    assert encode_stream("own.lines", "native", None, io.BytesIO(RECORDS[0]), target) == 0
    assert json.loads(target.getvalue()) == json.loads(RECORDS[0])


def test_records_that_say_no_time_are_of_the_time_when_they_were_read() -> None:
    target = io.BytesIO()
    times = iter([1795255200000, 1795255200001])
    source = io.BytesIO(b'{"category":"SecureScores"}\n{"category":"SecureScores"} {"category":"SecureScores"}\n')
    assert encode_stream("mdc.export", "ocsf", None, source, target, now=lambda: next(times)) == 0
    first, *others = (json.loads(line) for line in target.getvalue().splitlines())
    assert (first["time"], first["metadata"]["labels"]) == (1795255200000, ["time_missing"])
    assert [event["time"] for event in others] == [1795255200001, 1795255200001]


def test_documents_stand_in_the_order_of_the_input_though_tables_are_encoded_together() -> None:
    rows = [
        b'{"category":"AdvancedHunting-Device%s","properties":{"DeviceName":"wks%d"}}'
        % ((b"Info", b"Events")[odd], number)
        for number, odd in enumerate([0, 1, 1, 0, 1] * 300)
    ]
    target = io.BytesIO()
    source = io.BytesIO(b"\n".join(rows[:700]) + b"\n{torn\n" + b"\n".join(rows[700:]))
    assert encode_stream("defender.streaming", "ecs", None, source, target) == 1
    names = [json.loads(line)["host"]["name"] for line in target.getvalue().splitlines()]
    assert names == [f"wks{number}" for number in range(1500)]


def test_a_document_is_written_before_more_is_waited_for() -> None:
    command = [sys.executable, "-m", "siemcast", "encode", "--from", "defender.streaming", "--as", "raw"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for record in RECORDS:  # as `tail -f` gives them
            process.stdin.write(record + b"\n")
            assert select.select([process.stdout], [], [], 60)[0], "nothing comes before the input ends"
            assert json.loads(process.stdout.read(1000)) == json.loads(record)
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0
