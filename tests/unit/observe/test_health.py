"""The register of causes."""

from __future__ import annotations

from datetime import timedelta

from siemcast.observe.health import Health
from siemcast.testing.engine import NOON


def test_a_cause_keeps_its_beginning_while_its_words_change_and_is_told_once_each() -> None:
    times = iter([NOON, NOON + timedelta(seconds=9)])
    told: list[tuple[str, str | None]] = []
    health = Health(lambda: next(times), lambda part, cause: told.append((part, cause)))
    health.ill("sinks.soc", "reset")
    health.ill("sinks.soc", "reset")
    health.ill("sinks.soc", "503")
    assert [(cause.cause, cause.since) for cause in health.causes] == [("503", NOON)]
    health.well("sinks.soc")
    health.well("sinks.soc")
    assert health.ready
    assert told == [("sinks.soc", "reset"), ("sinks.soc", "503"), ("sinks.soc", None)]


def test_what_is_broken_stays_so() -> None:
    health = Health(lambda: NOON)
    health.broken("sinks.soc", "stopped: a bug")
    health.well("sinks.soc")
    assert not health.ready
    assert health.cause("sinks.soc") == "stopped: a bug"


def test_what_ails_a_partition_outlasts_the_progress_of_others() -> None:
    told: list[tuple[str, str | None]] = []
    health = Health(lambda: NOON, lambda part, cause: told.append((part, cause)))
    health.ill("sources.hub", "no such hub", "b")
    health.ill("sources.hub", "reset")
    health.well("sources.hub")
    assert [(cause.part, cause.cause) for cause in health.causes] == [("sources.hub", "no such hub")]
    assert health.cause("sources.hub") == "no such hub"
    health.well("sources.hub", "b")
    assert health.ready
    assert told == [("sources.hub", "no such hub"), ("sources.hub", "reset"), ("sources.hub", None)]
    health.ill("sources.hub", "no such hub", "b")
    health.over("sources.hub")
    assert health.ready
