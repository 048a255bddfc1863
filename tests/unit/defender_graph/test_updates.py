"""Of an incident's updates those travel that were asked for; in doubt one too many."""

from __future__ import annotations

import orjson
import pytest

from siemcast_defender.graph import updates
from siemcast_defender.graph.page import Item, parse_item
from siemcast_defender.graph.updates import Mode, is_wanted


def version(**members: object) -> Item:
    return parse_item(orjson.dumps({"id": "1", "status": "active", "severity": "low", **members}))


def sent(mode: Mode, *versions: Item) -> list[bool]:
    memory: dict[str, str] = {}
    return [is_wanted(mode, one, memory) for one in versions]


def test_every_change_sends_all() -> None:
    assert sent("every_change", version(), version()) == [True, True]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "resolved"},
        {"severity": "high"},
        {"classification": "truePositive"},
        {"determination": "malware"},
        {"assignedTo": "ann"},
        {"redirectIncidentId": "2"},
    ],
)
def test_a_change_of_state_is_sent_and_a_comment_is_not(change: dict[str, object]) -> None:
    assert sent("state_changes", version(), version(comments=["x"]), version(**change)) == [True, False, True]


def test_another_spelling_of_the_same_state_is_no_change() -> None:
    assert sent("state_changes", version(status="Active"), version(status="active")) == [True, False]


def test_one_more_alert_is_a_change_where_alerts_are_known() -> None:
    one, two = version(alerts=[{}]), version(alerts=[{}, {}])
    assert sent("state_changes", one, one, version(), two, two) == [True, False, False, True, False]


def test_first_and_final_sends_the_first_sight_and_each_closing() -> None:
    opened, closed, merged = version(), version(status="resolved"), version(status="redirected", redirectIncidentId="2")
    assert sent("first_and_final", opened, opened, closed, closed) == [True, False, True, False]
    assert sent("first_and_final", closed, opened, closed) == [True, False, True]
    assert sent("first_and_final", opened, merged) == [True, True]


def test_the_memory_is_bounded_and_what_is_forgotten_is_sent_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "MOST_REMEMBERED", 2)
    memory: dict[str, str] = {}
    items = [parse_item(b'{"id":"%d"}' % number) for number in range(3)]
    assert [is_wanted("state_changes", item, memory) for item in (*items, items[2], items[0])] == [
        True,
        True,
        True,
        False,
        True,
    ]
    assert len(memory) == 2
