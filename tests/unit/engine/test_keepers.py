"""A lane that stands still is noticed, whoever told or did not tell."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from siemcast.api import PolledSettings
from siemcast.engine.keepers import LookOut
from siemcast.engine.opening import open_shared
from siemcast.engine.shared import Shared
from siemcast.testing.engine import BriskClock, KeepingSink, ListSource, brisk_world, plan, planned_sink, planned_source


def looked(tmp_path: Path, script: list[tuple[int, int, str]], set_by: timedelta = timedelta(0)) -> list[str | None]:
    """Look every 30 s while position, journal and told cause change; gives the cause seen each time.

    The machine's clock is set by `set_by` between the first look and the second.
    """

    async def look() -> list[str | None]:
        clock, seen = BriskClock(), list[str | None]()
        planned = plan(tmp_path, [], [planned_sink("soc", KeepingSink())])
        async with open_shared(planned, world=brisk_world(clock), until_drained=False, stop=asyncio.Event()) as shared:
            lookout = LookOut(shared)
            for position, last, told in script:
                clock._time += timedelta(seconds=30)
                _set(shared, position, last, told)
                lookout.look()
                clock.set_by = set_by
                seen.append(shared.health.cause("sinks.soc"))
        return seen

    return asyncio.run(look())


def _set(shared: Shared, position: int, last: int, told: str) -> None:
    shared.sinks["soc"].position = position
    shared.feed.last = last
    if told == "well":
        shared.health.well("sinks.soc")
    elif told:
        shared.health.ill("sinks.soc", told)


@pytest.mark.parametrize(
    ("script", "ill"),
    [
        ([(1, 5, "")] * 3, False),
        ([(1, 5, "")] * 5, True),
        ([(5, 5, "")] * 9, False),
        ([(1, 5, ""), (1, 5, ""), (1, 5, ""), (2, 5, ""), (2, 5, "")], False),
        ([(1, 5, "")] * 5 + [(2, 5, "")], False),
        ([(1, 5, "503")] * 9 + [(1, 5, "well"), (1, 5, "")], False),
    ],
)
def test_standing_still_with_something_to_send_is_a_cause(
    tmp_path: Path, script: list[tuple[int, int, str]], ill: bool
) -> None:
    cause = looked(tmp_path, script)[-1]
    assert (cause is not None) is ill
    if cause:
        assert "although there is something to send" in cause


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_set_neither_hides_nor_feigns_standing_still(tmp_path: Path, days: int) -> None:
    causes = looked(tmp_path, [(1, 5, "")] * 5, timedelta(days=days))
    assert [cause is None for cause in causes] == [True, True, True, True, False]


def test_what_the_sink_itself_told_is_not_overwritten(tmp_path: Path) -> None:
    assert looked(tmp_path, [(1, 5, "503")] * 9)[-1] == "503"


def test_a_polled_source_that_gives_no_sign_of_life_is_a_cause_until_it_gives_one(tmp_path: Path) -> None:
    settings = PolledSettings(kind="list", tenant="contoso", every=timedelta(seconds=30))
    source = replace(planned_source("s", ListSource()), settings=settings)
    planned = plan(tmp_path, [source], [planned_sink("soc", KeepingSink())])

    async def look() -> list[str | None]:
        clock, seen = BriskClock(), list[str | None]()
        async with open_shared(planned, world=brisk_world(clock), until_drained=False, stop=asyncio.Event()) as shared:
            lookout = LookOut(shared)
            for batches_given in (1, 1, 1, 1, 2):
                shared.sources["s"].batches = batches_given
                clock._time += timedelta(seconds=100)
                lookout.look()
                seen.append(shared.health.cause("sources.s"))
        return seen

    silent = "nothing heard for 300 s, not even that there is nothing new"
    assert asyncio.run(look()) == [None, None, None, silent, None]
