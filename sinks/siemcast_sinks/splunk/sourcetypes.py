"""The sourcetypes under which Splunk's add-ons, and so its own detections, look for what Microsoft's APIs give.

Of the add-ons for Microsoft Security (6207), Defender Advanced Hunting (5518) and Microsoft Cloud Services (3110).
"""

from __future__ import annotations

from siemcast.schema import Head

_NATIVE = frozenset({"native", "native-graph", "native-endpoint"})
_ENDPOINT_ALERT = "ms:defender:atp:alerts"
_HUB = "mscs:azure:eventhub"
"""What the add-on for cloud services gives records of a hub that it has no name for."""

_OF_KIND = {
    "incident": "ms365:defender:incident",
    "alert": "ms365:defender:incident:alerts",
    "event": "mscs:azure:eventhub:defender:advancedhunting",
}
_OF_TABLE = {
    "MdeAlerts": _ENDPOINT_ALERT,
    "SecurityAlert": "mscs:azure:security:alert",
    "SecurityRecommendation": "mscs:azure:security:recommendation",
}
_ACTIVITY = "administrative servicehealth resourcehealth alert autoscale recommendation security policy"
_ENTRA = (
    "signinlogs noninteractiveusersigninlogs serviceprincipalsigninlogs managedidentitysigninlogs adfssigninlogs "
    "auditlogs provisioninglogs riskyusers userriskevents riskyserviceprincipals serviceprincipalriskevents"
)
_OF_LOG = dict.fromkeys(_ACTIVITY.split(), "azure:monitor:activity") | dict.fromkeys(
    _ENTRA.split(), "azure:monitor:aad"
)
"""By the category of an Azure Monitor log."""


def sourcetype(head: Head, form: str) -> str:
    """Give the sourcetype of a document in a format: the add-ons' for `native`, else `siemcast:FORMAT`."""
    if form not in _NATIVE:
        return f"siemcast:{form}"
    if form == "native-endpoint" and head.table == "alerts":
        return _ENDPOINT_ALERT
    if head.table in _OF_TABLE:
        return _OF_TABLE[head.table]
    if head.product == "Azure Monitor":
        return _OF_LOG.get(head.table.lower(), _HUB)
    if head.product == "Microsoft Defender for Cloud":
        return _HUB
    return _OF_KIND.get(head.kind, f"siemcast:{head.table or head.kind}")
