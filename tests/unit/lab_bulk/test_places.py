"""The stand-in cluster takes in each place what goes with what its first document held there."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast_lab.bulk.places import Places


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"a": {"b": "text"}}, {"a": {"b": 1, "c": [1, 2]}}),
        ({"a": 1, "b": True}, {"a": "20.5", "b": "false"}),
        ({"a.b": 1}, {"a": {"b": None}}),
        ({"a": [{"b": 1}, {"c": 2}]}, {"a": {"b": [3]}}),
        ({"a": None, "b": []}, {"a": {"b": 1}, "b": 1}),
    ],
)
def test_what_is_alike_is_taken(first: dict[str, Any], then: dict[str, Any]) -> None:
    places = Places()
    assert [places.take(first), places.take(then)] == [None, None]


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ({"a": {"b": 1}}, {"a": 1}, "object mapping for [a] tried to parse field [a] as object"),
        (
            {"a": "text"},
            {"a": {"b": 1}},
            "failed to parse field [a] of type [keyword]: Can't get text on a START_OBJECT",
        ),
        ({"a": 1}, {"a.b": 1}, "failed to parse field [a] of type [long]: Can't get text on a START_OBJECT"),
        ({"a": 1}, {"a": "text"}, "failed to parse field [a] of type [long]"),
        ({"a": False}, {"a": 0}, "failed to parse field [a] of type [boolean]"),
        ({"x": 1}, {"a": [{"b": 1}, 2]}, "object mapping for [a] tried to parse field [a] as object"),
    ],
)
def test_what_is_not_is_refused_and_nothing_is_learnt_of_it(
    first: dict[str, Any], then: dict[str, Any], words: str
) -> None:
    places = Places()
    assert places.take(first) is None
    assert str(places.take({**then, "new": 1})).startswith(words)
    assert places.take({"new": {"is": "free"}}) is None
