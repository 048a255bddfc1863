"""Microsoft's names as Elastic spells them: snake case, grouped by the thing that a column speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from siemcast.schema import Head
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
            result[field if field not in result else _free(field, result)] = inner
    return result


@remembered(4096)
def _field(name: str) -> str:
    return ("json_" if name[:1] == "$" else "") + snake(name)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """Give a name that is not taken: of two that differ in case alone, the second is numbered."""
    return name if name not in taken else next(free for at in count(2) if (free := f"{name}{at}") not in taken)


def graph_object(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give an alert or incident as Elastic keeps it beside ECS: links as objects, alerts of an incident as `alert`."""
    own: dict[str, Any] = snaked(data)
    for link in ("alert_web_url", "incident_web_url"):
        if link in own:
            own["web_url" if link == f"{kind}_web_url" else link] = {"original": own.pop(link)}
    if isinstance(own.get("evidence"), list):
        own["evidence"] = [_settled(one) for one in own["evidence"]]
    if kind == "incident" and isinstance(own.get("alerts"), list):
        alerts = own.pop("alerts")
        own["alert"] = [graph_object("alert", alert) if isinstance(alert, dict) else alert for alert in alerts]
    elif kind == "incident" and isinstance(own.get("alerts"), dict):
        own["alert"] = graph_object("alert", own.pop("alerts"))
    return own


_VALUES = frozenset(("ip_address", "registry", "urls"))
"""What most evidence has as a value, and some (a device's adapter, an image, a Teams message) as evidence again."""


def _settled(evidence: Any) -> Any:
    """Name apart what is a value in evidence of one type and an object in another: Elasticsearch takes one of both."""
    if not isinstance(evidence, dict):
        return evidence
    return {_sorted_name(name, value): value for name, value in evidence.items()}


def _sorted_name(name: str, value: Any) -> str:
    is_object = isinstance(value[0] if isinstance(value, list) else value, dict)
    if is_object:
        return f"{name}_evidence" if name in _VALUES else name
    return "location_name" if name == "location" else name


_SPACED = re.compile(r"\d{4}-\d\d-\d\d ")
_ROWS = "Microsoft Defender XDR"
_NAMESPACES = {
    "Microsoft Defender for Cloud": "microsoft_defender_cloud",
    "Microsoft Defender for Endpoint": "microsoft_defender_endpoint",
    "Azure Monitor": "azure",
}
"""By product: the names of Elastic's packages for it."""
_AZURE = {
    "administrative": "activitylogs", "servicehealth": "activitylogs", "resourcehealth": "activitylogs",
    "alert": "activitylogs", "autoscale": "activitylogs", "recommendation": "activitylogs",
    "security": "activitylogs", "policy": "activitylogs", "signinlogs": "signinlogs",
    "noninteractiveusersigninlogs": "signinlogs", "serviceprincipalsigninlogs": "signinlogs",
    "managedidentitysigninlogs": "signinlogs", "auditlogs": "auditlogs",
}  # fmt: skip  # a table
"""By category of Azure Monitor: the data streams of Elastic's package; any other is of `platformlogs`."""


def is_row(head: Head) -> bool:
    """Say whether a record is a hunting row, whose columns are fields of their own; any other is kept whole."""
    return head.kind == "event" and head.product == _ROWS


def vendor_object(head: Head, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is kept of a record beside ECS, under the name that Elastic has for the product."""
    namespace, group = _place(head)
    kept = graph_object(head.kind, data) if namespace == "m365_defender" else snaked(data)
    return {namespace: {group: _dated(kept) if group == "vulnerability" else kept}}


def _dated(kept: dict[str, Any]) -> dict[str, Any]:
    """Put the T into times of vulnerabilities: Microsoft leaves it out, and Elasticsearch refuses what is no date."""
    spaced = {name: value for name, value in kept.items() if isinstance(value, str) and _SPACED.match(value)}
    return kept | {name: value.replace(" ", "T", 1) for name, value in spaced.items() if name.endswith("_timestamp")}


def object_field(head: Head, column: str) -> str:
    """Give the field in which `vendor_object` keeps an object's own."""
    name = snake(column)
    namespace, group = _place(head)
    if namespace != "m365_defender":
        return f"{namespace}.{group}.{name}"
    if name in ("alert_web_url", "incident_web_url"):
        name = "web_url.original" if name == f"{head.kind}_web_url" else f"{name}.original"
    elif (head.kind, name) == ("incident", "alerts"):
        name = "alert"
    return f"{namespace}.{group}.{name}"


def _place(head: Head) -> tuple[str, str]:
    """Give namespace and group: those of the data stream that Elastic's package has for such records, if any."""
    if head.table == "SoftwareVulnerabilities":
        return "m365_defender", "vulnerability"
    namespace = _NAMESPACES.get(head.product, "m365_defender")
    if namespace == "azure":
        return namespace, _AZURE.get(head.table.lower(), "platformlogs")
    if namespace == "m365_defender" or not head.table:
        return namespace, head.kind
    return namespace, snake(head.table)
