"""What an HTTP status means, for every status there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.errors import AuthRefused, DeliveryError, Permanent, Transient
from siemcast.kit.status import LONGEST_WAIT, LONGEST_WORDS, check_status, retry_after, service_words

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _raised(response: httpx.Response) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        check_status(response, "Graph", now=NOW)
    return caught.value


@given(st.integers(200, 299))
def test_success_is_returned_from(status: int) -> None:
    check_status(httpx.Response(status), "Graph")  # and nothing is raised


@given(st.one_of(st.integers(100, 199), st.integers(300, 999)), st.binary(max_size=2000), st.text(max_size=40))
def test_every_other_status_says_who_and_what_and_belongs_to_one_class(status: int, body: bytes, wait: str) -> None:
    headers = [(b"retry-after", wait.encode("utf-8", "replace"))]
    error = _raised(httpx.Response(status, content=body, headers=headers))
    assert f"Graph answered {status}" in str(error)
    if status in {401, 403, 407}:
        assert type(error) is AuthRefused
        assert error.hint
    elif 400 <= status < 500 and status not in {408, 425, 429}:
        assert type(error) is Permanent
    else:
        assert isinstance(error, Transient)
        assert error.retry_after is None or 0 <= error.retry_after <= LONGEST_WAIT


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 599])
def test_what_passes_carries_the_wait_that_the_service_named(status: int) -> None:
    error = _raised(httpx.Response(status, headers={"Retry-After": "42"}))
    assert isinstance(error, Transient)
    assert error.retry_after == 42


def test_a_redirect_is_no_records_fault() -> None:
    error = _raised(httpx.Response(302, headers={"Location": "https://login.example.com"}))
    assert type(error) is Transient
    assert "URL" in error.hint


@given(st.integers(0, 10**9))
def test_seconds_are_read_and_capped(seconds: int) -> None:
    assert retry_after({"retry-after": str(seconds)}) == min(seconds, LONGEST_WAIT)


@pytest.mark.parametrize(
    "text", ["", "-1", "soon", "1e9", "nan", "inf", "٣", "Mon, 99 Nov 2026 12:00:00 GMT", "9" * 5000 + "x"]
)
def test_what_is_no_wait_is_ignored(text: str) -> None:
    assert retry_after({"retry-after": text}, NOW) is None


def test_an_absurd_number_of_digits_is_capped() -> None:
    assert retry_after({"retry-after": "9" * 5000}, NOW) == LONGEST_WAIT


@given(st.integers(-86_400, 86_400))
def test_a_date_is_counted_from_now(offset: int) -> None:
    headers = {"retry-after": format_datetime(NOW + timedelta(seconds=offset), usegmt=True)}
    assert retry_after(headers, NOW) == min(max(offset, 0), LONGEST_WAIT)


@given(st.integers(-(10**7), 10**7))
def test_a_services_wrong_clock_does_not_matter(skew: int) -> None:
    there = NOW + timedelta(seconds=skew)
    headers = {
        "date": format_datetime(there, usegmt=True),
        "retry-after": format_datetime(there + timedelta(seconds=30), usegmt=True),
    }
    assert retry_after(headers, NOW) == 30


def test_a_date_without_any_clock_is_ignored() -> None:
    assert retry_after({"retry-after": format_datetime(NOW, usegmt=True)}) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"code": "BadRequest", "message": "Invalid filter clause"}}, "BadRequest: Invalid filter clause"),
        ({"error": {"code": "Forbidden"}}, "Forbidden"),
        ({"error": "invalid_client", "error_description": "AADSTS1"}, "invalid_client: AADSTS1"),
        ({"text": "Invalid token", "code": 4}, "4: Invalid token"),
        ({"message": "no such\r\nstream"}, "no such stream"),
        ({"odd": [1]}, '{"odd":[1]}'),
        ({"error": ["a", "b"]}, '{"error":["a","b"]}'),
        (["x"], '["x"]'),
        ("plain", "plain"),
        (None, ""),
    ],
)
def test_the_services_words_are_found_in_the_usual_shapes(body: object, words: str) -> None:
    assert service_words(orjson.dumps(body)) == words


def test_a_proxys_page_is_not_repeated() -> None:
    assert service_words(b"<!DOCTYPE html><html><body>Blocked</body></html>") == ""


@given(st.binary(max_size=6000))
def test_words_fit_one_line_whatever_the_body(body: bytes) -> None:
    words = service_words(body)
    assert len(words) <= LONGEST_WORDS
    assert words.isprintable()


def test_a_secret_that_the_service_repeats_is_not_shown() -> None:
    request = httpx.Request("GET", "https://graph/", headers={"Authorization": "Bearer eyJ.secret.token"})
    body = {"error": {"code": "BadRequest", "message": "header was 'Bearer eyJ.secret.token', token eyJ.secret.token"}}
    error = _raised(httpx.Response(400, json=body, request=request))
    assert "secret" not in str(error)
    assert "***" in str(error)
