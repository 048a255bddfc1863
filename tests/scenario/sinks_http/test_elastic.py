"""The elastic sink against a cluster's stand-in over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from siemcast.api import Encoded, SinkSpec
from siemcast.errors import AuthRefused, ConfigError, Permanent, Transient
from siemcast.testing import FakeContext, SinkContract, SinkStage
from siemcast.testing.sink import document
from siemcast_lab.bulk import Bulk, BulkDocument, ItemFault
from siemcast_sinks.elastic import SPEC
from siemcast_sinks.elastic.config import ElasticSettings

API_KEY = "bGFiOmxhYi1hcGkta2V5"


def settings(url: Any, **changes: Any) -> ElasticSettings:
    given = {"kind": "elastic", "url": url, "api_key": API_KEY, **changes}
    return ElasticSettings.model_validate({key: value for key, value in given.items() if value is not None})


def mapping_error(names: Collection[str]) -> Callable[[BulkDocument], str | None]:
    return lambda found: f"failed to parse {found.body['id']}" if found.body["id"] in names else None


def ids(bulk: Bulk) -> list[str]:
    return [found.body["id"] for found in bulk.documents]


class TestContract(SinkContract):
    spec: SinkSpec[ElasticSettings] = SPEC
    settings: Mapping[str, Any] = {"url": "https://es.example:9200", "api_key": "hush-hush"}
    uses_http = True

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        bulk, refused = Bulk(), set[str]()
        bulk.poison = mapping_error(refused)
        async with bulk.serving() as url:
            yield SinkStage(settings(url), lambda: ids(bulk), refused.add)


@asynccontextmanager
async def forwarding(bulk: Bulk, **changes: Any) -> AsyncGenerator[tuple[Any, FakeContext], None]:
    context = FakeContext()
    async with bulk.serving() as url, SPEC.open(settings(url, **changes), context) as sink:
        yield sink, context


def test_document_that_does_not_fit_is_rejected_alone_in_the_clusters_words() -> None:
    async def scenario() -> None:
        bulk = Bulk(poison=mapping_error({"event-00123"}))
        async with forwarding(bulk) as (sink, _):
            (rejected,) = await sink.write(Encoded([document(number) for number in range(1000)]))
        assert rejected.index == 123
        assert rejected.reason == "status 400: document_parsing_exception: failed to parse event-00123"
        assert (bulk.count, bulk.requests) == (999, 1)

    asyncio.run(scenario())


def test_only_what_a_busy_shard_refused_is_sent_again() -> None:
    async def scenario() -> None:
        bulk = Bulk(busy_items=30, poison=mapping_error({"event-00000"}))
        async with forwarding(bulk) as (sink, context):
            rejected = await sink.write(Encoded([document(number) for number in range(50)]))
        assert [item.index for item in rejected] == [0]
        assert sorted(ids(bulk)) == [f"event-{number:05d}" for number in range(1, 50)]
        assert bulk.conflicts == 0
        assert bulk.items == 80
        assert context.slept

    asyncio.run(scenario())


BUSY = ItemFault(429, "es_rejected_execution_exception", "rejected execution")


def test_raw_records_without_an_id_are_not_doubled_by_a_busy_shard_nor_by_a_busy_cluster_after_it() -> None:
    async def scenario() -> None:
        bulk, refused = Bulk(), set[str]()

        def busy_once_then_down(found: BulkDocument) -> ItemFault | None:
            if found.body["id"] != "event-00003" or refused:
                return None
            refused.add(found.body["id"])
            bulk.faults.answer(503, retry_after=20)
            return BUSY

        bulk.poison = busy_once_then_down
        async with forwarding(bulk, format="native") as (sink, context):
            assert await sink.write(Encoded([document(number) for number in range(20)])) == []
        assert sorted(ids(bulk)) == [f"event-{number:05d}" for number in range(20)]
        assert bulk.items == 21
        assert list(bulk.pipelines) == [""]
        assert context.slept[1] >= 20

    asyncio.run(scenario())


def test_shard_that_stays_busy_is_transient_so_that_the_engine_knows() -> None:
    async def scenario() -> None:
        bulk = Bulk(poison=lambda found: BUSY if found.body["id"] == "event-00003" else None)
        async with forwarding(bulk) as (sink, _):
            with pytest.raises(Transient, match="too busy for 1 of 16 documents"):
                await sink.write(Encoded([document(number) for number in range(16)]))
            bulk.poison = None
            assert await sink.write(Encoded([document(number) for number in range(16)])) == []
        assert (bulk.count, bulk.conflicts) == (16, 15)

    asyncio.run(scenario())


def test_repeat_after_a_connection_broke_is_suppressed() -> None:
    async def scenario() -> None:
        bulk = Bulk()
        bulk.faults.drop_after = 1
        sent = Encoded([document(number) for number in range(10)])
        async with forwarding(bulk) as (sink, _):
            with pytest.raises(Transient):
                await sink.write(sent)
            assert await sink.write(sent) == []
        assert (bulk.count, bulk.conflicts) == (10, 10)

    asyncio.run(scenario())


def test_mapped_documents_ask_for_no_pipeline() -> None:
    async def scenario() -> None:
        bulk = Bulk()
        async with forwarding(bulk) as (sink, _):
            await sink.write(Encoded([document(1)]))
        assert bulk.pipelines.keys() == {"_none"}
        assert bulk.streams == ["logs-m365_defender.alert-default"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({}, f"ApiKey {API_KEY}"),
        ({"api_key": None, "username": "u", "password": "pä"}, "Basic dTpww6Q="),
        ({"api_key": None}, None),
        ({"api_key": None, "username": "u", "password": "p", "flavor": "opensearch"}, "Basic dTpw"),
    ],
)
def test_every_identity_is_let_in_and_checked_without_writing(changes: dict[str, Any], header: str | None) -> None:
    async def scenario() -> None:
        bulk = Bulk(authorization=header, flavor=changes.get("flavor", "elasticsearch"))
        async with forwarding(bulk, **changes) as (sink, _):
            await sink.check()
            assert bulk.count == 0
            assert await sink.write(Encoded([document(1)])) == []
        assert bulk.count == 1

    asyncio.run(scenario())


def test_check_says_what_is_wrong_with_key_rights_and_product() -> None:
    async def scenario() -> None:
        bulk = Bulk(missing_rights=frozenset({"auto_configure"}))
        async with forwarding(bulk) as (sink, _):
            with pytest.raises(AuthRefused, match=r"auto_configure on logs-m365_defender\.alert-default"):
                await sink.check()
            bulk.flavor = "opensearch"
            with pytest.raises(ConfigError, match="flavor"):
                await sink.check()
            bulk.authorization = "ApiKey another"
            with pytest.raises(AuthRefused, match="unable to authenticate"):
                await sink.check()

    asyncio.run(scenario())


def test_too_long_a_body_is_permanent() -> None:
    async def scenario() -> None:
        bulk = Bulk()
        bulk.faults.max_bytes = 500
        async with forwarding(bulk) as (sink, _):
            with pytest.raises(Permanent):
                await sink.write(Encoded([document(number) for number in range(10)]))

    asyncio.run(scenario())


def test_next_address_takes_over() -> None:
    async def scenario() -> None:
        bulk = Bulk()
        async with bulk.serving() as url, SPEC.open(settings(["http://127.0.0.1:1", url]), FakeContext()) as sink:
            for number in range(3):
                assert await sink.write(Encoded([document(number)])) == []
        assert bulk.count == 3

    asyncio.run(scenario())
