"""What formats tell of themselves is what they do: the fields that they name stand in the documents."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Document, Record
from siemcast_defender.shapes import ALERT, HUNTING
from siemcast_defender.shapes.azure import AZURE_LOG
from siemcast_defender.shapes.cloud_alerts import EXPORTED_ALERT
from siemcast_defender.shapes.endpoint import VULNERABILITY
from siemcast_lab.cef import parse_cef
from siemcast_lab.leef import parse_leef
from siemcast_sinks.formats import places, reading
from siemcast_sinks.formats.cef.encoder import Cef, custom_key
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.leef.encoder import Leef
from siemcast_sinks.formats.leef.encoder import custom_key as leef_key

ALERT_RECORD = {
    "id": "da-7",
    "title": "Odd | owl = found",
    "severity": "high",
    "alertWebUrl": "https://security.example/alerts/da-7",
    "serviceSource": "microsoftDefenderForEndpoint",
    "detectorId": "d-1",
    "tenantId": "t-1",
    "lastUpdateDateTime": "2026-11-20T10:00:00Z",
    "createdDateTime": "2026-11-20T09:00:00Z",
    "alertPolicyId": "p-1",
    "recommendedActions": "look\nagain\\",
    "evidence": [],
}
ROW = {
    "category": "AdvancedHunting-DeviceProcessEvents",
    "time": "2026-11-20T10:00:01Z",
    "tenantId": "t-1",
    "properties": {"Timestamp": "2026-11-20T10:00:00Z", "FileName": "owl.exe", "NewColumn": "n|e=w"},
}


def encoded(encoder: Any, data: Any, shape: Any) -> bytes:
    (document,) = encoder(FormatOptions()).encode(Record(orjson.dumps(data), shape))
    assert isinstance(document, Document)
    return document.body


@pytest.mark.parametrize(("data", "shape"), [(ALERT_RECORD, ALERT), (ROW, HUNTING)])
def test_a_line_is_read_back_as_the_strict_parsers_read_it(data: Any, shape: Any) -> None:
    line = encoded(Cef, data, shape)
    strict, read = parse_cef(line), reading.cef(line)
    assert {key: read[key] for key in strict.extension} == dict(strict.extension)
    assert (read["name"], read["class id"]) == (strict.name, strict.class_id)
    assert len(read) == len(strict.extension) + 7
    line = encoded(Leef, data, shape)
    attributes = parse_leef(line).attributes
    assert {key: reading.leef(line)[key] for key in attributes} == dict(attributes)


@given(st.binary(max_size=200) | st.text("CEFL:0|=\\ ab\t", max_size=60).map(str.encode))
def test_reading_back_takes_any_bytes(line: bytes) -> None:
    assert reading.cef(line) is not None
    assert reading.leef(line) is not None


def test_what_the_head_says_gets_no_key_of_its_own() -> None:
    assert {column for column in places.CEF_HEAD if custom_key(column) is not None} == set()
    assert {column for column in places.LEEF_HEAD if leef_key(column) is not None} == set()
    cef, leef = reading.cef(encoded(Cef, ALERT_RECORD, ALERT)), reading.leef(encoded(Leef, ALERT_RECORD, ALERT))
    for column, field in places.CEF_HEAD.items():
        if column in ALERT_RECORD and column != "severity":
            assert cef[field.partition(":")[0]] == ALERT_RECORD[column]
    assert cef[places.CEF_HEAD["severity"]] == "8"
    for column, field in places.LEEF_HEAD.items():
        assert field in leef, column


CLOUD_ALERT = {"SystemAlertId": "a-1", "AlertDisplayName": "Odd", "Severity": "High", "Own": "own"}
FINDING = {"DeviceId": "d", "SoftwareName": "owl", "FirstSeenTimestamp": "2026-11-20T10:00:00Z", "Own": "own"}
AZURE = {"time": "2026-11-20T10:00:00Z", "category": "SignInLogs", "operationName": "Sign-in", "Own": "own"}


@pytest.mark.parametrize(
    ("data", "shape", "columns"),
    [
        (ALERT_RECORD, ALERT, ("alertPolicyId", "alertWebUrl", "recommendedActions")),
        (CLOUD_ALERT, EXPORTED_ALERT, ("Own", "AlertDisplayName")),
        (FINDING, VULNERABILITY, ("Own",)),
        (AZURE, AZURE_LOG, ("Own", "operationName")),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_ecs_keeps_the_rest_of_an_object_where_it_says(data: Any, shape: Any, columns: tuple[str, ...]) -> None:
    document = orjson.loads(encoded(Ecs, data, shape))
    head = Record(orjson.dumps(data), shape).head
    for column in columns:
        value = document
        for name in (places.ecs().rest(head, column) or "").split("."):
            value = value[name]
        assert value == data[column]


def test_keys_have_the_lengths_of_their_dictionaries() -> None:
    cef, leef = places.cef(), places.leef()
    assert (cef.longest("act"), cef.longest("cs1:Label"), cef.longest("spt")) == (63, 4000, None)
    assert cef.longest("MicrosoftDefenderNewColumn") == 4000
    assert (leef.longest("usrName"), leef.longest("dstPort")) == (255, None)
    assert places.ecs().longest("process.command_line") is None
