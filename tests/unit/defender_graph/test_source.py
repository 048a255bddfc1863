"""defender.incidents and defender.alerts, on top of a stand-in Graph without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
import pytest

from siemcast.api import Batch, Cursor, Partition, SourceSpec
from siemcast.errors import AuthRefused, ConfigError, Transient
from siemcast.testing.fakes import FakeContext
from siemcast_defender import alerts, incidents
from siemcast_lab.graph import LabGraph, Quirks, Store
from siemcast_lab.graph.transport import transport

INCIDENTS: SourceSpec[Any] = next(iter(incidents.register_sources()))
ALERTS: SourceSpec[Any] = next(iter(alerts.register_sources()))


@dataclass
class Bench:
    """A tenant and the journal of one source that reads it."""

    quirks: Quirks = field(default_factory=Quirks)
    context: FakeContext = field(default_factory=FakeContext)
    cursors: dict[Partition, Cursor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store()
        self.graph = LabGraph(self.store, self.quirks, now=self.context.now)
        self.context.transport = transport(self.graph)

    def ago(self, seconds: float) -> str:
        """Write a time before now as Graph does."""
        return f"{self.context.now() - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%f}0Z"

    def incident(self, id_: str, seconds_ago: float, **members: Any) -> None:
        when = self.ago(seconds_ago)
        base = {"id": id_, "createdDateTime": when, "lastUpdateDateTime": when, "status": "active", "severity": "low"}
        self.store.put_incident({**base, **members})

    def alert(self, id_: str, seconds_ago: float, **members: Any) -> None:
        when = self.ago(seconds_ago)
        base = {"id": id_, "createdDateTime": when, "lastUpdateDateTime": when, "serviceSource": "microsoftSentinel"}
        self.store.put_alert({**base, **members})

    def read(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> list[dict[str, Any]]:
        """Open the source, read until drained, and give the new records, parsed."""
        return [orjson.loads(record) for batch in self.batches(spec, **settings) for record in batch.records]

    def batches(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> list[Batch]:
        async def scenario() -> list[Batch]:
            found = []
            async with (
                spec.open(loaded(spec, settings), self.context) as source,
                aclosing(source.read(dict(self.cursors))) as batches,
            ):
                async for batch in batches:
                    self.cursors[batch.partition] = batch.cursor
                    found.append(batch)
            return found

        return asyncio.run(scenario())

    def check(self, spec: SourceSpec[Any] = INCIDENTS, **settings: Any) -> None:
        async def scenario() -> None:
            async with spec.open(loaded(spec, settings), self.context) as source:
                await source.check()

        asyncio.run(scenario())

    def logged(self) -> set[str]:
        return {event for _, event, _ in self.context.log.entries}


def loaded(spec: SourceSpec[Any], settings: Mapping[str, Any]) -> Any:
    return spec.settings.model_validate({"kind": spec.kind, "tenant": "contoso", **settings})


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [record["id"] for record in records]


def test_incidents_come_with_their_alerts_byte_for_byte() -> None:
    bench = Bench()
    bench.store.put_alert(
        {"id": "a", "incidentId": "1", "lastUpdateDateTime": bench.ago(60)}, raw=b'{"id" : "a", "x":1.0}'
    )
    raw = b'{"id" : "1","lastUpdateDateTime":"%s", "n": 1.00, "t":"\\u0000 \xf0\x9f\x98\x80"}' % bench.ago(60).encode()
    bench.store.put_incident({"id": "1", "lastUpdateDateTime": bench.ago(60)}, raw=raw)
    records = [record for batch in bench.batches() for record in batch.records]
    assert records == [raw[:-1] + b',"alerts":[{"id" : "a", "x":1.0}]}']


def test_unknown_enum_members_are_asked_for_in_every_request() -> None:
    bench = Bench()
    bench.alert("a", 60)
    assert bench.read(ALERTS)[0]["serviceSource"] == "microsoftSentinel"
    assert {seen.prefer for seen in bench.graph.seen} == {"include-unknown-enum-members"}


def test_the_first_poll_goes_back_as_far_as_since_and_no_further() -> None:
    bench = Bench()
    bench.incident("old", 3700)
    bench.incident("young", 3500)
    assert ids(bench.read(since="1h")) == ["young"]


@pytest.mark.parametrize(("server", "client"), [(0.0, 10.0), (10.0, 0.0), (0.0, -10.0), (-10.0, 0.0)])
def test_a_wrong_clock_on_either_side_loses_nothing(server: float, client: float) -> None:
    """Years of difference; the true time is the one of the records."""
    bench = Bench(Quirks(clock_skew=server * 365 * 86400))
    bench.incident("before", 60)
    true = bench.context.time
    bench.context.time = true + timedelta(days=365 * client)
    bench.graph._now = lambda: true
    first = bench.read()
    bench.context.time = true
    bench.incident("after", 0)
    assert ids(first + bench.read()) == ["before", "after"]


def test_a_record_of_the_future_is_delivered_once_and_hides_nothing() -> None:
    bench = Bench()
    bench.incident("now", 60)
    bench.incident("future", -10 * 365 * 86400)
    first = bench.read()
    bench.incident("later", 0)
    assert sorted(ids(first)) == ["future", "now"]
    assert ids(bench.read()) == ["later"]


def test_records_without_id_or_time_are_delivered_once_and_block_nothing() -> None:
    bench = Bench()
    bench.store.put_incident({"id": "timeless"})
    bench.store.incidents.put({"lastUpdateDateTime": bench.ago(60), "title": "nameless"})
    bench.incident("sound", 50)
    assert len(bench.read()) == 3
    assert bench.read() == []


def test_what_commits_late_within_the_overlap_is_found() -> None:
    bench = Bench()
    bench.incident("seen", 10)
    bench.read()
    bench.incident("late", 500)
    bench.incident("too late", 3000)
    assert ids(bench.read(overlap="10m")) == ["late"]


def test_each_poll_ends_with_an_empty_batch_that_says_alive() -> None:
    bench = Bench()
    assert [list(batch.records) for batch in bench.batches()] == [[]]
    bench.incident("1", 5)
    assert bench.batches()[-1].records == []


def test_a_page_that_can_never_be_expanded_is_read_incident_by_incident() -> None:
    bench = Bench(Quirks(expand_fails=frozenset({"7"})))
    for number in range(120):
        bench.incident(
            str(number), 5000 - number * 10, alerts=[{"id": f"a{number}", "lastUpdateDateTime": bench.ago(1)}]
        )
    found = bench.read()
    assert sorted(ids(found), key=int) == [str(number) for number in range(120)]
    assert all(ids(record["alerts"]) == [f"a{record['id']}"] for record in found)
    assert len([seen for seen in bench.graph.seen if seen.path.endswith("/incidents/7")]) == 1
    assert len(bench.graph.seen) < 80
    assert "expand_failed" in bench.logged()


def test_an_incident_that_can_not_be_expanded_even_alone_gets_its_alerts_by_time() -> None:
    bench = Bench(Quirks(expand_fails=frozenset({"7"}), single_fails=frozenset({"7"})))
    for number in range(30):
        bench.alert(f"a{number}", 100, incidentId="7" if number % 3 == 0 else "8")
    bench.incident("7", 90)
    assert sorted(ids(bench.read()[0]["alerts"])) == sorted(f"a{number}" for number in range(0, 30, 3))


def test_when_every_way_to_its_alerts_fails_an_incident_goes_out_without_and_the_log_is_loud() -> None:
    quirks = Quirks(expand_fails=frozenset({"7"}), single_fails=frozenset({"7"}), forbidden=frozenset({"alerts_v2"}))
    bench = Bench(quirks)
    bench.incident("7", 90)
    bench.incident("8", 80)
    assert [(record["id"], "alerts" in record) for record in bench.read()] == [("7", False), ("8", True)]
    assert "incident_without_alerts" in bench.logged()
    assert bench.read() == []


def test_where_expanding_never_works_each_page_costs_one_failure_and_its_incidents_one_request_each() -> None:
    bench = Bench(Quirks(expand_fails=frozenset(str(number) for number in range(300))))
    for number in range(300):
        bench.incident(str(number), 5000 - number * 10)
    assert len(bench.read()) == 300
    assert len([seen for seen in bench.graph.seen if "/incidents/" in seen.path]) == 300
    assert len(bench.graph.seen) < 340
    assert sum(bench.context.slept) < 60


def test_alerts_none_asks_for_none_and_separate_brings_them_as_their_own_records() -> None:
    bench = Bench()
    bench.incident("1", 60, alerts=[{"id": "a", "lastUpdateDateTime": bench.ago(50)}])
    assert "alerts" not in bench.read(alerts="none")[0]
    bench.cursors.clear()
    batches = [batch for batch in bench.batches(alerts="separate") if batch.records]
    assert [(batch.partition, batch.shape) for batch in batches] == [
        ("incidents", "graph.incident"),
        ("alerts", "graph.alert"),
    ]
    assert "alerts" not in orjson.loads(batches[0].records[0])
    assert not any("$expand" in seen.params for seen in bench.graph.seen)


def test_settle_sends_only_the_version_that_was_left_unchanged() -> None:
    bench = Bench()
    bench.context.until_drained = True
    bench.incident("1", 250)
    bench.incident("2", 1)
    found = bench.read(settle="5m", every="10s")
    assert ids(found) == ["1", "2"]
    assert sum(bench.context.slept) >= 299
    assert bench.read(settle="5m") == []


def test_updates_are_thinned_out_as_asked_across_restarts() -> None:
    bench = Bench()
    sent = []
    for status, comment in (("active", 1), ("active", 2), ("inProgress", 3), ("resolved", 4)):
        bench.context.time += timedelta(minutes=30)
        bench.incident("1", 0, status=status, comments=[comment])
        sent += [record["comments"] for record in bench.read(updates="first_and_final")]
    assert sent == [[1], [4]]


def test_of_a_merged_incident_the_old_one_and_the_surviving_one_arrive() -> None:
    bench = Bench()
    bench.incident("ancient", 30 * 86400)
    bench.incident("merged", 60, status="redirected", redirectIncidentId="ancient")
    bench.incident("lost", 50, status="redirected", redirectIncidentId="nowhere")
    found = bench.read()
    assert ids(found) == ["merged", "lost", "ancient"]
    assert found[-1]["alerts"] == []
    assert bench.read() == []
    assert "merged_into_unknown_incident" in bench.logged()


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
