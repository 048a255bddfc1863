"""Memos: what was asked is not asked again, and they stay small whatever is asked."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast.schema.memo import Memo


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
    assert 1000 <= most <= 5000
