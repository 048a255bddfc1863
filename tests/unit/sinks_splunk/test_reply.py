"""What each answer of an HTTP Event Collector means."""

from datetime import UTC, datetime

import httpx
import pytest

from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast_sinks.splunk.reply import Accepted, BadEvent, read, read_acks, read_health, read_probe

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answer(status: int, code: int | None = None, **more: object) -> httpx.Response:
    if code is None:
        return httpx.Response(status, **more)  # type: ignore[arg-type]  # a test's shorthand
    return httpx.Response(status, json={"text": f"words of {code}", "code": code, **more})


def test_success_is_accepted_with_the_ack_id_where_there_is_one() -> None:
    assert read(answer(200, 0), "Splunk", NOW) == Accepted(None)
    assert read(answer(200, 0, ackId=7), "Splunk", NOW) == Accepted(7)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, 1),
        (401, 2),
        (401, 3),
        (403, 4),
        (400, 7),
        (400, 10),
        (400, 11),
        (400, 14),
        (400, 16),
        (400, 21),
        (400, 22),
    ],
)
def test_token_channel_and_index_trouble_is_refused_in_words_that_say_what_to_do(status: int, code: int) -> None:
    with pytest.raises(AuthRefused) as caught:
        read(answer(status, code, **{"invalid-event-number": 1}), "Splunk at splunk:8088", NOW)
    assert "Splunk at splunk:8088" in caught.value.message
    assert f"words of {code}" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, 8), (503, 9), (503, 18), (503, 19), (503, 20), (503, 23), (429, 24), (429, 25), (429, 26)],
)
def test_busy_splunk_is_transient(status: int, code: int) -> None:
    with pytest.raises(Transient, match=f"words of {code}"):
        read(answer(status, code), "Splunk", NOW)


@pytest.mark.parametrize("code", [6, 12, 13, 15])
def test_bad_event_is_named_by_its_number(code: int) -> None:
    outcome = read(answer(400, code, **{"invalid-event-number": 3}), "Splunk", NOW)
    assert isinstance(outcome, BadEvent)
    assert outcome.number == 3
    assert outcome.reason == f"Splunk answered 400: words of {code} (code {code})"


@pytest.mark.parametrize("code", [5, 6, 12, 13, 15])
def test_bad_request_without_a_number_is_permanent_so_that_it_is_halved(code: int) -> None:
    with pytest.raises(Permanent, match=f"words of {code}"):
        read(answer(400, code), "Splunk", NOW)


@pytest.mark.parametrize("body", [b"Request Entity Too Large", b'{"text":"Request entity too large","code":27}'])
def test_too_large_a_request_is_permanent_and_says_which_setting_to_lower(body: bytes) -> None:
    with pytest.raises(Permanent, match=r"batch\.bytes"):
        read(httpx.Response(413, content=body), "Splunk", NOW)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"[1]", b'{"code":99}', b'{"code":6,"text":"x"}'])
def test_busy_status_is_transient_whatever_stands_beside_it(status: int, body: bytes) -> None:
    with pytest.raises(Transient) as caught:
        read(httpx.Response(status, content=body, headers={"Retry-After": "9"}), "Splunk", NOW)
    assert caught.value.retry_after == 9


@pytest.mark.parametrize("body", [b"", b"<html>please log in</html>", b'{"ok":true}', b"{"])
def test_a_200_that_is_not_the_collectors_own_delivers_nothing(body: bytes) -> None:
    with pytest.raises(Transient, match="url"):
        read(httpx.Response(200, content=body), "Splunk", NOW)


@pytest.mark.parametrize("status", [404, 405])
def test_wrong_address_dead_letters_nothing(status: int) -> None:
    with pytest.raises(Transient, match="url"):
        read(httpx.Response(status, text="not found"), "Splunk", NOW)


def test_probe_without_data_is_content_with_no_data_only() -> None:
    read_probe(answer(400, 5), "Splunk", NOW)
    with pytest.raises(AuthRefused):
        read_probe(answer(403, 4), "Splunk", NOW)


def test_health_is_told_where_it_is_known() -> None:
    read_health(answer(200, 17), "Splunk", NOW)
    read_health(answer(404), "Splunk", NOW)
    with pytest.raises(Transient, match="queues"):
        read_health(answer(503, 18), "Splunk", NOW)


def test_acknowledged_requests_are_those_said_to_be_true() -> None:
    said = httpx.Response(200, json={"acks": {"0": True, "1": False, "7": True, "x": True, "8": "true"}})
    assert read_acks(said, "Splunk", NOW) == {0, 7}
    with pytest.raises(AuthRefused):
        read_acks(answer(400, 14), "Splunk", NOW)
    with pytest.raises(Transient):
        read_acks(answer(200, 0), "Splunk", NOW)


def test_a_token_that_an_answer_repeats_is_taken_out_of_its_words() -> None:
    sent = httpx.Request("POST", "https://splunk", headers={"Authorization": "Splunk 8d1f-hush"})
    said = httpx.Response(403, json={"text": "Invalid token 8d1f-hush", "code": 4}, request=sent)
    with pytest.raises(AuthRefused, match=r"answered 403: Invalid token \*\*\* \(code 4\)"):
        read(said, "Splunk", NOW)
