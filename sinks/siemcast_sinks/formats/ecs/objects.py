"""Alerts, incidents and whatever else is kept whole beside ECS: where Elastic's packages have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head
from siemcast.schema.convert import given
from siemcast_sinks.formats.ecs.evidence import arranged
from siemcast_sinks.formats.ecs.kept import flattened
from siemcast_sinks.formats.ecs.vendor import free, snake, snaked

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


def graph_object(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give an alert or incident as Elastic keeps it beside ECS: its own link as `web_url`, its alerts as `alert`."""
    own = _alike(data, apart=("alerts", "comments") if kind == "incident" else ("comments",))
    if (link := f"{kind}_web_url") in own:
        own[free("web_url", own)] = own.pop(link)
    if kind == "incident" and given(alerts := _alerts(data.get("alerts"))):
        own[free("alert" if isinstance(alerts, (dict, list)) else "alerts", own)] = alerts
    return own


def _alerts(alerts: Any) -> Any:
    if isinstance(alerts, list):
        return [made for alert in alerts if given(made := _alerts(alert))]
    return _alike(alerts) if isinstance(alerts, dict) else alerts


def _alike(data: Mapping[str, Any], apart: tuple[str, ...] = ("comments",)) -> dict[str, Any]:
    """Give what incidents and alerts, also those of incidents, have alike, without what is kept apart."""
    own: dict[str, Any] = snaked({name: value for name, value in data.items() if name not in apart})
    for link in ("alert_web_url", "incident_web_url"):
        if link in own:
            own[link] = {"original": own[link]}
    if isinstance(own.get("evidence"), list):
        own["evidence"] = [arranged(one) for one in own["evidence"]]
    if given(comments := data.get("comments")) and given(kept := flattened(comments)):
        own[free("comments", own)] = kept  # by Microsoft's names: the package keeps them as they came
    return own
