"""How long to wait after an error."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import RetrySettings
from siemcast.engine.backoff import Attempts, pause
from siemcast.errors import AuthRefused, ConfigError, Permanent, Transient

SETTINGS = RetrySettings(first=timedelta(seconds=1), max=timedelta(minutes=5))


@given(st.integers(1, 10_000), st.randoms())
def test_waits_grow_up_to_the_longest_and_vary_in_full(failures: int, dice: random.Random) -> None:
    seconds = pause(Transient("503"), Attempts(failures=failures), SETTINGS, dice)
    assert 0 <= seconds <= min(300, 2.0 ** min(failures - 1, 32))


def test_jitter_uses_the_whole_range() -> None:
    waits = [pause(Transient("503"), Attempts(failures=20), SETTINGS, random.Random(seed)) for seed in range(200)]
    assert min(waits) < 30
    assert max(waits) > 270


@pytest.mark.parametrize("seconds", [0.0, 3.0, 86_400.0])
def test_what_the_other_side_asks_for_is_waited_exactly(seconds: float) -> None:
    error = Transient("429", retry_after=seconds)
    assert pause(error, Attempts(failures=9), SETTINGS, random.Random(1)) == seconds


@pytest.mark.parametrize("error", [AuthRefused("401"), ConfigError("no such hub"), Permanent("gone")])
def test_what_somebody_must_mend_is_tried_every_minute_at_most(error: Exception) -> None:
    assert pause(error, Attempts(failures=1), SETTINGS, random.Random(1)) == 60
    eager = RetrySettings(max=timedelta(seconds=5))
    assert pause(error, Attempts(failures=1), eager, random.Random(1)) == 5


def test_only_bugs_in_a_row_count_as_such() -> None:
    attempts = Attempts()
    for error in (KeyError(), KeyError(), Transient("reset"), KeyError()):
        attempts.add(error, 0.0)
    assert (attempts.failures, attempts.bugs) == (4, 1)


def test_giving_up_counts_from_the_first_failure() -> None:
    attempts = Attempts()
    attempts.add(Transient("reset"), 0.0)
    attempts.add(Transient("reset"), 50.0)
    limit = timedelta(minutes=1)
    assert not attempts.over(limit, 59.0)
    assert attempts.over(limit, 60.0)
    assert not attempts.over(None, 1e9)
