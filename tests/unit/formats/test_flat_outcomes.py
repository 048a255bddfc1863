"""How requests to clouds ended is told alike by ECS, CIM and ASIM, and no success is claimed that nobody saw."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record, RecordShape
from siemcast_defender.shapes import HUNTING
from siemcast_defender.shapes.azure import AZURE_LOG
from unit.defender_shapes.composed import envelope


def _made(name: str, data: dict[str, Any], shape: RecordShape) -> dict[str, Any]:
    encoder = load_registry().format(name, "").open(FormatOptions())
    made: dict[str, Any] = orjson.loads(encoder.encode(Record(orjson.dumps(data), shape))[0].body)
    return made


def _audit(**told: Any) -> dict[str, Any]:
    properties = {"id": "1", "activityDisplayName": "Add user", "resultReason": "No licence is left", **told}
    return {
        "time": "2026-11-21T10:00:00Z", "category": "AuditLogs", "operationName": "Add user", "resultSignature": "None",
        "resourceId": "/tenants/a/providers/Microsoft.aadiam", "properties": properties,
    }  # fmt: skip  # a record


def _graph(code: str) -> dict[str, Any]:
    return envelope("GraphApiAuditEvents", {"RequestMethod": "POST", "ResponseStatusCode": code})


@pytest.mark.parametrize(
    ("data", "shape", "ended"),
    [
        (_graph("201"), HUNTING, ("success", "success", "Success")),
        (_graph("403"), HUNTING, ("failure", "failure", "Failure")),
        (_audit(result="success"), AZURE_LOG, ("success", "success", "Success")),
        (_audit(result="failure"), AZURE_LOG, ("failure", "failure", "Failure")),
    ],
)
def test_a_request_ends_as_it_was_answered(data: dict[str, Any], shape: RecordShape, ended: tuple[str, ...]) -> None:
    ecs, cim, asim = (_made(name, data, shape) for name in ("ecs", "cim", "asim"))
    assert (ecs["event"]["outcome"], cim["status"], asim["EventResult"]) == ended


def test_the_reason_of_a_failed_change_is_not_the_word_none() -> None:
    data = _audit(result="failure")
    assert _made("ecs", data, AZURE_LOG)["event"]["reason"] == "No licence is left"
    assert _made("cim", data, AZURE_LOG)["result"] == "No licence is left"


@pytest.mark.parametrize(
    ("table", "action", "told"),
    [
        ("DeviceEvents", "PasswordChangeAttempt", ("modified", "unknown")),
        ("CloudAppEvents", "Frobnicate", ("unknown", "success")),
    ],
)
def test_of_attempts_and_operations_without_a_verb_cim_claims_nothing(
    table: str, action: str, told: tuple[str, str]
) -> None:
    event = _made("cim", envelope(table, {"ActionType": action}), HUNTING)
    assert (event["action"], event["status"]) == told
