"""What a `_bulk` body says."""

from typing import Any

import orjson
import pytest

from siemcast.schema import Document, Head
from siemcast_sinks.elastic.config import ElasticSettings
from siemcast_sinks.elastic.encode import body, document_id, pipeline, source, streams


def settings(**changes: Any) -> ElasticSettings:
    return ElasticSettings.model_validate({"kind": "elastic", "url": "https://es.example:9200", **changes})


def head(**changes: Any) -> Head:
    return Head(**{"id": "da1", "kind": "alert", "table": "alerts", "time_ms": 1_795_262_400_007, **changes})


def action(about: Head, chosen: ElasticSettings) -> bytes:
    """Give the first line of a body of one document."""
    return body([Document(b"{}", about)], chosen).split(b"\n")[0]


@pytest.mark.parametrize("kind", ["incident", "alert", "event"])
def test_documents_go_to_the_packages_data_streams_by_their_kind(kind: str) -> None:
    made = orjson.loads(action(head(kind=kind, version="2026-11-21T12:00:00.123Z"), settings()))
    assert made == {"create": {"_index": f"logs-m365_defender.{kind}-default", "_id": "da1:2026-11-21T12:00:00.123Z"}}


def test_data_stream_is_named_by_the_settings() -> None:
    chosen = settings(data_stream={"dataset": "mine", "namespace": "prod"})
    assert orjson.loads(action(head(), chosen))["create"]["_index"] == "logs-mine-prod"
    assert streams(chosen) == ["logs-mine-prod"]


def test_kinds_and_formats_beyond_the_package_get_streams_of_ours() -> None:
    assert b"logs-siemcast.finding-default" in action(head(kind="finding"), settings())
    assert b"logs-siemcast.ocsf-default" in action(head(), settings(format="ocsf"))


@pytest.mark.parametrize(
    ("kind", "table", "product", "mapped", "raw"),
    [
        ("event", "DeviceInfo", "Microsoft Defender XDR", "m365_defender.event", "m365_defender.event"),
        ("alert", "MdeAlerts", "Microsoft Defender for Endpoint", "siemcast.alert", "microsoft_defender_endpoint.log"),
        ("alert", "SecurityAlert", "Microsoft Defender for Cloud", "siemcast.alert", "microsoft_defender_cloud.event"),
        ("event", "SignInLogs", "Azure Monitor", "siemcast.event", "azure.eventhub"),
        (
            "finding", "SoftwareVulnerabilities", "Microsoft Defender for Endpoint",
            "m365_defender.vulnerability", "m365_defender.vulnerability",
        ),
    ],
)  # fmt: skip  # a table
def test_other_products_go_to_their_own_packages_raw_and_to_ours_mapped(
    kind: str, table: str, product: str, mapped: str, raw: str
) -> None:
    about = head(kind=kind, table=table, product=product)
    assert f'"logs-{mapped}-default"'.encode() in action(about, settings())
    assert f'"logs-{raw}-default"'.encode() in action(about, settings(format="native"))


def test_alerts_of_two_products_in_one_body_part() -> None:
    cloud = head(table="SecurityAlert", product="Microsoft Defender for Cloud")
    lines = body([Document(b"{}", head()), Document(b"{}", cloud)], settings()).split(b"\n")
    assert b"m365_defender.alert" in lines[0]
    assert b"siemcast.alert" in lines[2]


def test_raw_rows_get_an_id_since_no_pipeline_makes_one() -> None:
    assert b'"_id":"da1"' in action(head(kind="event", table="DeviceInfo"), settings(format="native"))


def test_raw_records_get_no_id_since_the_packages_pipelines_make_one() -> None:
    assert orjson.loads(action(head(), settings(format="native"))) == {
        "create": {"_index": "logs-m365_defender.alert-default"}
    }


def test_mapped_documents_pass_by_the_packages_pipelines_and_raw_ones_do_not() -> None:
    assert pipeline(settings()) == "_none"
    assert pipeline(settings(format="native")) is None
    assert pipeline(settings(data_stream={"dataset": "mine"})) is None
    assert pipeline(settings(pipeline="enrich")) == "enrich"


@pytest.mark.parametrize("key", ["x" * 513, "", "_private", "a b", "é", "a\x00", '"', "\ud800", "a\n"])
def test_ids_that_elasticsearch_might_refuse_are_hashed(key: str) -> None:
    made = document_id(key)
    assert len(made) == 64
    assert made == document_id(key)


def test_ordinary_ids_stay_readable() -> None:
    for key in ("da637551227677560813_-961444813:2026-11-21T12:00:00.1234567Z", "x" * 512):
        assert document_id(key) == key


def test_formats_without_a_timestamp_get_one() -> None:
    stamp = "2026-11-21T12:00:00.007Z"
    assert orjson.loads(source(Document(b'{"a":1}', head()))) == {"@timestamp": stamp, "a": 1}
    assert orjson.loads(source(Document(b"{}", head()))) == {"@timestamp": stamp}
    assert orjson.loads(source(Document(b'{"b":{"@timestamp":2}}', head())))["@timestamp"] == stamp
    own = b'{"a":1,"@timestamp":"2020-01-01T00:00:00.000Z"}'
    assert source(Document(own, head())) == own


def test_body_is_pairs_of_lines_with_the_documents_own_bytes() -> None:
    raw = b'{"b":1.0,  "a":"\\u00e9"}'
    made = body([Document(raw, head()), Document(raw, head(id="da2"))], settings())
    lines = made.split(b"\n")
    assert [len(lines), lines[1], lines[3], lines[4]] == [5, raw, raw, b""]
