"""Quirks of the stand-in Graph, as the command line gives them."""

from __future__ import annotations

import pytest

from siemcast.errors import ConfigError
from siemcast_lab.stay import quirks_of, quirks_table


def test_quirks_are_read_by_name() -> None:
    quirks = quirks_of(["clamp=7", "throttled=0.2", "order=ignored", "expand_fails=[12, 13]", "torn=1"])
    assert (quirks.clamp, quirks.throttled, quirks.order, quirks.torn) == (7, 0.2, "ignored", 1.0)
    assert quirks.expand_fails == frozenset({"12", "13"})


@pytest.mark.parametrize(
    "setting",
    ["no_such=1", "skip_ignored=perhaps", "throttled=often", "unauthorised=1.5", "clamp=x", "order=sideways", "torn"],
)
def test_what_is_no_quirk_is_refused_with_words(setting: str) -> None:
    with pytest.raises(ConfigError) as caught:
        quirks_of([setting])
    assert caught.value.hint


def test_the_list_names_every_quirk_with_its_usual_value() -> None:
    listed = quirks_table().splitlines()
    assert "clamp=None" in listed
    assert "torn=0.0" in listed
