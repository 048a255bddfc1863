"""What each answer of `_bulk` means."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast_sinks.elastic.reply import Outcome, missing_privileges, read, read_root

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def item(status: int, kind: str = "", reason: str = "", **more: Any) -> dict[str, Any]:
    error = {"type": kind, "reason": reason, **more}
    return {"create": {"status": status, "error": error} if kind else {"status": status}}


def bulk(*items: Any) -> httpx.Response:
    return httpx.Response(200, json={"errors": True, "items": list(items)})


def test_answer_without_errors_accepts_all() -> None:
    assert read(httpx.Response(200, json={"errors": False, "items": []}), 3, "ES", NOW) == Outcome()


def test_conflict_is_a_repeat_and_so_accepted() -> None:
    outcome = read(bulk(item(201), item(409, "version_conflict_engine_exception", "exists")), 2, "ES", NOW)
    assert outcome == Outcome()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "es_rejected_execution_exception"),
        (429, "circuit_breaking_exception"),
        (429, "cluster_block_exception"),
        (403, "cluster_block_exception"),
        (503, "unavailable_shards_exception"),
        (500, "exception"),
    ],
)
def test_busy_item_is_sent_again_alone(status: int, kind: str) -> None:
    outcome = read(bulk(item(201), item(status, kind, "busy"), item(201)), 3, "ES", NOW)
    assert (list(outcome.again), outcome.rejected) == ([1], {})
    assert kind in outcome.again[1]


def test_document_that_does_not_fit_is_rejected_with_type_reason_and_cause() -> None:
    wrong = item(400, "document_parsing_exception", "failed to parse field [a]", caused_by={"reason": "not a date"})
    outcome = read(bulk(item(201), wrong), 2, "ES", NOW)
    assert outcome.rejected == {1: "status 400: document_parsing_exception: failed to parse field [a] (not a date)"}


def test_missing_right_is_refused_and_named() -> None:
    wrong = item(403, "security_exception", "action [indices:admin/auto_create] is unauthorized")
    with pytest.raises(AuthRefused, match=r"auto_create.*create_doc"):
        read(bulk(wrong), 1, "ES", NOW)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (item(404, "index_not_found_exception", "no such index [logs-x-y]"), "index template"),
        (item(400, "illegal_argument_exception", "pipeline with id [p] does not exist"), "pipeline"),
    ],
)
def test_wrong_set_up_dead_letters_nothing(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Transient, match=words):
        read(bulk(wrong, item(201)), 2, "ES", NOW)


def test_too_large_a_request_is_permanent_and_says_which_setting_to_lower() -> None:
    with pytest.raises(Permanent, match=r"batch\.bytes"):
        read(httpx.Response(413), 2, "ES", NOW)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_busy_cluster_is_transient(status: int) -> None:
    with pytest.raises(Transient) as caught:
        read(httpx.Response(status, headers={"Retry-After": "3"}), 1, "ES", NOW)
    assert caught.value.retry_after == 3


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_refused(status: int) -> None:
    with pytest.raises(AuthRefused):
        read(httpx.Response(status), 1, "ES", NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"<html>",
        b'{"errors":true}',
        b'{"errors":true,"items":[]}',
        b'{"items":[{}]}',
        b'{"errors":false,"items":[{"create":{"status":201}}]}',
    ],
)
def test_answer_that_does_not_speak_of_each_document_delivers_nothing(content: bytes) -> None:
    with pytest.raises(Transient):
        read(httpx.Response(200, content=content), 2, "ES", NOW)


@pytest.mark.parametrize("odd", [None, {}, {"create": None}, {"create": {}}, {"create": {"status": "201"}}])
def test_item_that_cannot_be_read_is_sent_again(odd: Any) -> None:
    assert list(read(bulk(odd, item(201)), 2, "ES", NOW).again) == [0]


def test_failure_store_is_noticed() -> None:
    content = b'{"errors":false,"items":[{"create":{"status":201,"failure_store":"used"}}]}'
    assert read(httpx.Response(200, content=content), 1, "ES", NOW).failure_store


def test_product_is_known_by_what_it_says_of_itself() -> None:
    elastic = httpx.Response(200, json={"version": {"number": "8.19.0"}})
    opensearch = httpx.Response(200, json={"version": {"distribution": "opensearch", "number": "3.2.0"}})
    assert read_root(elastic, "elasticsearch", "ES", NOW) is None
    assert read_root(opensearch, "opensearch", "OS", NOW) is None
    assert read_root(opensearch, "elasticsearch", "OS", NOW) == "OS is opensearch, not elasticsearch"
    assert read_root(httpx.Response(200, json={}), "elasticsearch", "X", NOW) is not None
    assert read_root(httpx.Response(403), "elasticsearch", "ES", NOW) is None


def test_missing_privileges_are_listed() -> None:
    answer = httpx.Response(200, json={"index": {"logs-a-b": {"create_doc": True, "auto_configure": False}}})
    assert missing_privileges(answer, "ES", NOW) == ["auto_configure on logs-a-b"]
    assert missing_privileges(httpx.Response(400), "ES", NOW) == []
