"""defender.incidents and defender.alerts, on top of a stand-in Graph without a socket."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from siemcast_lab.graph import Quirks
from unit.defender_graph.bench import ALERTS, Bench, ids


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


def test_a_next_link_whose_page_can_never_be_expanded_is_read_without_and_its_incidents_get_their_alerts() -> None:
    bench = Bench(Quirks(expand_fails=frozenset({"7"}), next_link="always", clamp=2))
    for number in range(10):
        bench.incident(str(number), 60, alerts=[{"id": f"a{number}", "lastUpdateDateTime": bench.ago(1)}])
    found = bench.read()
    assert sorted(ids(found)) == [str(number) for number in range(10)]
    assert all(ids(record["alerts"]) == [f"a{record['id']}"] for record in found)


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
