"""What an HEC envelope says."""

import orjson
import pytest

from siemcast.schema import Document, Head
from siemcast_sinks.splunk.config import SplunkSettings
from siemcast_sinks.splunk.encode import body, envelope
from siemcast_sinks.splunk.sourcetypes import sourcetype


def settings(**changes: object) -> SplunkSettings:
    given = {"kind": "splunk", "url": "https://splunk.example:8088", "token": "t", **changes}
    return SplunkSettings.model_validate(given)


def head(**changes: object) -> Head:
    given = {"id": "da1", "kind": "alert", "table": "alerts", "time_ms": 1_795_262_400_007, **changes}
    return Head(**given)  # type: ignore[arg-type]  # a test's shorthand


def test_envelope_holds_the_document_as_it_is_and_what_tells_versions_apart() -> None:
    raw = b'{"b":1.0,  "a":"\\u00e9"}'
    version, anomalies = "2026-11-21T12:00:00.123Z", ("time_future",)
    made = envelope(
        Document(raw, head(version=version, tenant="contoso", hostname="wks-1", anomalies=anomalies)),
        settings(index="defender"),
    )
    assert made.endswith(b',"event":' + raw + b"}")
    assert orjson.loads(made) == {
        "time": 1795262400.007,
        "host": "wks-1",
        "source": "siemcast:alerts",
        "sourcetype": "ms365:defender:incident:alerts",
        "index": "defender",
        "fields": {
            "siemcast_id": "da1",
            "siemcast_version": version,
            "siemcast_tenant": "contoso",
            "siemcast_anomalies": ["time_future"],
        },
        "event": {"b": 1.0, "a": "é"},
    }


@pytest.mark.parametrize(
    ("kind", "table", "product", "expected"),
    [
        ("incident", "incidents", "Microsoft Defender XDR", "ms365:defender:incident"),
        ("alert", "alerts", "Microsoft Defender XDR", "ms365:defender:incident:alerts"),
        ("event", "DeviceInfo", "Microsoft Defender XDR", "mscs:azure:eventhub:defender:advancedhunting"),
        ("alert", "MdeAlerts", "Microsoft Defender for Endpoint", "ms:defender:atp:alerts"),
        ("finding", "SoftwareVulnerabilities", "Microsoft Defender for Endpoint", "siemcast:SoftwareVulnerabilities"),
        ("alert", "SecurityAlert", "Microsoft Defender for Cloud", "mscs:azure:security:alert"),
        ("finding", "SecurityRecommendation", "Microsoft Defender for Cloud", "mscs:azure:security:recommendation"),
        ("finding", "SecureScores", "Microsoft Defender for Cloud", "mscs:azure:eventhub"),
        ("event", "Administrative", "Azure Monitor", "azure:monitor:activity"),
        ("event", "SignInLogs", "Azure Monitor", "azure:monitor:aad"),
        ("event", "AzureFirewallNetworkRule", "Azure Monitor", "mscs:azure:eventhub"),
        ("novel", "", "x", "siemcast:novel"),
    ],
)
def test_native_events_have_the_sourcetypes_of_splunks_add_ons(
    kind: str, table: str, product: str, expected: str
) -> None:
    assert sourcetype(head(kind=kind, table=table, product=product), "native") == expected


def test_alerts_in_the_endpoints_shape_have_its_sourcetype() -> None:
    assert sourcetype(head(), "native-endpoint") == "ms:defender:atp:alerts"
    assert sourcetype(head(kind="incident", table="incidents"), "native-endpoint") == "ms365:defender:incident"
    assert sourcetype(head(), "native-graph") == "ms365:defender:incident:alerts"


def test_other_formats_have_sourcetypes_of_ours_and_settings_override_all() -> None:
    assert sourcetype(head(), "ocsf") == "siemcast:ocsf"
    made = orjson.loads(
        envelope(Document(b'{"a":1}', head(hostname="x")), settings(sourcetype="st", source="so", host="ho"))
    )
    assert (made["sourcetype"], made["source"], made["host"]) == ("st", "so", "ho")


@pytest.mark.parametrize(
    ("time_ms", "expected"),
    [(1, b"0.001"), (1_000, b"1.000"), (253_402_300_799_999, b"253402300799.999"), (10**17, b"100000000000000.000")],
)
def test_time_is_plain_decimal_with_milliseconds(time_ms: int, expected: bytes) -> None:
    assert envelope(Document(b'{"a":1}', head(time_ms=time_ms)), settings()).startswith(b'{"time":' + expected + b",")


@pytest.mark.parametrize("time_ms", [0, -1, -11_644_473_600_000])
def test_time_at_or_before_1970_is_left_to_splunk(time_ms: int) -> None:
    assert "time" not in orjson.loads(envelope(Document(b'{"a":1}', head(time_ms=time_ms)), settings()))


def test_line_of_text_becomes_a_json_string() -> None:
    line = 'CEF:0|Microsoft|Defender|1|\\| "é"|x|5|msg=a\\=b'
    made = orjson.loads(envelope(Document(line.encode(), head()), settings(format="cef")))
    assert made["event"] == line


def test_body_of_several_documents_is_one_envelope_a_line() -> None:
    made = body([Document(b'{"a":%d}' % number, head()) for number in range(3)], settings())
    assert [orjson.loads(line)["event"]["a"] for line in made.splitlines()] == [0, 1, 2]
