"""ECS fields of tables that no public sample with expectations covers, by the rules of Elastic's package."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_defender.shapes.hunting import Hunting
from siemcast_sinks.formats.ecs.encoder import Ecs


def _row(table: str, **columns: Any) -> dict[str, Any]:
    """Give the fields of a row by their dotted names, the same whichever way it is read."""
    around = {"time": "2026-11-20T10:00:00Z", "tenantId": "t", "category": f"AdvancedHunting-{table}"}
    raw = json.dumps({**around, "properties": {"Timestamp": "2026-11-20T10:00:00Z", **columns}}).encode()
    shape, form = Hunting(watched=1), Ecs(FormatOptions())
    first, *others = [form.encode(Record(raw, shape))[0].body for _ in range(4)]
    assert [orjson.loads(one) for one in others] == [orjson.loads(first)] * 3
    return _dotted(orjson.loads(first))


def _dotted(document: dict[str, Any], path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in document.items():
        found |= _dotted(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return found


_WHO = {"AccountId": "in the application", "AccountObjectId": "in Entra", "AccountDisplayName": "Jane"}


@pytest.mark.parametrize("action", ["UserLoggedIn", "Add user.", "FileDownloaded", "Send"])
@pytest.mark.parametrize("raw", [{"UserId": "jane@example.org"}, '{"UserId":"jane@example.org"}'])
def test_who_used_an_application_is_named_as_the_application_names_him(action: str, raw: object) -> None:
    fields = _row("CloudAppEvents", ActionType=action, RawEventData=raw, Application="Microsoft Teams", **_WHO)
    assert (fields["user.name"], fields["user.id"]) == ("jane@example.org", "in the application")
    assert {"jane@example.org", "Jane", "in the application"} <= set(fields["related.user"])
    assert fields["application.name"] == "Microsoft Teams"


@pytest.mark.parametrize("action", ["UserLoggedIn", "Add user.", "FileDownloaded", "Send"])
def test_who_has_no_name_is_called_as_he_is_displayed(action: str) -> None:
    assert _row("CloudAppEvents", ActionType=action, RawEventData="{}", **_WHO)["user.name"] == "Jane"
    assert _row("IdentityLogonEvents", ActionType="LogonSuccess", AccountDisplayName="Jane")["user.name"] == "Jane"


def test_a_sign_in_to_entra_has_the_id_that_it_tells() -> None:
    assert _row("EntraIdSignInEvents", AccountObjectId="o", AccountUpn="j@example.org")["user.id"] == "o"


def test_a_sid_tells_the_system_of_a_known_device_alone() -> None:
    sid = {"AccountSid": "S-1-5-21-1-2-3-500", "AccountName": "a"}
    for table in ("IdentityLogonEvents", "IdentityQueryEvents", "IdentityDirectoryEvents"):
        assert "host.os.type" not in _row(table, **sid)
        of_source = {"AdditionalFields": {"SourceComputerOperatingSystemType": "linux"}}
        assert _row(table, **sid, **of_source)["host.os.type"] == "linux"
    assert "host.os.type" not in _row("IdentityInfo", OnPremSid="S-1-5-21-1-2-3-500")
    assert _row("IdentityLogonEvents", **sid, OSPlatform="macOS")["host.os.type"] == "macos"
    assert _row("DeviceLogonEvents", **sid, DeviceId="d")["host.os.type"] == "windows"


def test_who_acted_and_who_was_acted_upon_are_not_mixed() -> None:
    target = {"TargetAccountUpn": "vic@example.org", "TargetAccountDisplayName": "Vic"}
    acted = {"AccountName": "adm", "AccountSid": "S-1-5-21-1-2-3-500"}
    fields = _row("IdentityDirectoryEvents", ActionType="Account Password changed", **target, **acted)
    assert {name: value for name, value in fields.items() if name.startswith("user.")} == {
        "user.name": "adm", "user.id": "S-1-5-21-1-2-3-500",
    }  # fmt: skip  # a document
    assert {"adm", "Vic", "vic@example.org"} == set(fields["related.user"])
    alone = _row("IdentityDirectoryEvents", ActionType="Account Password changed", **target)
    assert (alone["user.email"], alone["user.full_name"]) == ("vic@example.org", "Vic")


def test_all_ids_of_an_identity_are_related() -> None:
    ids = {"OnPremSid": "S-1-5-21-1-2-3-500", "CloudSid": "S-1-12-1-9", "AccountObjectId": "o"}
    assert set(_row("IdentityInfo", **ids)["related.user"]) == set(ids.values())


def test_mail_tells_both_addresses_and_domains_of_its_sender() -> None:
    addresses = {"SenderIPv4": "81.2.69.144", "SenderIPv6": "2a02:cf40::1"}
    domains = {"SenderFromDomain": "seen.example", "SenderMailFromAddress": "bounce@envelope.example"}
    fields = _row("EmailEvents", SenderFromAddress="a@seen.example", **addresses, **domains)
    assert fields["source.ip"] == fields["related.ip"] == list(addresses.values())
    assert fields["related.hosts"] == ["seen.example", "envelope.example"]
    alone = _row("EmailEvents", SenderIPv6="2a02:cf40::1", SenderMailFromAddress="no address")
    assert (alone["source.ip"], "related.hosts" in alone) == (["2a02:cf40::1"], False)


def test_a_message_of_teams_has_its_id_and_its_team() -> None:
    ids = {"MessageId": "1700000000000", "TeamsMessageId": "/teams/1", "GroupId": "g", "GroupName": "The team"}
    fields = _row("MessageEvents", SenderEmailAddress="a@example.org", MessageSubject="Hello", **ids)
    assert (fields["email.message_id"], fields["email.local_id"]) == ("1700000000000", "/teams/1")
    assert (fields["user.group.id"], fields["user.group.name"]) == ("g", "The team")
    assert (fields["email.from.address"], fields["email.subject"]) == (["a@example.org"], "Hello")
