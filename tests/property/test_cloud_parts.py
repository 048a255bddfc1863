"""What takes nested columns apart takes anything: never an error, and only parts that a mapping may use."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemcast_defender.mappings.objects import EXPANDERS

NAMES = st.sampled_from([
    "$id", "$ref", "type", "Type", "entityType", "HostName", "Host", "ImageFile", "FileHashes", "Algorithm", "Value",
    "ProcessId", "Name", "UPNSuffix", "ParentProcess", "Location", "AzureResourceId", "AadTenantId", "Cvss", "3.0",
    "Base", "Cve", "Title", "Link", "VulnerabilityDetails", "Weaknesses", "cwe", "id", "entities", "connections",
    "source", "target", "entityInternalID", "softwareDetails", "references", "claims", "Status", "Code",
]) | st.text(max_size=3)  # fmt: skip  # a list of words
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from([
        "host", "process", "file", "account", "K8s-pod", "User", "Process", "0x1f", "0xzz", "1", "2", "SHA256", "T1059",
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/virtualMachines/c", "/", "//", "/providers/",
        "arn:aws:ec2:eu:1:x", "arn:", "CVE-2026-12345", "CVSS:3.1/AV:N", '{"a":{"b":[1]}}', '[{"id":"x"}]', "{",
        "/subscriptions/s/providers/Microsoft.Security/regulatoryComplianceStandards/x/regulatoryComplianceControls/1",
    ]),
)  # fmt: skip  # a list of values
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@pytest.mark.parametrize("name", sorted(EXPANDERS))
@given(value=VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_is_taken_apart_or_has_no_parts(name: str, value: object) -> None:
    parts = EXPANDERS[name](value)
    assert isinstance(parts, Mapping)
    assert all(isinstance(part, str) for part in parts)
    assert dict(EXPANDERS[name](value)) == dict(parts)
