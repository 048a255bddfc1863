"""Invents rows of hunting tables, with every column that the stream has; what says nothing is null, as it is there."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.columns import COLUMNS
from siemcast_lab.generator.tenant import (
    DOMAIN,
    EVERYDAY,
    EXPLORER,
    POWERSHELL,
    RUNDLL32,
    SERVICES,
    SVCHOST,
    WINWORD,
    Device,
    Program,
    Tenant,
    User,
    guid,
)

Row = dict[str, Any]
_EMPTY: Mapping[str, Mapping[str, None]] = {table: dict.fromkeys(columns) for table, columns in COLUMNS.items()}
_SITES = ("updates.contoso.example", "login.fabrikam.example", "cdn.adatum.example", "telemetry.tailspin.example")
_RUN_KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"


class Rows:
    """Invents one row at a time."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock
        self._report = 1000
        self._makers: Mapping[str, Callable[[Row, Device], None]] = {
            "DeviceProcessEvents": self._process,
            "DeviceNetworkEvents": self._network,
            "DeviceFileEvents": self._file,
            "DeviceRegistryEvents": self._registry,
            "DeviceLogonEvents": self._logon,
            "DeviceImageLoadEvents": self._image,
            "DeviceEvents": self._event,
            "DeviceInfo": self._info,
            "DeviceNetworkInfo": self._adapter,
            "DeviceFileCertificateInfo": self._certificate,
            "AlertInfo": self._alert,
            "AlertEvidence": self._evidence,
            "EmailEvents": self._mail,
            "EmailUrlInfo": self._mail_url,
            "IdentityLogonEvents": self._identity,
        }

    def row(self, table: str) -> Row:
        """Invent a row of a table."""
        row: Row = dict(_EMPTY[table])
        device = self._dice.choice(self._tenant.devices)
        row["Timestamp"] = self._clock.next()
        if "DeviceId" in row:
            self._report += 1
            row.update(DeviceId=device.id, DeviceName=device.name, MachineGroup="Workstations")
            if "ReportId" in row:
                row["ReportId"] = self._report
        self._makers[table](row, device)
        if "InitiatingProcessId" in row and row["InitiatingProcessId"] is None:
            self._acting(row, self._dice.choice(EVERYDAY), device.owner)
        return row

    def _acting(self, row: Row, program: Program, user: User | None, parent: Program = SERVICES) -> None:
        started = self._clock.before()
        row.update(
            InitiatingProcessFileName=program.name,
            InitiatingProcessFolderPath=program.path.lower(),
            InitiatingProcessFileSize=program.size,
            InitiatingProcessMD5=program.md5,
            InitiatingProcessSHA1=program.sha1,
            InitiatingProcessSHA256=program.sha256,
            InitiatingProcessId=self._pid(),
            InitiatingProcessCommandLine=program.line,
            InitiatingProcessCreationTime=started,
            InitiatingProcessParentId=self._pid(),
            InitiatingProcessParentFileName=parent.name,
            InitiatingProcessParentCreationTime=self._clock.before(),
            InitiatingProcessVersionInfoCompanyName=program.company,
            InitiatingProcessVersionInfoProductName=program.product,
            InitiatingProcessVersionInfoProductVersion="10.0.22621.1",
            InitiatingProcessVersionInfoInternalFileName=program.name.lower(),
            InitiatingProcessVersionInfoOriginalFileName=program.name,
            InitiatingProcessVersionInfoFileDescription=program.description,
            InitiatingProcessIntegrityLevel="System" if user is None else "Medium",
            InitiatingProcessTokenElevation="TokenElevationTypeDefault",
            InitiatingProcessAccountDomain="nt authority" if user is None else "contoso",
            InitiatingProcessAccountName="system" if user is None else user.name,
            InitiatingProcessAccountSid="S-1-5-18" if user is None else user.sid,
        )
        if user is not None:
            row.update(InitiatingProcessAccountUpn=user.upn, InitiatingProcessAccountObjectId=user.object_id)
        if "InitiatingProcessSessionId" in row:
            row.update(InitiatingProcessSessionId=1, IsInitiatingProcessRemoteSession=False)

    def _process(self, row: Row, device: Device) -> None:
        attack = self._dice.random() < 0.05
        parent, child = (WINWORD, POWERSHELL) if attack else (EXPLORER, self._dice.choice(EVERYDAY))
        self._acting(row, parent, device.owner)
        self._of_file(row, child)
        row.update(
            ActionType="ProcessCreated",
            ProcessId=self._pid(),
            ProcessCommandLine=child.line,
            ProcessCreationTime=row["Timestamp"],
            ProcessIntegrityLevel="High" if attack else "Medium",
            ProcessTokenElevation="TokenElevationTypeDefault",
            ProcessVersionInfoCompanyName=child.company,
            ProcessVersionInfoProductName=child.product,
            ProcessVersionInfoProductVersion="10.0.22621.1",
            ProcessVersionInfoInternalFileName=child.name.lower(),
            ProcessVersionInfoOriginalFileName=child.name,
            ProcessVersionInfoFileDescription=child.description,
            AccountDomain="contoso",
            AccountName=device.owner.name,
            AccountSid=device.owner.sid,
            AccountUpn=device.owner.upn,
            AccountObjectId=device.owner.object_id,
            LogonId=self._dice.randrange(10**5, 10**7),
            InitiatingProcessSignerType="OsVendor",
            InitiatingProcessSignatureStatus="Valid",
            AppGuardContainerId="",
        )

    def _network(self, row: Row, device: Device) -> None:
        site = self._dice.choice(_SITES)
        roll = self._dice.random()
        row.update(
            ActionType="ConnectionSuccess"
            if roll < 0.7
            else "ConnectionFailed"
            if roll < 0.8
            else "InboundConnectionAccepted",
            LocalIP=device.ip,
            LocalPort=self._dice.randrange(49152, 65535),
            LocalIPType="Private",
            RemoteIP=f"203.0.113.{self._dice.randrange(1, 255)}",
            RemotePort=self._dice.choice((443, 443, 80, 8080)),
            RemoteIPType="Public",
            RemoteUrl=site,
            Protocol="Tcp",
            AppGuardContainerId="",
        )
        if roll > 0.9:
            asked = {"direction": "Out", "query": site, "qtype_name": "A", "qclass_name": "C_INTERNET"}
            reply = {
                "rcode_name": "NOERROR",
                "RD": "true",
                "RA": "true",
                "answers": '["203.0.113.9"]',
                "TTLs": "[60.0]",
            }
            row.update(ActionType="DnsConnectionInspected", Protocol="Udp", RemotePort=53, RemoteUrl=None)
            row["AdditionalFields"] = json.dumps(asked | reply)

    def _file(self, row: Row, device: Device) -> None:
        name = f"report-{self._dice.randrange(10_000)}.{self._dice.choice(('docx', 'tmp', 'dll', 'ps1'))}"
        folder = f"C:\\Users\\{device.owner.name}\\AppData\\Local\\Temp"
        self._of_file(row, Program(name, folder, name))
        row.update(
            ActionType=self._dice.choice(("FileCreated", "FileCreated", "FileModified", "FileRenamed", "FileDeleted")),
            RequestProtocol="Local",
            RequestAccountName=device.owner.name,
            RequestAccountDomain="CONTOSO",
            RequestAccountSid=device.owner.sid,
            PreviousFileName="",
            PreviousFolderPath="",
            AppGuardContainerId="",
        )

    def _registry(self, row: Row, device: Device) -> None:
        attack = self._dice.random() < 0.1
        self._acting(row, RUNDLL32 if attack else SVCHOST, device.owner if attack else None)
        row.update(
            ActionType=self._dice.choice(
                ("RegistryValueSet", "RegistryValueSet", "RegistryKeyCreated", "RegistryValueDeleted")
            ),
            RegistryKey=_RUN_KEY
            if attack
            else f"HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\bam\\{device.owner.sid}",
            RegistryValueType="String",
            RegistryValueName="Updater" if attack else "SequenceNumber",
            RegistryValueData=RUNDLL32.line if attack else str(self._dice.randrange(500)),
            PreviousRegistryKey="",
            AppGuardContainerId="",
        )

    def _logon(self, row: Row, device: Device) -> None:
        failed = self._dice.random() < 0.2
        row.update(
            ActionType="LogonFailed" if failed else "LogonSuccess",
            FailureReason="InvalidUserNameOrPassword" if failed else None,
            LogonType=self._dice.choice(("Interactive", "Network", "RemoteInteractive")),
            AccountDomain="contoso",
            AccountName=device.owner.name,
            AccountSid=None if failed else device.owner.sid,
            Protocol="NTLM" if failed else "Kerberos",
            IsLocalAdmin=False,
            LogonId=self._dice.randrange(10**5, 10**7),
            RemoteDeviceName=self._dice.choice(self._tenant.devices).name.partition(".")[0],
            RemoteIP=self._dice.choice(self._tenant.devices).ip,
            RemoteIPType="Private",
            RemotePort=self._dice.randrange(49152, 65535),
            AdditionalFields='{"IsLocalLogon":false}',
        )

    def _image(self, row: Row, device: Device) -> None:
        name = self._dice.choice(("amsi.dll", "clr.dll", "winhttp.dll", "dbghelp.dll"))
        self._of_file(row, Program(name, "C:\\Windows\\System32", name))
        row["ActionType"] = "ImageLoaded"

    def _event(self, row: Row, device: Device) -> None:
        row["ActionType"] = self._dice.choice(
            ("PowerShellCommand", "ScheduledTaskCreated", "OpenProcessApiCall", "AntivirusScanCompleted")
        )
        row["AdditionalFields"] = '{"Command":"Get-ChildItem","TaskName":"\\\\Contoso\\\\Nightly"}'

    def _info(self, row: Row, device: Device) -> None:
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

    def _adapter(self, row: Row, device: Device) -> None:
        row.update(
            NetworkAdapterName=f"{{{guid(self._dice).upper()}}}",
            NetworkAdapterType="Ethernet",
            NetworkAdapterStatus="Up",
            MacAddress=f"02155D{self._dice.getrandbits(24):06X}",
            IPAddresses=json.dumps([{"IPAddress": device.ip, "SubnetPrefix": 24, "AddressType": "Private"}]),
            DnsAddresses='["10.20.0.4"]',
            ConnectedNetworks=json.dumps([{"Name": DOMAIN, "IsConnectedToInternet": True}]),
        )

    def _certificate(self, row: Row, device: Device) -> None:
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

    def _alert(self, row: Row, device: Device) -> None:
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

    def _evidence(self, row: Row, device: Device) -> None:
        self._alert(row, device)
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

    def _mail(self, row: Row, device: Device) -> None:
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

    def _mail_url(self, row: Row, device: Device) -> None:
        site = self._dice.choice(_SITES)
        row.update(NetworkMessageId=guid(self._dice), Url=f"https://{site}/pay?id=4711", UrlDomain=site)
        row.update(UrlLocation="Body", ReportId=f"{guid(self._dice)}-2")

    def _identity(self, row: Row, device: Device) -> None:
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

    def _of_file(self, row: Row, program: Program) -> None:
        row.update(FileName=program.name, FolderPath=program.path, FileSize=program.size)
        row.update(MD5=program.md5, SHA1=program.sha1, SHA256=program.sha256)

    def _pid(self) -> int:
        return self._dice.randrange(400, 32000) // 4 * 4


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
