"""Settings of `splunk`."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from siemcast_sinks.splunk.config import SplunkSettings


def load(**changes: Any) -> SplunkSettings:
    given = {"kind": "splunk", "url": "https://splunk.example:8088", "token": "t", **changes}
    return SplunkSettings.model_validate(given)


@pytest.mark.parametrize("path", ["", "/", "/services/collector", "/services/collector/event", "/services/collector/"])
def test_url_is_taken_with_or_without_the_collectors_path(path: str) -> None:
    assert load(url=f"https://splunk.example:8088{path}").url == ("https://splunk.example:8088",)


def test_several_urls_are_a_list() -> None:
    assert load(url=["https://a:8088", "https://b:8088/"]).url == ("https://a:8088", "https://b:8088")


@pytest.mark.parametrize("url", ["http://splunk.example:8088", ["https://a", "http://b"]])
def test_plaintext_to_another_machine_is_refused_unless_allowed(url: object) -> None:
    with pytest.raises(ValidationError, match="allow_plaintext"):
        load(url=url)
    assert load(url=url, allow_plaintext=True).url


@pytest.mark.parametrize("url", ["", [], "splunk:8088", "https://u:p@splunk:8088", "https://splunk:8088?token=x"])
def test_what_is_no_plain_address_is_refused(url: object) -> None:
    with pytest.raises(ValidationError):
        load(url=url)


def test_ack_is_off_on_or_told_how_long_to_wait() -> None:
    assert load().acks is None
    on, told = load(ack=True).acks, load(ack={"wait": "90s"}).acks
    assert on is not None
    assert told is not None
    assert (on.wait, told.wait) == (timedelta(minutes=5), timedelta(seconds=90))


@pytest.mark.parametrize(
    "management",
    [
        {"url": "https://s:8089"},
        {"url": "https://s:8089", "username": "u"},
        {"url": "https://s:8089", "token": "t", "username": "u", "password": "p"},
        {"url": "http://s:8089", "token": "t"},
    ],
)
def test_management_needs_one_identity_and_tls(management: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        load(management=management)


def test_request_is_a_megabyte_by_default() -> None:
    assert load().batch.bytes == 1_000_000
