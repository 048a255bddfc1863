"""Entra's codes in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast.kit.aadsts import refusal

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (7000215, "client secret is wrong"),
        (7000222, "secret has expired"),
        (700016, "not in this tenant"),
        (90002, "tenant does not exist"),
        (700027, "certificate is not registered"),
        (70021, "federated credential"),
        (700213, "subject"),
        (53003, "conditional access"),
    ],
)
def test_a_known_code_says_what_is_wrong_and_what_to_do(code: int, words: str) -> None:
    text = f"AADSTS{code}: Something. Trace ID: 1\r\nTimestamp: 2026-11-21"
    for answer in ({"error_description": text}, {"error": "x", "error_codes": [code]}):
        error = refusal("contoso", answer)
        assert type(error) is AuthRefused
        assert words in error.message
        assert f"AADSTS{code}" in error.message
        assert "contoso" in error.message
        assert error.hint


def test_an_unknown_code_is_given_in_entras_words_without_its_trace() -> None:
    error = refusal("contoso", {"error_description": "AADSTS9999999: New thing. Trace ID: 12-34 Timestamp: now"})
    assert "AADSTS9999999: New thing." in error.message
    assert "12-34" not in error.message


@pytest.mark.parametrize("answer", [{"error_codes": [90033]}, {"error": "temporarily_unavailable"}])
def test_entras_own_troubles_pass(answer: dict[str, Any]) -> None:
    assert type(refusal("contoso", answer)) is Transient


@given(st.dictionaries(st.sampled_from(["error", "error_description", "error_codes", "other"]), _JSON))
def test_whatever_the_answer_an_error_comes_of_it(answer: dict[str, Any]) -> None:
    error = refusal("contoso", answer)
    assert isinstance(error, DeliveryError)
    assert "contoso" in str(error)
