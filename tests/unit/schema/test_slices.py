"""Arrays and objects are cut into the very bytes of their parts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema.slices import elements, members

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["\ud800", "]", '"', "}{", "é\udfff"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", ",", ":"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 0, 2]), st.booleans())
def test_elements_are_slices_whatever_they_hold(items: list[object], indent: int | None, escaped: bool) -> None:
    text = json.dumps(items, indent=indent, ensure_ascii=escaped).encode("utf-8", "replace")
    cut = elements(text)
    assert [json.loads(part) for part in cut] == json.loads(text)
    assert all(part in text for part in cut)


@given(st.dictionaries(st.sampled_from(["records", "value", "@odata.x", "}"]), JSON), st.sampled_from([None, 1]))
def test_members_are_slices_whatever_they_hold(items: dict[str, object], indent: int | None) -> None:
    text = json.dumps(items, indent=indent).encode()
    assert {name: json.loads(part) for name, part in members(text).items()} == items


@pytest.mark.parametrize(
    "text", [b"", b"[", b"[1,2", b"[1] 2", b"{}", b'["\xff', b"7", b"[" * 5000, b'["\\ud800"', b"[,]"]
)
def test_what_is_no_array_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        elements(text)


@pytest.mark.parametrize("text", [b"[]", b"{", b'{"a"}', b'{"a":"\\ud800"', b'{"a":1}{', b"null"])
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        members(text)
