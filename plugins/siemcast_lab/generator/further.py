"""Invents rows of further tables: mail after delivery, messages, clicks, directories, clouds, behaviours."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from siemcast_lab.generator.others import SITES, STORIES
from siemcast_lab.generator.tenant import DOMAIN, EVERYDAY, Device, Tenant, guid

Row = dict[str, Any]
_BILLING = "billing@fabrikam.example"
_CLUSTER = "/subscriptions/{}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/prod"
_WEAK = (
    ("contoso", "reader", "11.2.0", "CVE-2024-10001", "High"),
    ("fabrikam", "archiver", "4.0.1", "CVE-2025-20002", "Critical"),
    ("adatum", "player", "7.9", "CVE-2023-30003", "Medium"),
)


class Further:
    """Fills one row at a time; the row's time stands already."""

    def __init__(self, dice: random.Random, company: Tenant) -> None:
        self._dice = dice
        self._tenant = company
        self.makers: Mapping[str, Callable[[Row, Device], None]] = {
            "EmailAttachmentInfo": self._attachment,
            "EmailPostDeliveryEvents": self._after_delivery,
            "UrlClickEvents": self._click,
            "MessageEvents": self._message,
            "MessageUrlInfo": self._message_link,
            "MessagePostDeliveryEvents": self._after_message,
            "IdentityQueryEvents": self._query,
            "IdentityDirectoryEvents": self._change,
            "IdentityInfo": self._person,
            "CloudAppEvents": self._application,
            "BehaviorInfo": self._behaviour,
            "BehaviorEntities": self._behaviour_entity,
            "CloudAuditEvents": self._audit,
            "CloudProcessEvents": self._process,
            "CloudDnsEvents": self._lookup,
            "CloudStorageAggregatedEvents": self._storage,
            "EntraIdSignInEvents": self._sign_in,
            "DeviceTvmSoftwareVulnerabilities": self._weakness,
        }
        """By table."""

    def _attachment(self, row: Row, device: Device) -> None:
        self._mail(row, device)
        row.update(SenderDisplayName="Fabrikam Billing", RecipientObjectId=device.owner.object_id)
        row.update(FileName="invoice.zip", FileType="zip", FileExtension="zip", FileSize=48_213)
        row.update(SHA256=EVERYDAY[0].sha256, ThreatTypes="Malware", ThreatNames="Trojan:Script/Test")

    def _after_delivery(self, row: Row, device: Device) -> None:
        self._mail(row, device)
        row.update(InternetMessageId=f"<{guid(self._dice)}@fabrikam.example>", Action="Moved to quarantine")
        row.update(ActionType="Phish ZAP", ActionTrigger="ZAP", ActionResult="Success", DeliveryLocation="Quarantine")

    def _mail(self, row: Row, device: Device) -> None:
        row.update(NetworkMessageId=guid(self._dice), SenderFromAddress=_BILLING, ReportId=f"{guid(self._dice)}-1")
        row["RecipientEmailAddress"] = device.owner.upn

    def _click(self, row: Row, device: Device) -> None:
        row.update(ActionType=self._dice.choice(("ClickAllowed", "ClickBlocked")), AccountUpn=device.owner.upn)
        row.update(Url=self._link(), Workload="Email", NetworkMessageId=guid(self._dice), IPAddress="198.51.100.7")
        row.update(IsClickedThrough=False, UrlChain=json.dumps([self._link()]), ReportId=guid(self._dice))

    def _message(self, row: Row, device: Device) -> None:
        self._teams(row, device)
        row.update(SenderDisplayName=device.owner.name, SenderObjectId=device.owner.object_id, SenderType="User")
        row.update(IsOwnedThread=True, MessageId="1732183200000", ThreadId=f"19:{guid(self._dice)}@thread.v2")
        row.update(ThreadType="chat", MessageType="Text", MessageVersion="1", Subject="", DeliveryAction="Delivered")
        row["DeliveryLocation"] = "Teams"

    def _message_link(self, row: Row, device: Device) -> None:
        row.update(TeamsMessageId=guid(self._dice), Url=self._link(), UrlDomain=SITES[0], ReportId=guid(self._dice))

    def _after_message(self, row: Row, device: Device) -> None:
        self._teams(row, device)
        row.update(Action="Blocked", ActionType="Phish ZAP", ActionTrigger="ZAP", ActionResult="Success")
        row.update(
            ThreatTypes="Phish", DetectionMethods='{"Phish":["URL detonation"]}', LatestDeliveryLocation="Quarantine"
        )

    def _teams(self, row: Row, device: Device) -> None:
        to = self._dice.choice(self._tenant.devices).owner
        row.update(TeamsMessageId=guid(self._dice), SenderEmailAddress=device.owner.upn, IsExternalThread=False)
        row["RecipientDetails"] = [{"RecipientSmtpAddress": to.upn, "RecipientObjectId": to.object_id}]
        row["ReportId"] = guid(self._dice)

    def _query(self, row: Row, device: Device) -> None:
        self._directory(row, device)
        row.update(ActionType="LDAP query", QueryType="AllUsers", Query="(objectCategory=person)", Protocol="Ldap")
        row.update(QueryTarget=DOMAIN, AdditionalFields={"Count": "1"})

    def _change(self, row: Row, device: Device) -> None:
        self._directory(row, device)
        other = self._dice.choice(self._tenant.devices).owner
        row.update(TargetAccountUpn=other.upn, TargetAccountDisplayName=other.name)
        row["ActionType"] = self._dice.choice(
            ("Account Password changed", "Group Membership changed", "Account disabled")
        )
        if row["ActionType"] == "Group Membership changed":
            row["AdditionalFields"] = {"TO.GROUP": "Helpdesk", "TARGET_OBJECT.USER": other.name}

    def _directory(self, row: Row, device: Device) -> None:
        owner = device.owner
        row.update(Application="Active Directory", AccountName=owner.name, AccountDomain=DOMAIN, AccountUpn=owner.upn)
        row.update(AccountSid=owner.sid, AccountObjectId=owner.object_id, DeviceName=device.name, IPAddress=device.ip)
        row.update(Port=50_123, DestinationDeviceName=f"dc01.{DOMAIN}", DestinationIPAddress="10.20.0.4")
        row.update(DestinationPort=389, ReportId=guid(self._dice))

    def _person(self, row: Row, device: Device) -> None:
        given, _, surname = device.owner.name.partition(".")
        row.update(AccountObjectId=device.owner.object_id, AccountUpn=device.owner.upn, OnPremSid=device.owner.sid)
        row.update(AccountName=device.owner.name, AccountDomain=DOMAIN, AccountDisplayName=f"{given} {surname}".title())
        row.update(GivenName=given.title(), Surname=surname.title(), Department="Finance", JobTitle="Analyst")
        row.update(EmailAddress=device.owner.upn, City="Berlin", Country="DE", IsAccountEnabled=True, Type="User")
        row.update(Tags=[], AssignedRoles=["Global Reader"], SourceProviders=["ActiveDirectory", "EntraID"])
        row.update(
            CreatedDateTime="2021-04-01T08:00:00Z", CriticalityLevel=0, RiskLevel="None", ReportId=guid(self._dice)
        )

    def _application(self, row: Row, device: Device) -> None:
        action, kind = self._dice.choice(
            (("FileDownloaded", "Download"), ("UserLoggedIn", "Login"), ("New-InboxRule", "Add"))
        )
        row.update(
            ActionType=action, ActivityType=kind, Application="Microsoft SharePoint Online", ApplicationId=20_892
        )
        row.update(AccountObjectId=device.owner.object_id, AccountId=device.owner.object_id, AccountType="Regular")
        row.update(
            AccountDisplayName=device.owner.name, IsAdminOperation=False, IPAddress="198.51.100.7", CountryCode="DE"
        )
        row.update(
            City="Berlin", ISP="contoso telecom", UserAgent="Mozilla/5.0", ObjectName="budget.xlsx", ObjectType="File"
        )
        row.update(ObjectId=f"https://{SITES[0]}/sites/f/budget.xlsx", IsExternalUser=False, IsImpersonated=False)
        row.update(
            RawEventData={"Operation": action, "UserId": device.owner.upn}, ActivityObjects=[], IPTags=["Corporate"]
        )
        row.update(AdditionalFields={"IsSatelliteProvider": False}, ReportId=guid(self._dice))

    def _behaviour(self, row: Row, device: Device) -> None:
        title, category, technique = self._dice.choice(STORIES)
        row.update(BehaviorId=f"bh{guid(self._dice)}", ActionType="UnusualActivity", Description=title)
        row.update(
            Categories=json.dumps([category]), AttackTechniques=json.dumps([technique]), AccountUpn=device.owner.upn
        )
        row.update(ServiceSource="Microsoft Defender for Cloud Apps", DetectionSource="MCAS", DeviceId=device.id)
        row.update(
            StartTime=row["Timestamp"], EndTime=row["Timestamp"], DataSources='["Microsoft Defender for Cloud Apps"]'
        )

    def _behaviour_entity(self, row: Row, device: Device) -> None:
        row.update(
            BehaviorId=f"bh{guid(self._dice)}", ActionType="UnusualActivity", EntityType="User", EntityRole="Impacted"
        )
        row.update(AccountName=device.owner.name, AccountUpn=device.owner.upn, AccountObjectId=device.owner.object_id)
        row.update(
            Categories='["InitialAccess"]', ServiceSource="Microsoft Defender for Cloud Apps", RemoteIP="203.0.113.9"
        )

    def _audit(self, row: Row, device: Device) -> None:
        row.update(DataSource="Azure", ActionType=self._dice.choice(("Create", "Read", "Update", "Delete")))
        row.update(OperationName="Microsoft.Storage/storageAccounts/listKeys/action", IPAddress="198.51.100.7")
        row.update(
            ResourceId=self._cluster(), CountryCode="DE", City="Berlin", UserAgent="az/2.60", ReportId=guid(self._dice)
        )
        row.update(RawEventData={"status": "Succeeded"}, AdditionalFields={})

    def _process(self, row: Row, device: Device) -> None:
        self._contained(row)
        row.update(ActionType="ProcessCreated", FileName="sh", FolderPath="/bin", ProcessName="sh", ProcessId=417)
        row.update(ProcessCommandLine="sh -c id", ParentProcessName="node", ParentProcessId="1", AccountName="root")
        row.update(ProcessCreationTime=row["Timestamp"], ProcessCurrentWorkingDirectory="/app", InitiatingProcessId="1")

    def _lookup(self, row: Row, device: Device) -> None:
        self._contained(row)
        row.update(
            ActionType="DnsQuery", DnsQuery=self._dice.choice(SITES), DnsQueryTypeName="A", DnsEventSubType="response"
        )
        row.update(
            DnsResponseCodeName="NOERROR",
            DnsNetworkDuration=12,
            ProcessName="node",
            ProcessId=1,
            ReportId=guid(self._dice),
        )

    def _contained(self, row: Row) -> None:
        row.update(AzureResourceId=self._cluster(), KubernetesNamespace="shop", KubernetesPodName="web-7d9f-x2x4")
        row.update(ContainerName="web", ContainerId=guid(self._dice).replace("-", ""))

    def _storage(self, row: Row, device: Device) -> None:
        row.update(
            DataAggregationStartTime=row["Timestamp"],
            DataAggregationEndTime=row["Timestamp"],
            StorageAccount="shopdata",
        )
        row.update(StorageContainer="exports", ServiceType="Blob", IpAddress="203.0.113.9", AuthenticationType="SAS")
        row.update(OperationNamesList=["GetBlob", "ListBlobs"], OperationsCount=42, FailedOperationsCount=0)
        row.update(
            SuccessfulOperationsCount=42, CountryName="Germany", IsTorExitNode=False, ActionType="BlobAggregated"
        )
        row.update(SubscriptionId=guid(self._dice), Location="westeurope", ReportId=guid(self._dice))

    def _sign_in(self, row: Row, device: Device) -> None:
        row.update(
            Application="Azure Portal", ApplicationId=guid(self._dice), LogonType='["interactiveUser"]', ErrorCode=0
        )
        row.update(AccountUpn=device.owner.upn, AccountObjectId=device.owner.object_id, DeviceName=device.name)
        row.update(
            EntraIdDeviceId=device.entra_id, OSPlatform=device.os, IsManaged=1, IsCompliant=1, IPAddress="198.51.100.7"
        )
        row.update(Country="DE", City="Berlin", Latitude="52.5", Longitude="13.4", ResourceDisplayName="Windows Azure")
        row.update(ResourceId=guid(self._dice), RequestId=guid(self._dice), CorrelationId=guid(self._dice), RiskState=0)
        row.update(UserAgent="Mozilla/5.0", ClientAppUsed="Browser", IsExternalUser=0, ReportId=guid(self._dice))

    def _weakness(self, row: Row, device: Device) -> None:
        vendor, name, version, cve, severity = self._dice.choice(_WEAK)
        row.update(DeviceId=device.id, DeviceName=device.name, OSPlatform=device.os, OSVersion=device.version)
        row.update(OSArchitecture="x64", SoftwareVendor=vendor)
        row.update(
            SoftwareName=name, SoftwareVersion=version, CveId=cve, VulnerabilitySeverityLevel=severity, CveTags=[]
        )
        row.update(RecommendedSecurityUpdate=f"Update {name}", RecommendedSecurityUpdateId="5051234")

    def _link(self) -> str:
        return f"https://{self._dice.choice(SITES)}/pay?id={self._dice.randrange(1000, 9999)}"

    def _cluster(self) -> str:
        return _CLUSTER.format(self._tenant.id)
