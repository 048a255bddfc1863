"""The thin head of an event: the few facts that every part of siemcast may ask of any record."""

from __future__ import annotations

import msgspec

from siemcast.schema.severity import Severity


class Head(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Says what a record is, of whom, when, and how grave, whatever Microsoft product it came from."""

    id: str
    """Stable over all versions of the thing, and the same whenever the same record is read again."""
    version: str = ""
    """When the thing last changed (ISO 8601, UTC, at least milliseconds); empty for records that never change."""
    kind: str
    """`incident`, `alert`, `event` (telemetry), or `finding`."""
    table: str
    """The hunting table (`DeviceProcessEvents`), or `incidents` and `alerts` for Graph objects."""
    product: str = "Microsoft Defender XDR"
    tenant: str = ""
    time_ms: int
    """When it happened: milliseconds since the epoch, UTC."""
    severity: Severity = Severity.UNKNOWN
    status: str = ""
    title: str = ""
    hostname: str = ""
    """The primary device, where the record names one."""
    anomalies: tuple[str, ...] = ()
    """Odd times: `time_missing`, `time_invalid`, `time_without_zone`, `time_future`, `time_ancient`."""

    @property
    def key(self) -> str:
        """One version of one thing: what a SIEM that suppresses repeats is given as the document's id."""
        return f"{self.id}:{self.version}" if self.version else self.id
