"""Without TLS nothing leaves the machine, unless the user says so."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.kit.plaintext import is_loopback, refuse_plaintext


@pytest.mark.parametrize(
    "url",
    ["https://soc.example:8088/x", "http://localhost:1", "http://LOCALHOST", "http://127.0.0.1", "http://[::1]:8"],
)
def test_tls_and_loopback_are_fine(url: str) -> None:
    with nullcontext() as refused:
        refuse_plaintext(url, allow=False, where="url")
    assert refused is None


@given(st.ip_addresses())
def test_plain_http_to_any_other_address_is_refused_unless_allowed(address: object) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    refuse_plaintext(f"http://{host}/", allow=True, where="url")
    if is_loopback(host):
        refuse_plaintext(f"http://{host}/", allow=False, where="url")
    else:
        with pytest.raises(ValueError, match="allow_plaintext"):
            refuse_plaintext(f"http://{host}/", allow=False, where="url")


@pytest.mark.parametrize(
    "url", ["http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example"]
)
def test_what_only_looks_like_loopback_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"evil\.example without TLS"):
        refuse_plaintext(url, allow=False, where="url")


@pytest.mark.parametrize("url", ["", "soc:8088", "ftp://soc", "http://", "https://soc:port", "http://[x"])
def test_what_is_no_web_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match=r"^sinks\.soc\.url is not .*https://HOST"):
        refuse_plaintext(url, allow=True, where="sinks.soc.url")


def test_a_secret_in_the_url_is_not_shown() -> None:
    with pytest.raises(ValueError, match="without TLS") as caught:
        refuse_plaintext("http://user:hunter2@soc/collect/s3cr3t?token=t0k3n", allow=False, where="url")
    assert not {"hunter2", "s3cr3t", "t0k3n"} & set(str(caught.value).replace("/", " ").replace("@", " ").split())


def test_no_way_out_is_named_that_there_is_not() -> None:
    with pytest.raises(ValueError, match=r"without TLS; write https://$"):
        refuse_plaintext("http://graph.example", None, "this endpoint")
