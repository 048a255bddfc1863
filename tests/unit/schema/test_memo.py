"""Memos: what was asked is not asked again, and they stay small whatever is asked."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast.schema.memo import Memo, remembered


@pytest.mark.parametrize("key", ["text", ("text", None, "other")])
def test_what_was_asked_before_is_remembered(key: Any) -> None:
    asked: list[Any] = []

    def answer(one: Any) -> str:
        asked.append(one)
        return "made"

    memo = Memo(answer)
    assert [memo[key], memo[key]] == ["made", "made"]
    assert asked == [key]


@pytest.mark.parametrize("key", ["x" * 100_000, ("short", None, "x" * 100_000)])
def test_long_texts_are_answered_and_not_kept(key: Any) -> None:
    memo = Memo(len)
    assert memo[key] == len(key)
    assert not memo


def test_a_memo_holds_a_bounded_number_of_texts() -> None:
    memo = Memo(str.upper)
    most = 0
    for number in range(10_000):
        assert memo[f"text {number}"] == f"TEXT {number}"
        most = max(most, len(memo))
    assert 100 <= most <= 5000


def test_a_remembered_function_is_asked_once_for_a_text() -> None:
    asked: list[str] = []

    @remembered()
    def shout(text: str) -> str:
        asked.append(text)
        return text.upper()

    assert [shout("a"), shout("a"), shout("b")] == ["A", "A", "B"]
    assert asked == ["a", "b"]
