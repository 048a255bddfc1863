"""The event: all that a record says, as one object.

`Content` is what canonical paths speak of; `Event` adds what a record says by being what it is: head, times, envelope.
"""

from typing import Any

from pydantic import Field

from siemcast.schema.model.cloud import Api, Cloud, Container, Databucket, Policy, Resource, Service
from siemcast.schema.model.device import Device, NetworkInterface
from siemcast.schema.model.file import Certificate, File, Module
from siemcast.schema.model.finding import Attack, Campaign, Evidences, FindingInfo, Malware, Remediation
from siemcast.schema.model.head import EventHead, Times
from siemcast.schema.model.identity import Group, Session, User
from siemcast.schema.model.network import (
    ConnectionInfo,
    DnsAnswer,
    DnsQuery,
    Email,
    EmailAuth,
    Endpoint,
    HttpRequest,
    HttpResponse,
    Url,
)
from siemcast.schema.model.posture import Compliance, Vulnerability
from siemcast.schema.model.process import Actor, Job, PeripheralDevice, Process, RegKey, RegValue, Script
from siemcast.schema.model.product import Metadata, Package, Product
from siemcast.schema.model.types import Boolean, Integer, Json, Model, Text, Timestamp


class Content(Model):
    """OCSF `base_event`, with the attributes of all classes that siemcast's records belong to."""

    time: Timestamp | None = None
    start_time: Timestamp | None = None
    end_time: Timestamp | None = None
    activity_name: Text | None = Field(default=None, description="What happened, in Microsoft's word.")
    message: Text | None = None
    severity: Text | None = Field(default=None, description="In Microsoft's word; the head has the five steps.")
    status: Text | None = None
    status_detail: Text | None = None
    status_code: Text | None = Field(default=None, description="The source's own code for how it ended.")
    count: Integer | None = Field(default=None, description="How often it happened, where a record tells of many.")
    comment: Text | None = None
    confidence: Text | None = None
    disposition: Text | None = None
    verdict: Text | None = None
    is_alert: Boolean | None = None
    logon_type: Text | None = None
    is_remote: Boolean | None = None
    auth_protocol: Text | None = None
    direction: Text | None = None
    metadata: Metadata | None = None
    device: Device | None = None
    actor: Actor | None = None
    process: Process | None = None
    user: User | None = None
    file: File | None = None
    module: Module | None = None
    reg_key: RegKey | None = None
    reg_value: RegValue | None = None
    prev_reg_key: RegKey | None = None
    prev_reg_value: RegValue | None = None
    src_endpoint: Endpoint | None = None
    dst_endpoint: Endpoint | None = None
    connection_info: ConnectionInfo | None = None
    query: DnsQuery | None = None
    answers: tuple[DnsAnswer, ...] = ()
    rcode: Text | None = None
    email: Email | None = None
    url: Url | None = None
    finding_info: FindingInfo | None = None
    attacks: tuple[Attack, ...] = ()
    malware: tuple[Malware, ...] = ()
    cloud: Cloud | None = None
    resource: Resource | None = None
    container: Container | None = None
    vulnerabilities: tuple[Vulnerability, ...] = ()
    compliance: Compliance | None = None
    impact: Text | None = None
    risk_level: Text | None = None
    risk_details: Text | None = None
    duration: Integer | None = Field(default=None, description="Milliseconds.")
    app: Product | None = None
    evidences: Evidences | None = None
    assignee: User | None = None
    certificate: Certificate | None = None
    network_interface: NetworkInterface | None = None
    api: Api | None = None
    http_request: HttpRequest | None = None
    job: Job | None = None
    share: Text | None = None
    risk_score: Integer | None = None
    session: Session | None = None
    service: Service | None = None
    group: Group | None = None
    policy: Policy | None = None
    databucket: Databucket | None = None
    package: Package | None = None
    script: Script | None = None
    peripheral_device: PeripheralDevice | None = None
    remediation: Remediation | None = None
    email_auth: EmailAuth | None = None
    http_response: HttpResponse | None = None
    campaign: Campaign | None = None
    target_resource: Resource | None = Field(default=None, description="The other end of a relation of resources.")
    unmapped: Json | None = Field(default=None, description="By column: what has no canonical path, or not its type.")


class Event(Content):
    """A record in canonical form: whatever it says stands in an attribute, in `unmapped`, or in `envelope`."""

    head: EventHead
    times: Times
    anomalies: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="By canonical path: what is odd about a time, in the words of `Head.anomalies`.",
    )
    envelope: dict[str, Any] = Field(default_factory=dict, description="What stands around the columns, as it came.")
