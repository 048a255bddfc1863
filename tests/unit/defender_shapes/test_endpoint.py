"""Heads of what Defender for Endpoint's API gives: alerts, and vulnerable software in three forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from siemcast.schema import Head, Record, RecordShape, Severity
from siemcast.schema.times import epoch_ms
from siemcast_defender.shapes.endpoint import ENDPOINT_ALERT, VULNERABILITY
from siemcast_lab.generator import Generator


def head(data: dict[str, Any], shape: RecordShape) -> Head:
    return Record(json.dumps(data).encode(), shape).head


def test_an_alert_says_what_it_is() -> None:
    data = Generator(1).endpoint.alert() | {"severity": "UnSpecified"}
    found = head(data, ENDPOINT_ALERT)
    assert (found.id, found.kind, found.table) == (data["id"], "alert", "MdeAlerts")
    assert (found.product, found.tenant) == ("Microsoft Defender for Endpoint", data["aadTenantId"])
    assert (found.version, found.hostname, found.status) == (
        data["lastUpdateTime"],
        data["computerDnsName"],
        "inProgress",
    )
    assert found.severity is Severity.UNKNOWN


@pytest.mark.parametrize("pascal", [False, True])
def test_a_row_of_the_export_is_the_same_by_the_api_and_in_files(pascal: bool) -> None:
    lab = Generator(2)
    data = lab.endpoint.in_file() if pascal else lab.endpoint.vulnerability()
    columns = VULNERABILITY.columns(data)
    found = head(data, VULNERABILITY)
    assert set(columns) <= set(VULNERABILITY.mapping("").layout)
    assert columns["OSPlatform"]
    assert (found.kind, found.table, found.hostname) == ("finding", "SoftwareVulnerabilities", columns["DeviceName"])
    assert found.id.startswith(columns["Id"])
    assert found.time_ms == epoch_ms(columns["LastSeenTimestamp"] + "Z")
    assert found.anomalies == ()  # the times have no zone, and are UTC by their description


def test_a_change_is_of_its_own_time() -> None:
    data = Generator(3).endpoint.change() | {"status": "Fixed"}
    found = head(data, VULNERABILITY)
    assert (found.version, found.status) == (data["eventTimestamp"], "fixed")
    activities = [
        VULNERABILITY.mapping("").activity_of(VULNERABILITY.columns(data | {"status": status}))
        for status in ("New", "Updated", "Fixed")
    ]
    assert [activity.name for activity in activities] == ["create", "update", "close"]


def test_a_device_that_changes_groups_is_fixed_and_new_and_neither_hides_the_other() -> None:
    data = Generator(3).endpoint.change()
    fixed = head(data | {"status": "Fixed", "rbacGroupId": 9}, VULNERABILITY)
    new = head(data | {"status": "New", "rbacGroupId": 12}, VULNERABILITY)
    assert fixed.key != new.key
    assert head(data | {"rbacGroupId": 0}, VULNERABILITY).id == data["id"]


def test_a_row_without_an_id_is_named_by_what_it_speaks_of() -> None:
    data = {"deviceId": "d1", "softwareName": "zlib", "softwareVersion": "1", "cveId": None, "lastSeenTimestamp": "x"}
    found = head(data, VULNERABILITY)
    assert (found.id, found.title, found.anomalies) == ("d1_zlib_1_", "zlib 1", ("time_invalid",))
