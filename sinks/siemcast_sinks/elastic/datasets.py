"""The datasets of Elastic's own packages for what Microsoft's APIs give: m365_defender and its siblings."""

from __future__ import annotations

from siemcast.schema import Head

PACKAGE = "m365_defender"
PACKAGE_KINDS = frozenset({"incident", "alert", "event"})
"""Kinds that the m365_defender package has a data stream for."""
_OF_PACKAGE = {"SoftwareVulnerabilities": "vulnerability"}
_OF_RAW = {"MdeAlerts": "microsoft_defender_endpoint.log"}
_OF_RAW_PRODUCT = {"Microsoft Defender for Cloud": "microsoft_defender_cloud.event", "Azure Monitor": "azure.eventhub"}


def dataset_of(head: Head, *, raw: bool) -> str | None:
    """Give the dataset of Elastic's package that holds such records, or None where they are of no package.

    Raw records go where a package's pipeline parses them. Mapped documents go to m365_defender alone, whose mapping is
    the one they follow: its rules for alerts shall not fire on another product's.
    """
    own = _OF_PACKAGE.get(head.table)
    if own is not None:
        return f"{PACKAGE}.{own}"
    if raw and (other := _OF_RAW.get(head.table) or _OF_RAW_PRODUCT.get(head.product)):
        return other
    if head.product == "Microsoft Defender XDR" and head.kind in PACKAGE_KINDS:
        return f"{PACKAGE}.{head.kind}"
    return None
