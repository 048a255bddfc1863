"""Where each format puts what records say; everything is imported when somebody asks."""

from __future__ import annotations

from siemcast.schema import Head
from siemcast.schema.places import Places, as_sent

__all__ = ["CEF_HEAD", "ECS_HEAD", "LEEF_HEAD", "as_sent", "asim", "cef", "cim", "ecs", "leef", "ocsf"]

ECS_HEAD = {"id": "event.id"}
"""Columns that ECS's head says."""
CEF_HEAD = {
    "id": "externalId",
    "Timestamp": "rt",
    "title": "name",
    "displayName": "name",
    "severity": "severity",
    "detectorId": "class id",
    "tenantId": "cs6:TenantId",
}
"""Columns that CEF's header, or the keys before all others, say."""
LEEF_HEAD = {"id": "externalId", "severity": "sev", "tenantId": "tenantId", "lastUpdateDateTime": "version"}
"""The same of LEEF."""

CIM_HEAD = {"id": "event_id", "tenantId": "tenant_id", "Timestamp": "_time", "lastUpdateDateTime": "event_version"}
"""The same of CIM's events."""
ASIM_HEAD = {"id": "EventOriginalUid", "Timestamp": "TimeGenerated"}
"""The same of ASIM's rows."""
OCSF_HEAD = {"id": "metadata.uid", "tenantId": "metadata.tenant_uid", "lastUpdateDateTime": "metadata.modified_time"}
"""The same of OCSF's events."""


def ecs() -> Places:
    """Give ECS's: what it has no field for is kept below `m365_defender`, Graph objects whole."""
    from siemcast_sinks.formats.ecs.encoder import mapping  # noqa: PLC0415 - registering a format needs none of it
    from siemcast_sinks.formats.ecs.objects import is_row, object_field  # noqa: PLC0415 - as above
    from siemcast_sinks.formats.ecs.vendor import RESERVED, event_field  # noqa: PLC0415 - as above

    def rest(head: Head, column: str) -> str:
        return event_field(column) if is_row(head) else object_field(head, column)

    return Places(mapping=mapping(), rest=rest, reserved=RESERVED, head=ECS_HEAD)


def cef() -> Places:
    """Give CEF's: user-defined keys for the rest, but for what is left to the archive."""
    from siemcast_sinks.formats import reading  # noqa: PLC0415 - as above
    from siemcast_sinks.formats.cef.encoder import custom_key, limits, mapping  # noqa: PLC0415 - as above
    from siemcast_sinks.formats.shared.pairs import LONGEST_CUSTOM  # noqa: PLC0415 - as above

    return Places(
        mapping=mapping(),
        rest=lambda head, column: custom_key(column),
        head=CEF_HEAD,
        longest=lambda field: limits().get(field.partition(":")[0], LONGEST_CUSTOM) or None,
        read=reading.cef,
    )


def leef() -> Places:
    """Give LEEF's: keys of Microsoft's names for the rest."""
    from siemcast_sinks.formats import reading  # noqa: PLC0415 - as above
    from siemcast_sinks.formats.leef.encoder import custom_key, limits, mapping  # noqa: PLC0415 - as above
    from siemcast_sinks.formats.shared.pairs import LONGEST_CUSTOM  # noqa: PLC0415 - as above

    return Places(
        mapping=mapping(),
        rest=lambda head, column: custom_key(column),
        head=LEEF_HEAD,
        longest=lambda field: limits().get(field, LONGEST_CUSTOM) or None,
        read=reading.leef,
    )


def cim() -> Places:
    """Give CIM's, by dataset; the rest stands under Microsoft's names."""
    from siemcast_sinks.formats.cim.encoder import models, vendor_field  # noqa: PLC0415 - as above

    return Places(choose=models().mapping_of, rest=lambda head, column: vendor_field(column), head=CIM_HEAD)


def asim() -> Places:
    """Give ASIM's, by schema; the rest stands in AdditionalFields."""
    from siemcast_sinks.formats.asim.encoder import MORE, models  # noqa: PLC0415 - as above

    return Places(choose=models().mapping_of, rest=lambda head, column: f"{MORE}.{column}", head=ASIM_HEAD)


def ocsf() -> Places:
    """Give OCSF's: what a class has no attribute for is kept in `unmapped`."""
    from siemcast_sinks.formats.ocsf.mapping import mapping, unmapped_field  # noqa: PLC0415 - as above

    return Places(mapping=mapping(), rest=lambda kind, column: unmapped_field(column), head=OCSF_HEAD)
