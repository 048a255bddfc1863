"""When trouble in one partition is told as the trouble of the source."""

from __future__ import annotations

from siemcast.errors import AuthRefused, Transient
from siemcast_defender.streaming.health import PATIENCE, Health


def health(*parts: str) -> Health:
    subject = Health(lambda part, cause: None)
    for part in parts:
        subject.expect(part)
    return subject


def test_one_lost_connection_is_no_trouble_and_the_second_in_a_row_is() -> None:
    subject = health("0")
    subject.failed("0", Transient("lost"))
    assert subject.verdict() is None
    subject.failed("0", Transient("lost again"))
    assert str(subject.verdict()) == "lost again"


def test_a_refusal_of_all_is_told_at_once_and_as_such() -> None:
    subject = health("0", "1")
    subject.failed("0", AuthRefused("no right"))
    assert subject.verdict() is None
    subject.failed("1", AuthRefused("no right"))
    assert isinstance(subject.verdict(), AuthRefused)


def test_one_part_among_well_ones_never_ends_their_reading() -> None:
    subject = health("0", "1")
    for _ in range(2 * PATIENCE):
        subject.failed("0", AuthRefused("no right", hint="give it"))
        assert subject.verdict() is None


def test_being_heard_of_again_ends_the_trouble() -> None:
    subject = health("0")
    for _ in range(PATIENCE):
        subject.failed("0", Transient("lost"))
    subject.well("0")
    assert subject.verdict() is None


def test_without_parts_there_is_no_trouble() -> None:
    assert health().verdict() is None


def test_trouble_that_lasts_is_told_of_its_part_until_that_is_heard_of_again_or_nobodys_any_more() -> None:
    told: list[tuple[str, str | None]] = []
    subject = Health(lambda part, cause: told.append((part, cause)))
    for part in ("0", "1"):
        subject.expect(part)
        for _ in range(PATIENCE):
            subject.failed(part, AuthRefused("no right", hint="give it"))
    subject.well("0")
    subject.forget("1")
    assert told == [("0", "no right; give it"), ("1", "no right; give it"), ("0", None), ("1", None)]
