"""Invents rows of tables that tell of no process: inventory, alerts, mail, identities."""

from __future__ import annotations

import json
import random
from typing import Any

from siemcast_lab.generator.tenant import DOMAIN, EVERYDAY, Device, Tenant, guid

Row = dict[str, Any]
SITES = ("updates.contoso.example", "login.fabrikam.example", "cdn.adatum.example", "telemetry.tailspin.example")

STORIES = (
    ("Suspicious PowerShell command line", "Execution", "PowerShell (T1059.001)"),
    ("Anomaly detected in ASEP registry", "Persistence", "Registry Run Keys / Startup Folder (T1547.001)"),
    ("Suspicious process injection observed", "DefenseEvasion", "Process Injection (T1055)"),
    ("Connection to a custom network indicator", "CommandAndControl", "Web Protocols (T1071.001)"),
    (
        "Email messages containing malicious URL removed after delivery",
        "InitialAccess",
        "Spearphishing Link (T1566.002)",
    ),
    ("Possible credential dumping", "CredentialAccess", "LSASS Memory (T1003.001)"),
)
"""What happens at that company: title, category, technique."""


class Others:
    """Fills one row at a time."""

    def __init__(self, dice: random.Random, company: Tenant) -> None:
        self._dice = dice
        self._tenant = company

    def info(self, row: Row, device: Device) -> None:
        """Fill a row of DeviceInfo."""
        row.update(
            OSPlatform=device.os,
            OSVersion=device.version,
            OSBuild=int(device.build),
            OSArchitecture="64-bit",
            PublicIP="198.51.100.7",
            DeviceType="Server" if "srv" in device.name else "Workstation",
            DeviceCategory="Endpoint",
            ClientVersion="10.8760.22621.3810",
            OnboardingStatus="Onboarded",
            SensorHealthState="Active",
            AadDeviceId=device.entra_id,
            IsAzureADJoined=True,
            LoggedOnUsers=json.dumps(
                [{"UserName": device.owner.name, "DomainName": "contoso", "Sid": device.owner.sid}]
            ),
            AdditionalFields="[]",
            ReportId=self._dice.randrange(2**53, 2**62),
        )

    def adapter(self, row: Row, device: Device) -> None:
        """Fill a row of DeviceNetworkInfo."""
        row.update(
            NetworkAdapterName=f"{{{guid(self._dice).upper()}}}",
            NetworkAdapterType="Ethernet",
            NetworkAdapterStatus="Up",
            MacAddress=f"02155D{self._dice.getrandbits(24):06X}",
            IPAddresses=json.dumps([{"IPAddress": device.ip, "SubnetPrefix": 24, "AddressType": "Private"}]),
            DnsAddresses='["10.20.0.4"]',
            ConnectedNetworks=json.dumps([{"Name": DOMAIN, "IsConnectedToInternet": True}]),
        )

    def certificate(self, row: Row, device: Device) -> None:
        """Fill a row of DeviceFileCertificateInfo."""
        program = self._dice.choice(EVERYDAY)
        row.update(
            SHA1=program.sha1,
            IsSigned=True,
            IsTrusted=True,
            IsRootSignerMicrosoft=True,
            SignatureType="Embedded",
            Signer="Contoso Code Signing",
            SignerHash=program.sha1[::-1],
            Issuer="Contoso Issuing Authority 2",
            IssuerHash=program.sha1[5:] + program.sha1[:5],
            CertificateSerialNumber=program.sha256[:38],
            CertificateCreationTime="2024-09-02T18:23:41Z",
            CertificateExpirationTime="2027-09-01T18:23:41Z",
        )

    def alert(self, row: Row, device: Device) -> None:
        """Fill a row of AlertInfo."""
        title, category, technique = self._dice.choice(STORIES)
        row.update(
            AlertId=f"da{guid(self._dice)}_1",
            Title=title,
            Category=category,
            Severity=self._dice.choice(("Low", "Medium", "High")),
            ServiceSource="Microsoft Defender for Endpoint",
            DetectionSource="EDR",
            AttackTechniques=json.dumps([technique]),
        )

    def evidence(self, row: Row, device: Device) -> None:
        """Fill a row of AlertEvidence."""
        self.alert(row, device)
        program = self._dice.choice(EVERYDAY)
        row.update(
            Categories=json.dumps([row.pop("Category")]),
            EntityType="Process",
            EvidenceRole="Related",
            DeviceId=device.id,
            DeviceName=device.name,
            FileName=program.name,
            FolderPath=program.folder,
            SHA1=program.sha1,
            SHA256=program.sha256,
            ProcessCommandLine=program.line,
            AccountName=device.owner.name,
            AccountDomain="contoso",
            AccountSid=device.owner.sid,
            AdditionalFields='{"$id":"1","ProcessId":"1960","Type":"process"}',
        )

    def mail(self, row: Row, device: Device) -> None:
        """Fill a row of EmailEvents."""
        row.update(
            NetworkMessageId=guid(self._dice),
            InternetMessageId=f"<{guid(self._dice)}@fabrikam.example>",
            SenderFromAddress="billing@fabrikam.example",
            SenderMailFromAddress="bounce@fabrikam.example",
            SenderDisplayName="Fabrikam Billing",
            SenderFromDomain="fabrikam.example",
            SenderIPv4=f"203.0.113.{self._dice.randrange(1, 255)}",
            RecipientEmailAddress=device.owner.upn,
            RecipientObjectId=device.owner.object_id,
            Subject="Invoice 4711",
            EmailDirection="Inbound",
            DeliveryAction="Delivered",
            DeliveryLocation="Inbox/folder",
            EmailClusterId=self._dice.randrange(2**31, 2**62),
            AuthenticationDetails='{"SPF":"pass","DKIM":"none","DMARC":"bestguesspass"}',
            AttachmentCount=1,
            UrlCount=2,
            ReportId=f"{guid(self._dice)}-1",
            To=[device.owner.upn],
            Cc=[],
        )

    def mail_url(self, row: Row, device: Device) -> None:
        """Fill a row of EmailUrlInfo."""
        site = self._dice.choice(SITES)
        row.update(NetworkMessageId=guid(self._dice), Url=f"https://{site}/pay?id=4711", UrlDomain=site)
        row.update(UrlLocation="Body", ReportId=f"{guid(self._dice)}-2")

    def identity(self, row: Row, device: Device) -> None:
        """Fill a row of IdentityLogonEvents."""
        row.update(
            ActionType="LogonSuccess",
            Application="Active Directory",
            LogonType="Credentials validation",
            Protocol="Kerberos",
            AccountName=device.owner.name,
            AccountDomain=DOMAIN,
            AccountUpn=device.owner.upn,
            AccountSid=device.owner.sid,
            AccountObjectId=device.owner.object_id,
            DeviceName=device.name,
            IPAddress=device.ip,
            ReportId=guid(self._dice),
            AdditionalFields={"Count": "1", "DestinationComputerOperatingSystem": "Windows Server 2022"},
        )
