"""Heads of Azure Monitor's logs, and of records that no shape knows."""

from __future__ import annotations

import json
from typing import Any

from siemcast.schema import Head, Record, RecordShape, Severity
from siemcast.schema.times import epoch_ms
from siemcast_defender.mappings.objects import log_categories, log_mapping
from siemcast_defender.shapes.azure import AZURE_LOG, OTHER_AZURE, OTHER_CLOUD
from siemcast_lab.generator import Generator


def head(data: dict[str, Any], shape: RecordShape = AZURE_LOG) -> Head:
    return Record(json.dumps(data).encode(), shape).head


def test_the_table_is_the_category() -> None:
    found = [head(data) for data in Generator(1).azure.logs(5)]
    assert [one.table for one in found] == ["Administrative", "SignInLogs", "AuditLogs", "UserRiskEvents", "AuditEvent"]
    assert {(one.kind, one.product, one.anomalies) for one in found} == {("event", "Azure Monitor", ())}
    assert (found[0].severity, found[3].severity) == (Severity.INFORMATIONAL, Severity.MEDIUM)


def test_what_entra_sends_again_keeps_its_id_and_its_time() -> None:
    data = Generator(2).azure.sign_in()
    again = data | {"time": "2026-01-01T00:00:00Z"}
    assert head(again).id == head(data).id
    assert head(again).time_ms == epoch_ms(data["properties"]["createdDateTime"])


def test_logs_without_an_id_of_their_own_are_apart_by_their_time() -> None:
    data = Generator(2).azure.resource()
    assert head(data | {"time": "2026-01-01T00:00:00Z"}).id != head(data).id


def test_families_have_mappings_of_their_own_and_any_other_category_the_common_one() -> None:
    assert log_mapping("SIGNINLOGS").table == "azure.signins"
    assert log_mapping("NobodyKnows").table == "azure.other"
    assert {"Administrative", "SignInLogs", "AuditLogs"} <= set(log_categories())


def test_a_sign_in_fails_unless_its_result_says_otherwise() -> None:
    signins = log_mapping("SignInLogs")
    assert signins.activity_of({"resultType": "0"}).name == "logon"
    assert signins.activity_of({"resultType": "50126"}).name == "fail"


def test_an_operation_may_be_an_object() -> None:
    data = Generator(1).azure.activity() | {"operationName": {"value": "Do", "localizedValue": "Do it"}, "level": 4}
    assert (head(data).title, head(data).severity) == ("Do", Severity.UNKNOWN)


def test_a_record_of_no_known_shape_has_a_head_all_the_same() -> None:
    data = {"type": "Microsoft.Security/somethingNew", "timeGenerated": "2026-05-01T00:00:00Z", "severity": "High"}
    found = head(data, OTHER_CLOUD)
    assert (found.product, found.table) == ("Microsoft Defender for Cloud", "Microsoft.Security/somethingNew")
    assert (found.severity, found.time_ms) == (Severity.HIGH, epoch_ms("2026-05-01T00:00:00Z"))
    assert not OTHER_CLOUD.recognise(data)
    assert head({}, OTHER_AZURE).anomalies == ("time_missing",)
