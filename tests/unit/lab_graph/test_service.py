"""The stand-in Graph answers as Microsoft's does where that is known, and misbehaves only as told."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast_lab.graph import Answer, LabGraph, Quirks, Store

BEARER = {"authorization": "Bearer token"}
PREFER = {**BEARER, "prefer": "include-unknown-enum-members"}


def graph(quirks: Quirks | None = None, incidents: int = 0) -> LabGraph:
    store = Store()
    for number in range(incidents):
        when = f"2026-11-21T12:{number // 60:02}:{number % 60:02}.0000001Z"
        store.put_incident({"id": str(number), "createdDateTime": when, "lastUpdateDateTime": when, "status": "active"})
    return LabGraph(store, quirks)


def ask(lab: LabGraph, path: str = "incidents", **params: str) -> Answer:
    return lab.respond(f"/v1.0/security/{path}", {f"${name}": value for name, value in params.items()}, PREFER)


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [item["id"] for item in orjson.loads(answer.body)["value"]]


def words(answer: Answer) -> str:
    return str(orjson.loads(answer.body)["error"]["message"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lastUpdateDateTime ge 2026-11-21T12:00:02.0000001Z", ["3", "2"]),
        ("lastUpdateDateTime gt 2026-11-21T12:00:02.0000001Z", ["3"]),
        ("lastUpdateDateTime gt 2026-11-21T12:00:02Z", ["3", "2"]),
        ("lastUpdateDateTime le 2026-11-21T12:00:01.0000001Z", ["1", "0"]),
        ("lastUpdateDateTime lt 2026-11-21T12:00:01.0000001Z", ["0"]),
        ("createdDateTime eq 2026-11-21T12:00:01.0000001Z and status eq 'active'", ["1"]),
        ("status eq 'resolved' or (createdDateTime lt 2026-11-21T12:00:01Z and status ne 'resolved')", ["0"]),
        ("assignedTo eq 'o''brien'", []),
    ],
)
def test_filters_select(text: str, expected: list[str]) -> None:
    assert ids(ask(graph(incidents=4), filter=text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "title eq 'x'",
        "status has 'x'",
        "status eq",
        "(status eq 'x'",
        "status eq 'x' status",
        "createdDateTime ge soon",
        "'",
    ],
)
def test_filters_that_graph_does_not_take_are_400(text: str) -> None:
    assert ask(graph(), filter=text).status == 400


def test_newest_come_first_unless_ordered() -> None:
    assert ids(ask(graph(incidents=3))) == ["2", "1", "0"]
    assert ids(ask(graph(incidents=3), orderby="lastUpdateDateTime asc")) == ["0", "1", "2"]
    assert ids(ask(graph(Quirks(order="ignored"), 3), orderby="lastUpdateDateTime asc")) == ["2", "1", "0"]
    assert ask(graph(Quirks(order="refused"), 3), orderby="lastUpdateDateTime asc").status == 400


def test_limits_are_graphs() -> None:
    assert words(ask(graph(), top="51")) == "The limit of '50' for Top query has been exceeded."
    assert ask(graph(), skip="501").status == 400
    assert ask(graph(), top="x").status == 400
    assert ask(graph(), select="id").status == 400
    assert ask(graph(), "alerts_v2", top="5000").status == 200


def test_a_silent_clamp_shortens_pages_and_count_tells_the_truth() -> None:
    answer = ask(graph(Quirks(clamp=2), 5), top="50", count="true")
    assert ids(answer) == ["4", "3"]
    assert orjson.loads(answer.body)["@odata.count"] == 5


def follow(lab: LabGraph, answer: Answer) -> dict[str, Any]:
    link = orjson.loads(answer.body)["@odata.nextLink"]
    token = link.rpartition("skiptoken=")[2]
    return dict(orjson.loads(ask(lab, skiptoken=token, top="2").body))


def test_next_links_are_offsets_into_a_list_that_moves() -> None:
    lab = graph(Quirks(next_link="always"), 5)
    first = ask(lab, top="2")
    lab.store.put_incident({"id": "new", "lastUpdateDateTime": "2026-11-21T13:00:00Z"})
    assert [item["id"] for item in follow(lab, first)["value"]] == ["3", "2"]  # 3 again: all moved by one


@pytest.mark.parametrize("style", ["never", "elsewhere", "circular"])
def test_next_links_may_be_worth_nothing(style: Any) -> None:
    link = orjson.loads(ask(graph(Quirks(next_link=style), 5), top="2").body).get("@odata.nextLink")
    assert (link is None) == (style == "never")
    assert style != "elsewhere" or link.startswith("https://graph.microsoft.com.evil.invalid/")
    assert style != "circular" or link.endswith("skiptoken=0")


def test_without_prefer_newer_enum_members_are_hidden() -> None:
    lab = graph()
    lab.store.put_alert({"id": "a", "serviceSource": "microsoftSentinel", "lastUpdateDateTime": "2026-11-21T12:00:00Z"})
    answer = lab.respond("/v1.0/security/alerts_v2", {}, BEARER)
    assert orjson.loads(answer.body)["value"][0]["serviceSource"] == "unknownFutureValue"
    assert orjson.loads(ask(lab, "alerts_v2").body)["value"][0]["serviceSource"] == "microsoftSentinel"


def test_what_is_committed_late_is_seen_only_from_its_request_on() -> None:
    lab = graph()
    lab.store.put_incident({"id": "late", "lastUpdateDateTime": "2026-11-21T12:00:00Z"}, visible_from=3)
    assert [ids(ask(lab)), ask(lab, "incidents/late").status, ids(ask(lab))] == [[], 404, ["late"]]


def test_expanding_brings_alerts_and_fails_where_told() -> None:
    lab = graph(Quirks(expand_fails=frozenset({"1", "2"}), single_fails=frozenset({"2"})), 4)
    lab.store.put_alert({"id": "a", "incidentId": "3", "lastUpdateDateTime": "2026-11-21T12:00:00Z"})
    answer = ask(lab, top="1", expand="alerts")
    assert orjson.loads(answer.body)["value"][0]["alerts"][0]["id"] == "a"
    assert ask(lab, expand="alerts").status == 500
    assert ask(lab, "incidents/1", expand="alerts").status == 200
    assert ask(lab, "incidents/2", expand="alerts").status == 504
    assert ask(lab, "incidents/2").status == 200


def test_tokens_are_verified_and_refused_once_when_told() -> None:
    lab = LabGraph(Store(), Quirks(unauthorised=1), authorise=lambda token: token == "good")
    bearer = {"authorization": "Bearer good"}
    path = "/v1.0/security/incidents"
    assert [lab.respond(path, {}, headers).status for headers in (bearer, bearer, {})] == [401, 200, 401]


def test_forbidden_lists_and_unknown_paths_are_told_apart() -> None:
    lab = graph(Quirks(forbidden=frozenset({"alerts_v2"})))
    assert [ask(lab, "alerts_v2").status, ask(lab).status, ask(lab, "secureScores").status] == [403, 200, 404]


@pytest.mark.parametrize(
    ("fault", "status"),
    [("throttled", 429), ("throttled_bare", 429), ("throttled_date", 429), ("torn", 200), ("valueless", 200)],
)
def test_each_fault_can_be_switched_on_alone(fault: str, status: int) -> None:
    answer = ask(graph(Quirks(**{fault: 1.0}), 3))  # type: ignore[arg-type]  # every rate is a float
    assert answer.status == status
    assert ("Retry-After" in answer.headers) == (fault in ("throttled", "throttled_date"))
    if fault == "torn":
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(answer.body)


def test_a_spent_budget_names_the_wait_and_every_request_is_recorded() -> None:
    lab = graph(Quirks(budget=2))
    answers = [ask(lab, top=str(number)) for number in range(1, 4)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 61
    assert [(seen.params["$top"], seen.status) for seen in lab.seen] == [("1", 200), ("2", 200), ("3", 429)]


def test_what_cannot_be_expanded_is_refused() -> None:
    lab = graph(incidents=1)
    for path, expand in (
        ("incidents", "foo"),
        ("incidents/0", "alerts,foo"),
        ("alerts_v2", "alerts"),
        ("incidents", ""),
    ):
        answer = ask(lab, path, expand=expand)
        assert answer.status == 400
        assert f"no navigation property '{expand}'" in words(answer)
    assert ids(ask(lab, expand="alerts")) == ["0"]
