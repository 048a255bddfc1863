"""A machine's clock that is set while the engine runs holds nothing up and gives nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from siemcast.api import Rejected, RetrySettings
from siemcast.errors import Transient
from siemcast.schema import Document
from siemcast.testing.engine import (
    BriskClock,
    KeepingSink,
    ListSource,
    apart,
    batches,
    brisk_world,
    drain,
    plan,
    planned_sink,
    planned_source,
    record,
)

RECORDS = [record(number) for number in range(30)]


@pytest.mark.parametrize("days", [-2, 2])
def test_what_waits_for_a_retry_waits_no_longer_and_is_not_given_up(tmp_path: Path, days: int) -> None:
    clock, sink = BriskClock(), KeepingSink()

    async def set_amid_the_second_call(documents: Sequence[Document]) -> Sequence[Rejected]:
        if len(sink.calls) == 2:
            clock.set_by = timedelta(days=days)
        if len(sink.calls) <= 3:
            raise Transient("down")
        return ()

    sink.reply = set_amid_the_second_call
    patient = RetrySettings(first=timedelta(seconds=1), max=timedelta(seconds=5), give_up=timedelta(hours=1))
    source = planned_source("s", ListSource(apart(batches(RECORDS))))
    outcome = drain(
        plan(tmp_path, [source], [planned_sink("soc", sink, retry=patient, ordered=True)]), brisk_world(clock)
    )
    assert outcome.drained
    assert sorted(sink.ids) == list(range(30))
    assert max(clock.slept) <= 60
