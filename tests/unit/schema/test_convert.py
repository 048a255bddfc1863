"""Converters take anything and give a value of their type, or None."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema.convert import COMMON, boolean, integer, ip, text
from siemcast.schema.dump import dumps

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", sorted(set(COMMON) - {"of_same"}))
@given(value=ANY)
def test_no_converter_raises_or_gives_what_is_empty(name: str, value: Any) -> None:
    result = COMMON[name](value)
    assert result is None or result not in ("", [], {})
    assert COMMON[name](None) is None


def test_values_of_other_types_are_read_where_they_mean_the_same() -> None:
    assert [integer(value) for value in (5, "5", "-5", 5.0, True, "x", 5.5, 2**63, "9" * 30)] == [
        5, 5, -5, 5, None, None, None, None, None,
    ]  # fmt: skip  # a row
    assert [boolean(value) for value in (True, "False", "yes", 1)] == [True, False, None, None]
    values: list[Any] = ["a", "", 5, False, {"a": 1}, []]
    assert [text(value) for value in values] == ["a", None, "5", "false", '{"a":1}', None]
    assert [ip(value) for value in ("::ffff:10.0.0.5", "10.0.0.5", "fe80::1", "fe80::1%eth0", "host", 5)] == [
        "10.0.0.5", "10.0.0.5", "fe80::1", None, None, None,
    ]  # fmt: skip  # a row


def test_what_belongs_to_an_account_is_never_taken_from_another() -> None:
    of_same = COMMON["of_same"]
    assert of_same("ada", "S-1", "S-2") == "S-1"
    assert of_same("ada", None, "S-2") is None
    assert of_same(None, None, "S-2") == "S-2"


def test_lists_are_flattened_without_repeats() -> None:
    assert COMMON["texts"](["a", ["b", "a"]], "c", None) == ["a", "b", "c"]
    assert COMMON["first"]([], ["", "b"], "c") == "b"
    assert COMMON["ips"]("10.0.0.5", ["x", "10.0.0.6"]) == ["10.0.0.5", "10.0.0.6"]


def test_json_is_written_whatever_it_holds() -> None:
    deep: Any = "end"
    for _ in range(400):
        deep = [deep]
    assert b"end" in dumps({"deep": deep})
    assert dumps({"huge": 2**70, "text": "a\ud800b"}) == b'{"huge":"1180591620717411303424","text":"a?b"}'
