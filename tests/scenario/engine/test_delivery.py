"""From a source to sinks, through the front door of the engine."""

from __future__ import annotations

from pathlib import Path

from siemcast.engine.plan import Route
from siemcast.testing.engine import KeepingSink, ListSource, batches, drain, plan, planned_sink, planned_source, record


def test_every_record_reaches_every_sink_once_and_in_order_where_one_request_is_in_flight(tmp_path: Path) -> None:
    records = [record(number) for number in range(95)]
    soc, archive = KeepingSink(), KeepingSink()
    outcome = drain(
        plan(
            tmp_path,
            [planned_source("s", ListSource(batches(records)))],
            [planned_sink("soc", soc), planned_sink("archive", archive, ordered=True, records=7)],
        )
    )
    assert outcome.drained
    assert sorted(soc.ids) == archive.ids == list(range(95))
    assert outcome.sources["s"].records == outcome.sinks["soc"].documents == 95
    assert max(archive.calls) == 7


def test_a_route_takes_what_matches_of_its_sources_and_the_rest_is_settled(tmp_path: Path) -> None:
    records = [record(number, table="A" if number % 3 else "B") for number in range(30)]
    soc = KeepingSink()
    routes = [Route(sources=["s"], sinks=["soc"], where={"table": "B"})]
    sources = [planned_source(name, ListSource(batches(records))) for name in ("s", "unrouted")]
    outcome = drain(plan(tmp_path, sources, [planned_sink("soc", soc)], routes))
    assert outcome.drained
    assert soc.ids == list(range(0, 30, 3))


def test_a_record_that_two_routes_lead_to_one_sink_is_sent_once(tmp_path: Path) -> None:
    soc = KeepingSink()
    routes = [Route(sources=["s"], sinks=["soc"], where={"table": "Plain"}), Route(sources=["s"], sinks=["soc"])]
    source = planned_source("s", ListSource(batches([record(number) for number in range(20)])))
    drain(plan(tmp_path, [source], [planned_sink("soc", soc)], routes))
    assert sorted(soc.ids) == list(range(20))


def test_a_second_run_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    records = [record(number) for number in range(50)]
    first, second = KeepingSink(), KeepingSink()
    drain(plan(tmp_path, [planned_source("s", ListSource(batches(records[:30])))], [planned_sink("soc", first)]))
    drain(plan(tmp_path, [planned_source("s", ListSource(batches(records)))], [planned_sink("soc", second)]))
    assert sorted(first.ids) == list(range(30))
    assert sorted(second.ids) == list(range(30, 50))


def test_a_sink_added_later_gets_all_that_the_journal_keeps(tmp_path: Path) -> None:
    source = ListSource(batches([record(number) for number in range(30)]))
    late = KeepingSink()
    drain(plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", KeepingSink())]))
    drain(
        plan(tmp_path, [planned_source("s", source)], [planned_sink("soc", KeepingSink()), planned_sink("late", late)])
    )
    assert sorted(late.ids) == list(range(30))
