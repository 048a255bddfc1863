"""Logs of Azure Monitor (activity, Entra, resources) by diagnostic settings, and records of no known shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import TableMapping
from siemcast_defender.mappings.objects import log_categories, log_mapping
from siemcast_defender.shapes.cloud_columns import dig, first_time, lower_keys, value_of
from siemcast_defender.shapes.common import WALL, Clock, canonical, digest, text, timed

PRODUCT = "Azure Monitor"
_HUNTING = "advancedhunting-"
_SEVERITIES = {
    "verbose": Severity.INFORMATIONAL,
    "information": Severity.INFORMATIONAL,
    "warning": Severity.LOW,
    "error": Severity.MEDIUM,
}
"""Levels of a log that are no severities by name: what went wrong is not yet an attack."""
_LONGEST_TABLE = 100
"""A name that came with a record of no known shape may be of any length, and becomes part of field names."""
_OF_ENTRA = ("createddatetime", "activitydatetime", "activitydisplaydatetime")


class AzureLog:
    """A record of any category; the table is the category."""

    name = "azure.log"
    product = PRODUCT

    def __init__(self, clock: Clock = WALL) -> None:
        self._clock = clock

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Tell a log by its time and category beside what was done, or to what; hunting has categories of its own."""
        category = value_of(data, "category")
        if not isinstance(category, str) or category.lower().startswith(_HUNTING):
            return False
        keys = lower_keys(data)
        return "time" in keys and ("operationname" in keys or "resourceid" in keys)

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the record itself."""
        return data

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of a category."""
        return log_mapping(table)

    def tables(self) -> Mapping[str, str]:
        """Give the categories of families that say more than all logs do."""
        return dict.fromkeys(log_categories(), "event")

    def head(self, record: Record) -> Head:
        """Read the head.

        What has an id of its own (Entra's logs) is told apart by what it says alone, since a re-delivery differs in its
        envelope; any other by the whole record.
        """
        data = record.data
        told = value_of(data, "properties")
        of_entra = isinstance(told, Mapping) and bool(text(value_of(told, "id")))
        happened = first_time(*(dig(told, name) for name in _OF_ENTRA)) if of_entra else None
        time_ms, odd = timed(first_time(happened, value_of(data, "time")), None, self._clock)
        table = text(value_of(data, "category"))
        return Head(
            id=digest(canonical([table, told] if of_entra else data)),
            kind="event",
            table=table,
            product=PRODUCT,
            tenant=text(value_of(data, "tenantid")),
            time_ms=time_ms,
            severity=Severity.parse(dig(told, "risklevel")) or _severity(value_of(data, "level")),
            status=text(value_of(data, "resulttype")),
            title=_operation(value_of(data, "operationname")),
            anomalies=odd,
        )


class OtherRecord(AzureLog):
    """A record that no shape recognises: it travels on as it is, with what any head can say."""

    def __init__(self, name: str, product: str, clock: Clock = WALL) -> None:
        """Take the shape's name, and the product whose pipe such records come by."""
        super().__init__(clock)
        self.name = name
        self._product = product

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Recognise nothing: this shape is the first of a kind, which is assumed where no other fits."""
        return False

    def mapping(self, table: str) -> TableMapping:
        """Give the mapping of what logs have in common."""
        return log_mapping("")

    def tables(self) -> Mapping[str, str]:
        """Give none: what such a record is, nobody has said."""
        return {}

    def head(self, record: Record) -> Head:
        """Read the head from the names that most of Microsoft's records have."""
        data = record.data
        time_ms, odd = timed(first_time(*(value_of(data, name) for name in _TIMES)), None, self._clock)
        return Head(
            id=digest(canonical(data)),
            kind="event",
            table=text(value_of(data, "category") or value_of(data, "type"))[:_LONGEST_TABLE],
            product=self._product,
            tenant=text(value_of(data, "tenantid")),
            time_ms=time_ms,
            severity=_severity(value_of(data, "severity") or value_of(data, "level")),
            status=text(value_of(data, "status")),
            title=_operation(value_of(data, "operationname") or value_of(data, "displayname")),
            anomalies=odd,
        )


_TIMES = ("time", "timestamp", "timegenerated", "eventtimestamp", "lastupdatetime", "createddatetime")


def _severity(level: Any) -> Severity:
    named = _SEVERITIES.get(level.lower()) if isinstance(level, str) else None
    return Severity.parse(level) if named is None else named


def _operation(value: Any) -> str:
    """Give an operation's name, which some logs hold as an object."""
    return text(value_of(value, "value") if isinstance(value, Mapping) else value)


AZURE_LOG = AzureLog()
OTHER_CLOUD = OtherRecord("cloud.other", "Microsoft Defender for Cloud")
OTHER_AZURE = OtherRecord("azure.other", PRODUCT)
