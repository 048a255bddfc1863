"""How a logon ended is told alike by all formats, whichever table tells of it, and in whichever way."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record, RecordShape
from siemcast_defender.mappings.tables import tables
from siemcast_defender.shapes import HUNTING
from siemcast_sinks.formats.shared.outcomes import INTERRUPTS
from unit.defender_shapes.composed import envelope, plausible_row

_FORMATS = ("ecs", "ocsf", "cim", "asim")
_SUCCESS = ("success", "Success", "success", "Success")
_FAILURE = ("failure", "Failure", "failure", "Failure")
_ATTEMPT = ("unknown", None, "pending", "NA")


def _ended(table: str, **said: Any) -> tuple[Any, ...]:
    return _told(envelope(table, plausible_row(tables()[table]) | said), HUNTING)


def _told(data: dict[str, Any], shape: RecordShape) -> tuple[Any, ...]:
    record, registry = Record(orjson.dumps(data), shape), load_registry()
    encoders = (registry.format(name, "").open(FormatOptions()) for name in _FORMATS)
    ecs, ocsf, cim, asim = (orjson.loads(encoder.encode(record)[0].body) for encoder in encoders)
    assert ocsf["type_name"] == "Authentication: Logon"
    return ecs["event"].get("outcome"), ocsf.get("status"), cim["action"], asim["EventResult"]


@pytest.mark.parametrize(
    "table", ["AADSignInEventsBeta", "EntraIdSignInEvents", "AADSpnSignInEventsBeta", "EntraIdSpnSignInEvents"]
)
@pytest.mark.parametrize(("code", "ends"), [(0, _SUCCESS), (50126, _FAILURE), (50140, _ATTEMPT)])
def test_a_sign_in_ends_as_its_code_says(table: str, code: int, ends: tuple[Any, ...]) -> None:
    assert _ended(table, ErrorCode=code) == ends


@pytest.mark.parametrize("table", ["DeviceLogonEvents", "IdentityLogonEvents"])
@pytest.mark.parametrize(
    ("action", "ends"), [("LogonSuccess", _SUCCESS), ("LogonFailed", _FAILURE), ("LogonAttempted", _ATTEMPT)]
)
def test_a_logon_ends_as_its_action_says_and_an_attempt_may_have_failed(
    table: str, action: str, ends: tuple[Any, ...]
) -> None:
    assert _ended(table, ActionType=action) == ends


@pytest.mark.parametrize(("action", "ends"), [("UserLoggedIn", _SUCCESS), ("UserLoginFailed", _FAILURE)])
def test_a_logon_to_an_application_ends_as_its_action_says(action: str, ends: tuple[Any, ...]) -> None:
    assert _ended("CloudAppEvents", ActionType=action) == ends


@pytest.mark.parametrize(
    ("result", "ends"),
    [("0", _SUCCESS), (0, _SUCCESS), ("50126", _FAILURE), *((str(code), _ATTEMPT) for code in sorted(INTERRUPTS))],
)
def test_a_sign_in_of_azure_monitor_ends_as_its_result_says(result: Any, ends: tuple[Any, ...]) -> None:
    told = {"userPrincipalName": "ada@contoso.example", "appDisplayName": "Azure Portal", "ipAddress": "203.0.113.9"}
    shapes = load_registry().records("azure.eventhub")
    entra = {"resourceId": "/tenants/a/providers/Microsoft.aadiam", "operationName": "Sign-in activity"}
    data = {"time": "2026-11-21T10:00:00Z", "category": "SignInLogs", "resultType": result, "properties": told, **entra}
    assert _told(data, next(shape for shape in shapes if shape.recognise(data))) == ends
