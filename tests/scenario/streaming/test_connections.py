"""Ways into a namespace, and every wrong one in plain words."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from siemcast.errors import AuthRefused, ConfigError, DeliveryError, Transient
from siemcast.testing.fakes import FakeContext, FakeTenant
from siemcast_lab.certificates import Certificates
from siemcast_lab.eventhub import NAMESPACE, LabSettings, eventhub_lab

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK forgets the sockets of broken connections
HUB = "insights-logs-advancedhunting"


@pytest.mark.parametrize("transport", ["amqp", "amqp-websocket"])
def test_over_tls_with_the_configured_authority_everything_arrives(
    forwarder: Any, message: Any, certificates: Certificates, transport: str
) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 2}, certificates=certificates) as lab:
            lab.publish(HUB, 0, message(0))
            lab.publish(HUB, 1, message(20, 3000))
            endpoint = lab.tls_endpoint if transport == "amqp" else lab.websocket_endpoint
            tls = {"ca_file": certificates.ca}
            way = {"endpoint": endpoint, "transport": transport, "tls": tls}
            reader = forwarder(lab.namespace_connection_string, **way)
            await reader.check()
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(3020), 1)

    asyncio.run(scenario())


@pytest.mark.filterwarnings(
    "ignore:unclosed|Unclosed:ResourceWarning"
)  # the SDK forgets a session that did not connect
@pytest.mark.parametrize("transport", ["amqp", "amqp-websocket"])
def test_a_certificate_of_a_stranger_is_refused_and_ca_file_named(
    forwarder: Any, certificates: Certificates, foreign: Certificates, transport: str
) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}, certificates=certificates) as lab:
            endpoint = lab.tls_endpoint if transport == "amqp" else lab.websocket_endpoint
            tls = {"ca_file": foreign.ca}
            way = {"endpoint": endpoint, "transport": transport, "tls": tls}
            reader = forwarder(lab.namespace_connection_string, **way)
            for attempt in (reader.check, reader.read):
                with pytest.raises(AuthRefused, match="ca_file"):
                    await attempt()

    asyncio.run(scenario())


def test_a_wrong_key_is_refused_without_showing_it(forwarder: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            reader = forwarder(lab.connection_string.replace("bGFiLWtleQ", "d3JvbmcQ"))
            for attempt in (reader.check, reader.read):
                with pytest.raises(AuthRefused, match="connection string") as caught:
                    await attempt()
                assert "d3JvbmcQ" not in str(caught.value)

    asyncio.run(scenario())


def test_a_missing_hub_or_consumer_group_is_named(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            for change in ({"hubs": ["absent"]}, {"consumer_group": "absent"}):
                reader = forwarder(lab.connection_string, **change)
                with pytest.raises(Transient, match="no such hub or consumer group"):
                    await reader.read()

    asyncio.run(scenario())


def test_a_missing_hub_holds_back_no_other(forwarder: Any, message: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            reader = forwarder(lab.connection_string, hubs=["absent", HUB])
            with pytest.raises(Transient, match="hub absent"):
                await reader.read()
            assert reader.numbers() == dict.fromkeys(range(20), 1)

    asyncio.run(scenario())


def test_a_missing_hub_is_told_for_as_long_as_it_is_and_disturbs_no_other(
    forwarder: Any, message: Any, settled: Any
) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 2}) as lab:
            reader = forwarder(lab.connection_string, hubs=["late", HUB], context=FakeContext(until_drained=False))
            reading = asyncio.create_task(reader.read(lambda _: len(reader.records) == 80))
            lab.publish(HUB, 0, message(0))
            await settled(lambda: len(reader.records) == 20)
            await settled(lambda: "no such hub" in reader.context.ailments.get("hub late", ""))
            lab.publish(HUB, 1, message(20, 40))
            await settled(lambda: len(reader.records) == 60)
            interrupted = {facts["part"] for facts in reader.logged("reading_interrupted")}
            lab.create("late", 1)
            lab.publish("late", 0, message(60))
            await reading
            assert (interrupted, reader.context.ailments) == ({"hub late"}, {})
            assert reader.numbers() == dict.fromkeys(range(80), 1)

    asyncio.run(scenario())


def test_nothing_listening_is_transient(forwarder: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            connection_string = lab.connection_string
        reader = forwarder(connection_string)
        for attempt in (reader.check, reader.read):
            with pytest.raises(Transient, match=HUB):
                await attempt()

    asyncio.run(scenario())


def test_a_tenants_identity_opens_the_namespace(forwarder: Any, message: Any, certificates: Certificates) -> None:
    async def scenario() -> None:
        seen: list[str] = []

        def check_jwt(token: str) -> str | None:
            seen.append(token)
            return None if token == "token-0" else "InvalidToken: not of this tenant"

        lab_settings = LabSettings(check_jwt=check_jwt)
        async with eventhub_lab({HUB: 1}, settings=lab_settings, certificates=certificates) as lab:
            lab.publish(HUB, 0, message(0))
            way = {"namespace": NAMESPACE, "tenant": "contoso", "endpoint": lab.tls_endpoint}
            reader = forwarder(None, **way, tls={"ca_file": certificates.ca})
            await reader.check()
            await reader.read()
            assert reader.numbers() == dict.fromkeys(range(20), 1)
            assert set(seen) == {"token-0"}

    asyncio.run(scenario())


def test_an_identity_without_the_role_is_told_which_role(forwarder: Any, certificates: Certificates) -> None:
    async def scenario() -> None:
        refuse = LabSettings(check_jwt=lambda _: "Unauthorized access. 'Listen' claim(s) are required")
        async with eventhub_lab({HUB: 1}, settings=refuse, certificates=certificates) as lab:
            way = {"namespace": NAMESPACE, "tenant": "contoso", "endpoint": lab.tls_endpoint}
            reader = forwarder(None, **way, tls={"ca_file": certificates.ca})
            for attempt in (reader.check, reader.read):
                with pytest.raises(AuthRefused, match="Azure Event Hubs Data Receiver"):
                    await attempt()

    asyncio.run(scenario())


def test_entras_own_refusal_reaches_the_user_as_it_is(forwarder: Any, certificates: Certificates) -> None:
    class Locked(FakeTenant):
        async def token(self, scope: str) -> str:
            raise AuthRefused("AADSTS7000222: the secret has expired", hint="make a new one")

    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}, certificates=certificates) as lab:
            context = FakeContext(tenants={"contoso": Locked()})
            way = {"namespace": NAMESPACE, "tenant": "contoso", "endpoint": lab.tls_endpoint}
            reader = forwarder(None, **way, tls={"ca_file": certificates.ca}, context=context)
            for attempt in (reader.check, reader.read):
                with pytest.raises(DeliveryError, match="AADSTS7000222"):
                    await attempt()

    asyncio.run(scenario())


def test_a_second_reader_of_the_group_is_named_as_the_cause(forwarder: Any, message: Any, settled: Any) -> None:
    async def scenario() -> None:
        async with eventhub_lab({HUB: 1}) as lab:
            lab.publish(HUB, 0, message(0))
            first = forwarder(lab.connection_string, context=FakeContext(until_drained=False))
            reading = asyncio.create_task(first.read())
            await settled(lambda: first.records)
            second = forwarder(lab.connection_string)
            await second.read()
            await settled(lambda: first.logged("reading_interrupted"))
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            (said, *_) = first.logged("reading_interrupted")
            assert "another reader" in said["error"]
            assert "consumer group" in said["error"]

    asyncio.run(scenario())


def test_a_connection_string_in_the_clear_to_another_machine_is_refused(forwarder: Any) -> None:
    text = "Endpoint=sb://10.1.2.3:5672;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true"
    with pytest.raises(ConfigError, match="emulator"):
        asyncio.run(forwarder(text).check())
