"""What every event says of itself, whatever it tells of: ids, kind, severity, and when it was where."""

from pydantic import Field

from siemcast.schema.model.types import Model, Text, Timestamp
from siemcast.schema.severity import Severity


class EventHead(Model):
    """The head of a record (`siemcast.schema.Head`), and what OCSF calls it."""

    id: Text = Field(description="The same over all versions of the thing, and whenever the record is read again.")
    version: Text = Field(default="", description="When the thing last changed; empty for records that never change.")
    key: Text = Field(description="One version of one thing: what receivers tell repeats by.")
    kind: Text = Field(description="`incident`, `alert`, `event` or `finding`.")
    table: Text = Field(description="The table or object it is of; empty where a record does not tell.")
    class_name: Text = Field(description="OCSF's class (`process_activity`).")
    activity: Text = Field(description="What happened, in OCSF's word for `activity_id`; `other` where it has none.")
    product: Text
    tenant: Text = ""
    severity: Severity = Field(default=Severity.UNKNOWN, description="Five steps, by OCSF's `severity_id`.")
    status: Text = ""
    title: Text = ""
    hostname: Text = Field(default="", description="The primary device.")


class Times(Model):
    """When an event was where, each time where it is known."""

    event: Timestamp | None = Field(default=None, description="When it happened.")
    service: Timestamp | None = Field(default=None, description="When the service wrote it down, or changed it.")
    enqueued: Timestamp | None = Field(default=None, description="When it came into the hub.")
    received: Timestamp | None = Field(default=None, description="When siemcast read it.")
