"""Telemetry of four partitions by the real SDK: each record once, whatever happens to connections or to siemcast."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from siemcast.api import Batch
from siemcast.testing.fakes import FakeContext
from siemcast_defender.streaming import hub
from siemcast_lab.eventhub import EventHubLab, LabSettings, eventhub_lab

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK forgets the sockets of broken connections
HUB = "insights-logs-advancedhunting"


def _fill(lab: EventHubLab, message: Callable[..., bytes], messages: int, start: int = 0) -> int:
    for index in range(start, start + messages):
        lab.publish(HUB, index % 4, message(index * 20))
    return messages * 20


def test_2000_messages_of_20_records_arrive_once_each_and_in_order(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}) as lab:
            _fill(lab, message, 2000)
            reader = forwarder(lab.connection_string)
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(40_000), 1)
            assert sorted(reader.cursors) == [f"{HUB}/{id_}" for id_ in range(4)]
            by_partition: dict[int, list[int]] = {}
            for n in (json.loads(record)["n"] for record in reader.records):
                by_partition.setdefault(n // 20 % 4, []).append(n)
            assert all(numbers == sorted(numbers) for numbers in by_partition.values())

    asyncio.run(scenario())


def test_abandoned_after_any_batch_nothing_is_lost_or_doubled(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}) as lab:
            total = _fill(lab, message, 2000)
            reader = forwarder(lab.connection_string)
            for stop in (1, 5, 9):
                await reader.read(until=lambda _, stop=stop: reader.batches >= stop)
            assert sum(reader.numbers().values()) < total, "the first reads must not have got everything"
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(total), 1)

    asyncio.run(scenario())


def test_partitions_added_while_a_hub_is_read_or_before_it_is_read_on_lose_nothing(
    forwarder: Any, message: Any, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_AGAIN", 0.1)

    async def scenario() -> None:
        async with eventhub_lab({HUB: 2}) as lab:
            lab.publish(HUB, 0, message(1000))
            context = FakeContext(until_drained=False)
            reader = forwarder(lab.connection_string, context=context, start="latest")
            reading = asyncio.create_task(reader.read(lambda _: len(reader.records) == 40))
            await settled(lambda: len(reader.cursors) == 2)
            lab.grow(HUB, 3)
            lab.publish(HUB, 2, message(0))
            await settled(lambda: len(reader.records) == 20)
            lab.publish(HUB, 1, message(20))
            await reading
            lab.grow(HUB, 4)
            lab.publish(HUB, 3, message(40))
            await reader.read(lambda _: len(reader.records) == 60)
            assert reader.numbers() == dict.fromkeys(range(60), 1)

    asyncio.run(scenario())


def test_tcp_drops_and_busy_servers_lose_and_double_nothing(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}) as lab:
            reader = forwarder(lab.connection_string, context=FakeContext(until_drained=False))
            total = _fill(lab, message, 400)
            harm = iter([lab.drop_connections, lab.detach, lab.drop_connections])
            wanted = [total]

            def after(_: Batch) -> bool:
                if len(reader.records) < wanted[0]:
                    return False
                step = next(harm, None)
                if step is None:
                    return True
                assert step() > 0
                wanted[0] += _fill(lab, message, 400, start=wanted[0] // 20)
                return False

            async with asyncio.timeout(60):
                await reader.read(until=after, retry=True)
            assert reader.numbers() == dict.fromkeys(range(1600 * 20), 1)
            assert reader.logged("reading_interrupted")
            assert not reader.logged("messages_lost")

    asyncio.run(scenario())


def test_resuming_goes_on_exactly_after_the_cursor(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}, settings=LabSettings(offset_prefix="geo:1:")) as lab:
            total = _fill(lab, message, 40)
            reader = forwarder(lab.connection_string)
            await reader.read()
            assert all("geo:1:" in cursor for cursor in reader.cursors.values())
            total += _fill(lab, message, 7, start=40)
            sent = lab.stats()["published"]
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(total), 1)
            assert sent == 47

    asyncio.run(scenario())


def test_start_latest_survives_a_restart_before_the_first_message(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}) as lab:
            _fill(lab, message, 8)
            reader = forwarder(lab.connection_string, start="latest")
            await reader.read()
            assert not reader.records
            _fill(lab, message, 4, start=8)
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(160, 240), 1)

    asyncio.run(scenario())


def test_start_at_a_time_reads_what_arrived_since(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 4}) as lab:
            _fill(lab, message, 8)
            all_of_it = forwarder(lab.connection_string, start="2020-01-01T00:00:00Z")
            await all_of_it.read()
            assert len(all_of_it.records) == 160
            nothing = forwarder(lab.connection_string, start="2099-01-01T00:00:00Z")
            await nothing.read()
            assert not nothing.records

    asyncio.run(scenario())


def test_what_retention_took_is_said_with_its_numbers(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            reader = forwarder(lab.connection_string)
            await reader.read()
            lab.publish_many(HUB, 0, [message(n * 20) for n in range(1, 11)])
            lab.trim(HUB, keep=3)
            await reader.read()
            assert sorted(reader.numbers()) == [*range(20), *range(160, 220)]
            (lost,) = reader.logged("messages_lost")
            assert (lost["first"], lost["last"], lost["messages"], lost["cause"]) == (1, 7, 7, "retention")

    asyncio.run(scenario())


def test_a_hub_made_anew_is_read_from_its_start(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        reader = None
        for first, count in ((0, 9), (1000, 4)):
            async with eventhub_lab({HUB: 1}) as lab:
                lab.publish_many(HUB, 0, [message(first + n * 20) for n in range(count)])
                old = reader
                reader = forwarder(lab.connection_string)
                if old:
                    reader.cursors, reader.records = old.cursors, old.records
                await reader.read()
        assert reader is not None
        assert len(reader.numbers()) == 13 * 20
        assert reader.logged("hub_made_anew")

    asyncio.run(scenario())


def test_a_poisonous_message_is_one_record_as_it_came_and_the_others_are_whole(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            torn = b'{"records":[{"n":1},{"n":'
            odd = b'{"records":[{"a":"\\ud800"},{"b":"\x00 nul"},{"c":"\xf0\x9f\x98\x80"}]}'
            lab.publish_many(HUB, 0, [message(0), torn, b"", b"[]", odd, b'{"bare":1}', message(20)])
            reader = forwarder(lab.connection_string)
            await reader.read()
            assert len(reader.records) == 45
            assert reader.records[20] == torn
            split = [b'{"a":"\\ud800"}', b'{"b":"\x00 nul"}', b'{"c":"\xf0\x9f\x98\x80"}']
            assert reader.records[21:25] == [*split, b'{"bare":1}']

    asyncio.run(scenario())


def test_tables_lets_only_the_named_ones_through_whatever_their_case(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0, 3, "DeviceProcessEvents"))
            lab.publish(HUB, 0, message(3, 3, "DeviceInfo"))
            lab.publish(HUB, 0, message(6, 3, "AlertInfo"))
            reader = forwarder(lab.connection_string, tables=["deviceinfo", "AdvancedHunting-AlertInfo"])
            await reader.read()
            assert sorted(reader.numbers()) == list(range(3, 9))

    asyncio.run(scenario())


def test_a_message_larger_than_a_frame_arrives_whole(forwarder: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            record = b'{"category":"AdvancedHunting-DeviceEvents","x":"' + b"y" * 900_000 + b'"}'
            lab.publish_many(HUB, 0, [b'{"records":[' + record + b"]}"] * 5)
            reader = forwarder(lab.connection_string)
            await reader.read()
            assert reader.records == [record] * 5
            assert reader.batches >= 5, "a batch holds about a megabyte"

    asyncio.run(scenario())


def test_several_hubs_and_empty_partitions_are_drained(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({"one": 2, "two": 1, "none": 2}) as lab:
            lab.publish("one", 1, message(0))
            lab.publish("two", 0, message(20))
            reader = forwarder(lab.connection_string, hubs=["one", "two", "none"])
            async with asyncio.timeout(60):
                await reader.read()
            assert reader.numbers() == dict.fromkeys(range(40), 1)
            assert sorted(reader.cursors) == ["none/0", "none/1", "one/0", "one/1", "two/0"]

    asyncio.run(scenario())


def test_an_idle_source_says_now_and_then_that_it_is_well(
    forwarder: Any, message: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemcast_defender.streaming.own._QUIET", 0.1)  # the SDK counts in real seconds

    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            context = FakeContext(until_drained=False)
            reader = forwarder(lab.connection_string, context=context)

            def alive(batch: Batch) -> bool:
                context.slept.append(60.0)
                return len(reader.records) == 20 and not batch.records

            async with asyncio.timeout(30):
                await reader.read(until=alive)
            assert len(reader.records) == 20

    asyncio.run(scenario())


def test_a_network_that_swallows_everything_is_noticed(
    forwarder: Any, message: Any, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemcast_defender.streaming.client.IDLE", 1.0)

    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            context = FakeContext(until_drained=False)
            reader = forwarder(lab.connection_string, context=context, timeout="2s")

            def after(_: Batch) -> bool:
                if len(reader.records) == 20:
                    lab.freeze()
                    lab.publish(HUB, 0, message(20))
                return len(reader.records) == 40

            async with asyncio.timeout(60):
                reading = asyncio.create_task(reader.read(until=after, retry=True))
                await settled(lambda: reader.logged("reading_interrupted"))
                lab.thaw()
                await reading
            assert reader.numbers() == dict.fromkeys(range(40), 1)

    asyncio.run(scenario())
