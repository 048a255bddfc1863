"""The lab's receivers are as strict as the products they stand for."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest

from siemcast_lab.bulk import Bulk
from siemcast_lab.hec import Hec, HecToken
from siemcast_lab.hec.rules import take

AUTHORIZED = {"Authorization": "Splunk t"}
CHANNEL = {"X-Splunk-Request-Channel": "0f4f3a52-5a8e-4a5c-9c0e-3f0d5c1d2e3f"}
GOOD = b'{"event":{"a":1}}'


@pytest.mark.parametrize(
    ("bad", "code", "number", "taken"),
    [
        (b"", 5, None, 0),
        (b"  \n", 5, None, 0),
        (b"{", 6, 0, 0),
        (GOOD + b"{", 6, 1, 1),
        (GOOD + b'["a"]', 6, 1, 1),
        (GOOD + b'{"event":"a","extra":1}', 6, 1, 1),
        (GOOD + b'{"event":"a\xff"}', 6, 0, 0),
        (GOOD + b'{"event":"a","index":"other"}', 7, 2, 0),
        (GOOD + b'{"time":1}', 12, 1, 1),
        (GOOD + b'{"event":null}', 12, 1, 1),
        (GOOD + b'{"event":""}', 13, 1, 1),
        (GOOD + b'{"event":{}}', 13, 1, 1),
        (GOOD + b'{"event":"a","time":1.79E9}', 15, 1, 1),
        (GOOD + b'{"event":"a","time":"1.79e9"}', 15, 1, 1),
        (GOOD + b'{"event":"a","time":-1}', 15, 1, 1),
        (GOOD + b'{"event":"a","fields":{"n":1}}', 15, 1, 1),
        (GOOD + b'{"event":"a","fields":{"n":{"m":"x"}}}', 15, 1, 1),
    ],
)
def test_collector_refuses_at_the_bad_event_and_takes_what_stands_before(
    bad: bytes, code: int, number: int | None, taken: int
) -> None:
    events, refusal = take(bad, ("main",), "main", None)
    assert refusal is not None
    assert (refusal.code, refusal.number, len(events)) == (code, number, taken)


@pytest.mark.parametrize("between", [b"", b"\n", b" \r\n "])
def test_collector_takes_concatenated_events(between: bytes) -> None:
    body = between.join([GOOD, b'{"event":"text","time":"1.5","fields":{"a":["b"]}}', GOOD])
    events, refusal = take(body, ("main",), "main", None)
    assert refusal is None
    assert [event.event for event in events] == [{"a": 1}, "text", {"a": 1}]
    assert events[1].time == 1.5


@pytest.mark.parametrize(
    ("token", "path", "headers", "status", "code"),
    [
        (HecToken(), "event", {}, 401, 2),
        (HecToken(), "event", {"Authorization": "t"}, 401, 3),
        (HecToken(), "event", {"Authorization": "Splunk other"}, 403, 4),
        (HecToken(), "event", {"Authorization": "Basic eDp0"}, 200, 0),
        (HecToken(), "event", {"Authorization": "Basic eDpvdGhlcg=="}, 403, 4),
        (HecToken(), "event", {"Authorization": "Basic x:t"}, 401, 3),
        (HecToken(), "event", {**AUTHORIZED, "Content-Encoding": "gzip"}, 400, 6),
        (HecToken(disabled=True), "event", AUTHORIZED, 403, 1),
        (HecToken(), "event?token=t", {}, 400, 16),
        (HecToken(ack=True), "event", AUTHORIZED, 400, 10),
        (HecToken(ack=True), "event", {**AUTHORIZED, "X-Splunk-Request-Channel": "mine"}, 400, 11),
        (HecToken(), "ack", {**AUTHORIZED, **CHANNEL}, 400, 14),
        (HecToken(), "event", AUTHORIZED, 200, 0),
        (HecToken(ack=True), "event", {**AUTHORIZED, **CHANNEL}, 200, 0),
    ],
)
def test_collector_minds_token_and_channel(
    token: HecToken, path: str, headers: dict[str, str], status: int, code: int
) -> None:
    async def scenario() -> httpx.Response:
        async with Hec(tokens={"t": token}).serving() as url, httpx.AsyncClient(base_url=url) as http:
            return await http.post(f"/services/collector/{path}", content=GOOD, headers=headers)

    answer = asyncio.run(scenario())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_collector_numbers_each_channel_and_reports_an_acknowledgement_once() -> None:
    async def scenario() -> None:
        hec = Hec(tokens={"t": HecToken(ack=True)}, ack_after=1)
        async with hec.serving() as url, httpx.AsyncClient(base_url=url, headers={**AUTHORIZED, **CHANNEL}) as http:

            async def ask() -> Any:
                return (await http.post("/services/collector/ack", json={"acks": [0, 1, 5]})).json()["acks"]

            for expected in (0, 1):
                body = gzip.compress(GOOD)
                answer = await http.post("/services/collector", content=body, headers={"Content-Encoding": "gzip"})
                assert answer.json()["ackId"] == expected
            answers = [await ask() for _ in range(3)]
            assert [list(said.values()) for said in answers] == [[False] * 3, [True, True, False], [False] * 3]

    asyncio.run(scenario())


def bulk_body(*pairs: tuple[Any, Any]) -> bytes:
    return b"".join(json.dumps(part).encode() + b"\n" for pair in pairs for part in pair)


STREAM = "logs-a-b"
SOUND = {"@timestamp": "2026-11-21T12:00:00.000Z"}


def send(bulk: Bulk, body: bytes, **headers: str) -> httpx.Response:
    async def scenario() -> httpx.Response:
        given = {"Content-Type": "application/x-ndjson", "Authorization": bulk.authorization or "", **headers}
        async with bulk.serving() as url, httpx.AsyncClient(base_url=url, headers=given) as http:
            return await http.post("/_bulk", content=body)

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("action", "document", "status", "kind"),
    [
        ({"create": {"_index": STREAM, "_id": "1"}}, SOUND, 409, "version_conflict_engine_exception"),
        ({"index": {"_index": STREAM}}, SOUND, 400, "illegal_argument_exception"),
        ({"create": {"_index": "somewhere"}}, SOUND, 404, "index_not_found_exception"),
        ({"create": {"_index": STREAM, "_id": "x" * 513}}, SOUND, 400, "illegal_argument_exception"),
        ({"create": {"_index": STREAM}}, {"a": 1}, 400, "document_parsing_exception"),
        ({"create": {"_index": STREAM}}, [1], 400, "document_parsing_exception"),
    ],
)
def test_cluster_refuses_an_item_alone(action: Any, document: Any, status: int, kind: str) -> None:
    bulk = Bulk()
    first, last = ({"create": {"_index": STREAM, "_id": name}} for name in ("1", "2"))
    answer = send(bulk, bulk_body((first, SOUND), (action, document), (last, SOUND))).json()
    assert answer["errors"] is True
    statuses = [item["create"]["status"] for item in answer["items"]]
    assert statuses == [201, status, 201]
    assert answer["items"][1]["create"]["error"]["type"] == kind
    assert [stored.id for stored in bulk.documents] == ["1", "2"]


@pytest.mark.parametrize("body", [b"{}", b"{}\n", b"[]\n{}\n", b'{"create":{}}\n', b"\n"])
def test_cluster_refuses_what_is_no_bulk_body(body: bytes) -> None:
    assert send(Bulk(), body).status_code == 400


def test_cluster_wants_its_credentials_and_the_right_type() -> None:
    body = bulk_body(({"create": {"_index": STREAM}}, SOUND))
    assert send(Bulk(), body, Authorization="ApiKey other").status_code == 401
    assert send(Bulk(), body, **{"Content-Type": "text/plain"}).status_code == 406


def test_cluster_keeps_no_more_than_it_is_told_to_but_knows_every_id() -> None:
    bulk = Bulk(keep=2)
    pairs = [({"create": {"_index": STREAM, "_id": str(number)}}, SOUND) for number in (1, 2, 3, 1)]
    send(bulk, bulk_body(*pairs))
    assert ([stored.id for stored in bulk.documents], bulk.count, bulk.conflicts) == (["2", "3"], 3, 1)
