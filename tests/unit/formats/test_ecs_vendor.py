"""What ECS has no place for stands where Elastic's package has it, so that its data streams take every document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_defender.shapes import ALERT, INCIDENT
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.ecs.vendor import event_field


def _event(table: str, **columns: Any) -> dict[str, Any]:
    """Give what stands below `m365_defender.event`, the same whichever way the row is read."""
    row = next(Generator(1).hunting(1, [table]))
    raw = json.dumps({**row, "properties": {**row["properties"], **columns}}).encode()
    shape, form = Hunting(watched=1), Ecs(FormatOptions())
    first, *others = [orjson.loads(form.encode(Record(raw, shape))[0].body)["m365_defender"]["event"] for _ in range(4)]
    assert others == [first] * 3
    return dict(first)


def _places(value: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Give every path of a document, and whether it holds an object."""
    for name, inner in value.items():
        place = f"{path}{name}"
        for one in inner if isinstance(inner, list) else [inner]:
            yield place, isinstance(one, dict)
            if isinstance(one, dict):
                yield from _places(one, f"{place}.")


def test_no_name_holds_a_value_in_one_table_and_names_in_another() -> None:
    form, shape = Ecs(FormatOptions()), Hunting()
    kinds: dict[str, set[bool]] = {}
    for row in Generator(5).hunting(3 * len(COLUMNS)):
        event = orjson.loads(form.encode(Record(json.dumps(row).encode(), shape))[0].body)["m365_defender"]["event"]
        for place, is_object in _places(event):
            kinds.setdefault(place, set()).add(is_object)
    assert [place for place, found in kinds.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Action", "action.value"), ("ActionType", "action.type"), ("Query", "query.value"),
        ("QueryTarget", "query.target"), ("PublicIP", "public_ip.value"), ("ObjectName", "object.name"),
        ("ThreatTypes", "threat.types"), ("DeliveryLocation", "delivery.location"),
        ("OrgLevelPolicy", "org_level.policy"), ("CloudSid", "account.cloud_sid"), ("Device", "device.value"),
        ("CreatedDateTime", "account.created"), ("OperationName", "properties_operation_name"),
        ("Envelope", "envelope.value"), ("IsAccountEnabled", "account.is_enabled"), ("AColumn", "a_column"),
    ],
)  # fmt: skip  # a table
def test_columns_are_called_as_in_the_package(column: str, field: str) -> None:
    assert event_field(column) == f"m365_defender.event.{field}"


_DEEP = "{}"
for _ in range(30):
    _DEEP = f'{{"a":{_DEEP}}}'


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ('{"a":{"b":"2"}}', {"a": {"b": "2"}}),
        ({"a": 1}, {"a": 1}),
        ('[{"a":1},{"b":2}]', [{"a": 1}, {"b": 2}]),
        ("plain words", {"value": "plain words"}),
        ('{"torn":', {"value": '{"torn":'}),
        ('["x","y"]', {"value": ["x", "y"]}),
        (["x", {"a": 1}], {"value": ["x", {"a": 1}]}),
        (7, {"value": 7}),
        (False, {"value": False}),
        (_DEEP, {"value": _DEEP}),
        (json.loads(_DEEP), {"value": _DEEP}),
        ({"a\0b": 1}, {"value": '{"a\\u0000b":1}'}),
        ({"a": "\0"}, {"a": "\0"}),
        ("{}", None),
        ([], None),
        ("", None),
    ],
)
def test_what_the_package_keeps_as_objects_is_always_an_object(value: object, kept: object) -> None:
    assert _event("DeviceEvents", AdditionalFields=value).get("additional_fields") == kept
    assert _event("CloudAppEvents", RawEventData=value).get("raw_event_data") == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, False), (1, True), ("1", True), ("False", False), (True, True), (False, False), ("", None), ("?", "?")],
)
def test_what_the_package_keeps_as_a_flag_is_true_or_false(value: object, kept: object) -> None:
    assert _event("CloudAppEvents", IsAdminOperation=value).get("is_admin_operation") == kept
    assert _event("DeviceInfo", IsAzureADJoined=value).get("is_azure_ad_joined") == kept


def test_evidence_of_no_two_types_holds_a_value_and_an_object_in_one_place() -> None:
    ip = {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "10.0.0.5"}
    evidence = [
        {**ip, "location": {"city": "Bern"}},
        {"@odata.type": "#microsoft.graph.security.ioTDeviceEvidence", "ipAddress": ip, "nics": [{"ipAddress": ip}]},
        {"@odata.type": "#microsoft.graph.security.googleCloudResourceEvidence", "location": "europe-west6"},
        {"@odata.type": "#microsoft.graph.security.containerRegistryEvidence", "registry": "r.example"},
        {"@odata.type": "#microsoft.graph.security.containerImageEvidence", "registry": {"registry": "r.example"}},
        {"@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "urls": ["https://a.example"]},
        {"@odata.type": "#microsoft.graph.security.teamsMessageEvidence", "urls": [{"url": "https://a.example"}]},
        {"@odata.type": "#microsoft.graph.security.processEvidence", "processId": 9, "parentProcessId": 4},
        {"@odata.type": "#microsoft.graph.security.ofTomorrowEvidence", "process": "a", "parentProcess": ["b"]},
        "no evidence",
    ]
    alert = next(Generator(1).alerts(1)) | {"evidence": evidence}
    incident = next(Generator(1).incidents(1)) | {"alerts": [alert]}
    for data, shape, group in ((alert, ALERT, "alert"), (incident, INCIDENT, "incident")):
        document = orjson.loads(Ecs(FormatOptions()).encode(Record(json.dumps(data).encode(), shape))[0].body)
        kinds: dict[str, set[bool]] = {}
        for place, is_object in _places(document["m365_defender"][group]):
            kinds.setdefault(place, set()).add(is_object)
        doubled = {place for place, found in kinds.items() if len(found) > 1}
        assert {place.rpartition("evidence")[2] for place in doubled} <= {""}
        assert document["related"]["ip"] == ["10.0.0.5"]


def test_a_flag_is_one_whatever_the_reader_has_learnt_of_its_column() -> None:
    shape, form = Hunting(watched=1), Ecs(FormatOptions())

    def flagged(value: Any) -> str:  # as JSON: to Python, 0 is False
        data = {"category": "AdvancedHunting-EntraIdSignInEvents", "properties": {"IsExternalUser": value}}
        (document,) = form.encode(Record(orjson.dumps(data), shape))
        return orjson.dumps(orjson.loads(document.body)["m365_defender"]["event"]["is_external_user"]).decode()

    assert [flagged(value) for value in ([1], [1], {"a": 1})] == ["[1]", "[1]", '{"a":1}']  # anything may stand there
    assert [flagged(value) for value in (0, 1, True, "False", 2)] == ["false", "true", "true", "false", "2"]
