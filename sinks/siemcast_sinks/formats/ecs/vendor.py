"""Microsoft's names as Elastic spells them: snake case, grouped by the thing that a column speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from siemcast.schema.convert import given
from siemcast.schema.memo import remembered

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z]|\b|_|\d)|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+", re.UNICODE)
_FUSED = {"date_time": "datetime", "sha_1": "sha1", "sha_256": "sha256", "md_5": "md5", "i_pv_4": "ipv4",
          "i_pv_6": "ipv6", "ipv_4": "ipv4", "ipv_6": "ipv6", "o_auth": "oauth"}  # fmt: skip  # a table
_GROUPS = (
    "initiating_process", "file", "process", "registry", "account", "device", "local", "remote", "alert", "evidence",
    "os", "logon", "email", "sender", "recipient", "network_adapter", "destination", "target", "request", "query",
    "activity", "object", "threat", "delivery", "org_level", "action", "previous", "sensitivity", "certificate",
)  # fmt: skip  # a list of words
_EXACT = {
    "AlertId": "alert.id", "LocalIP": "local.ip", "LocalIPType": "local.ip_type",
    "LocalPort": "local.port", "RemoteIP": "remote.ip", "RemoteIPType": "remote.ip_type", "RemotePort": "remote.port",
    "RemoteUrl": "remote.url", "RemoteDeviceName": "remote.device_name", "LogonId": "logon.id",
    "LogonType": "logon.type",
    "DeviceManualTags": "device_manual_tags", "DeviceDynamicTags": "device_dynamic_tags",
    "DeviceSubtype": "device.sub_type", "NetworkMessageId": "network.message_id", "Timestamp": "timestamp",
    "EvidenceRole": "evidence.role", "EvidenceDirection": "evidence.direction", "ResourceID": "resource.id",
    "NetworkAdapterName": "network.adapter_name", "NetworkAdapterType": "network.adapter_type",
    "NetworkAdapterStatus": "network.adapter_status", "NetworkAdapterVendor": "network.adapter_vendor",
    "FileOriginIP": "file.origin_ip", "FileOriginUrl": "file.origin_url", "IPAddresses": "ip_addresses",
    "AdditionalFields": "additional_fields", "DetectionSource": "detection.source",
    "DetectionMethods": "detection.methods", "Category": "alert.category", "Categories": "alert.categories",
    "OperationName": "properties_operation_name", "IpAddress": "storage_ip_address", "ProcessName": "process_name",
    "ProcessCurrentWorkingDirectory": "process_current_working_directory", "AccountTenantId": "account_tenant_id",
    "AccountApplicationId": "account_application_id", "SenderType": "sender_type",
    "SenderEmailAddress": "sender_email_address", "IsAccountEnabled": "account.is_enabled",
    "CreatedDateTime": "account.created", "DeletedDateTime": "account.deleted_date_time",
}  # fmt: skip  # a table
_OF_ACCOUNTS = frozenset((
    "Address", "AssignedRoles", "BlastRadius", "CloudSid", "CompanyName", "CriticalityLevel", "Department",
    "DistinguishedName", "EmailAddress", "EmployeeId", "GivenName", "JobTitle", "Manager", "OnPremSid",
    "OtherMailAddresses", "Phone", "RiskLevel", "RiskLevelDetails", "SipProxyAddress", "Surname", "Tags",
))  # fmt: skip  # a list of words
"""Columns that speak of an account without the word."""
_OBJECTS = frozenset((*_GROUPS, "detection", "envelope", "network", "public_ip", "resource", "tenant"))
"""Names that hold others: Elasticsearch refuses a document that has a value there."""


@remembered(4096)  # names recur
def snake(name: str) -> str:
    """Give a name in snake case: `lastUpdateDateTime` is `last_update_datetime`, `@odata.type` is `odata_type`."""
    words = "_".join(word.lower() for word in _WORDS.findall(name))
    for wrong, right in _FUSED.items():
        words = words.replace(wrong, right)
    return words or "unnamed"


def event_field(column: str) -> str:
    """Give the field of a hunting column that ECS has no place for."""
    exact = _EXACT.get(column)
    if exact is None:
        name = f"account_{snake(column)}" if column in _OF_ACCOUNTS else snake(column)
        group = next((group for group in _GROUPS if name.startswith(group + "_")), None)
        exact = f"{group}.{name[len(group) + 1 :]}" if group else f"{name}.value" if name in _OBJECTS else name
    return f"m365_defender.event.{exact}"


_ENVELOPE = {
    "category": "category",
    "time": "time",
    "operationName": "operation_name",
    "_TimeReceivedBySvc": "time_received_by_svc",
    "tenantId": "tenant.id",
    "Tenant": "tenant.name",
}


def envelope_field(key: str) -> str:
    """Give the field of what the Streaming API says around a row."""
    return f"m365_defender.event.{_ENVELOPE.get(key) or 'envelope.' + snake(key)}"


RESERVED = frozenset(envelope_field(key) for key in (*_ENVELOPE, "other"))
"""The envelope's fields, which no column may have."""


def snaked(value: Any) -> Any:
    """Give an object with its names in snake case, and without what is empty; `$id` of Json.NET is `json_id`."""
    if isinstance(value, list):
        return [inner for item in value if given(inner := snaked(item))]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for name, item in value.items():
        inner = snaked(item) if item.__class__ is dict or item.__class__ is list else item
        if inner or given(inner):
            field = _field(name)
            result[field if field not in result else free(field, result)] = inner
    return result


@remembered(4096)
def _field(name: str) -> str:
    return ("json_" if name[:1] == "$" else "") + snake(name)


def free(name: str, taken: Mapping[str, Any]) -> str:
    """Give a name that is not taken: of two that differ in case alone, the second is numbered."""
    return name if name not in taken else next(free for at in count(2) if (free := f"{name}{at}") not in taken)
