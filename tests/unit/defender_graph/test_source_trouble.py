"""The Graph sources where Graph refuses, fails, or is asked for less."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import orjson
import pytest

from siemcast.api import Cursor, Partition, SourceSpec
from siemcast.errors import AuthRefused, ConfigError, Transient
from siemcast_lab.graph import LabGraph, Quirks
from unit.defender_graph.bench import ALERTS, INCIDENTS, Bench, ids, loaded


def test_filter_and_products_narrow_what_is_read() -> None:
    bench = Bench()
    bench.incident("low", 60)
    bench.incident("high", 60, severity="high")
    assert ids(bench.read(filter="severity eq 'high' or severity eq 'medium'")) == ["high"]
    bench.alert("sentinel", 60)
    bench.alert("endpoint", 60, serviceSource="microsoftDefenderForEndpoint")
    assert ids(bench.read(ALERTS, products=["microsoftDefenderForEndpoint"])) == ["endpoint"]


def test_a_filter_that_graph_refuses_is_named_by_check() -> None:
    bench = Bench()
    with pytest.raises(ConfigError, match=r"filter.*title eq 'x'"):
        bench.check(filter="title eq 'x'")


@pytest.mark.parametrize(
    ("spec", "name", "permission"),
    [(INCIDENTS, "incidents", "SecurityIncident.Read.All"), (ALERTS, "alerts_v2", "SecurityAlert.Read.All")],
)
def test_a_missing_permission_is_named(spec: SourceSpec[Any], name: str, permission: str) -> None:
    bench = Bench(Quirks(forbidden=frozenset({name})))
    with pytest.raises(AuthRefused, match=permission):
        bench.check(spec)
    with pytest.raises(AuthRefused, match=permission):
        bench.read(spec)


def test_a_refused_token_is_dropped_once() -> None:
    bench = Bench(Quirks(unauthorised=1))
    bench.incident("1", 60)
    assert ids(bench.read()) == ["1"]
    assert len(bench.context.tenants["contoso"].dropped) == 1


def test_a_long_retry_after_is_left_to_the_engine() -> None:
    bench = Bench(Quirks(budget=3, budget_window=300))
    for number in range(200):
        bench.incident(str(number), 1000 - number)
    with pytest.raises(Transient) as caught:
        bench.read()
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 200
    assert bench.context.slept == []


def read_through_errors(bench: Bench) -> list[bytes]:
    """Read as the engine does: the source opened anew, from the stored cursors, after each error."""

    async def scenario() -> list[bytes]:
        cursors: dict[Partition, Cursor] = {}
        found: list[bytes] = []
        for _ in range(40):
            try:
                async with (
                    INCIDENTS.open(loaded(INCIDENTS, {}), bench.context) as source,
                    aclosing(source.read(dict(cursors))) as batches,
                ):
                    async for batch in batches:
                        cursors[batch.partition] = batch.cursor
                        found += batch.records
            except Transient as error:
                await bench.context.sleep(error.retry_after or 1)
            else:
                return found
        raise AssertionError("it never ends")

    return asyncio.run(scenario())


def test_a_pass_that_an_error_broke_off_goes_on_where_it_stood() -> None:
    """Newest-first pages give no cursor to resume from, so a pass begun anew at each error would never end."""
    bench = Bench(Quirks(order="ignored", budget=4, budget_window=100))
    for number in range(1000):
        bench.incident(str(number), 100_000 - number)
    assert len(set(read_through_errors(bench))) == 1000
    assert len(bench.graph.seen) < 60


def test_incidents_that_need_more_requests_than_the_budget_allows_are_completed_in_instalments() -> None:
    quirks = Quirks(budget=9, budget_window=100, expand_fails=frozenset({"7"}), single_fails=frozenset({"7"}), clamp=4)
    bench = Bench(quirks)
    for number in range(4):
        bench.incident(str(number + 5), 5000 - number * 10)
    for number in range(60):
        bench.alert(f"a{number}", 4000 - number, incidentId="7")
    found = {record["id"]: record for record in map(orjson.loads, read_through_errors(bench))}
    assert sorted(found) == ["5", "6", "7", "8"]
    assert len(found["7"]["alerts"]) == 60


def test_a_top_and_an_orderby_that_are_refused_are_done_without() -> None:
    bench = Bench(Quirks(order="refused"))
    for number in range(600):
        bench.alert(str(number), 5000 - number)
    assert len(bench.read(ALERTS)) == 600
    assert sum(seen.status == 400 for seen in bench.graph.seen) <= 2


def test_next_links_to_another_host_are_never_followed() -> None:
    bench = Bench(Quirks(next_link="elsewhere", clamp=3))
    for number in range(20):
        bench.incident(str(number), 100)
    assert len(bench.read()) == 20
    assert "next_link_elsewhere" in bench.logged()


def test_an_unbelievable_page_size_is_refused_by_the_settings() -> None:
    with pytest.raises(ValueError, match="50"):
        loaded(INCIDENTS, {"page_size": 51})


def test_an_answer_that_is_no_object_is_never_taken_for_the_incident_that_another_was_merged_into() -> None:
    bench = Bench(Quirks(valueless=0.2, torn=0.2))
    for number in range(10):
        bench.incident(f"old-{number}", 30 * 86_400)
        bench.incident(f"new-{number}", 90 + number, status="redirected", redirectIncidentId=f"old-{number}")
    assert sorted(ids(bench.read())) == sorted(f"{age}-{number}" for age in ("old", "new") for number in range(10))


@pytest.mark.parametrize(("failing", "well"), [("incidents", "alerts"), ("alerts_v2", "incidents")])
def test_a_list_that_fails_holds_back_no_other_and_is_told_until_it_is_read_again(failing: str, well: str) -> None:
    bench = Bench(Quirks(forbidden=frozenset({failing})))
    bench.incident("incidents", 60)
    bench.alert("alerts", 60)
    told: dict[str, str] = {}

    def mend_after_a_while(graph: LabGraph) -> None:
        if graph.number == 20:
            told.update(bench.context.ailments)
            graph.quirks = Quirks()

    bench.graph.before_request = mend_after_a_while
    found = ids(bench.read(alerts="separate"))
    assert sorted(found) == ["alerts", "incidents"]
    assert found[0] == well
    assert "answered 403" in told[failing.removesuffix("_v2")]
    assert bench.context.ailments == {}


def test_when_every_list_fails_that_is_raised() -> None:
    bench = Bench(Quirks(forbidden=frozenset({"incidents", "alerts_v2"})))
    with pytest.raises(AuthRefused, match="SecurityAlert"):
        bench.read(alerts="separate")
