"""Invents rows of hunting tables, with every column that the stream has; what says nothing is null, as it is there."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.columns import COLUMNS
from siemcast_lab.generator.further import Further
from siemcast_lab.generator.further_columns import FURTHER
from siemcast_lab.generator.others import SITES, Others
from siemcast_lab.generator.tenant import (
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
)

Row = dict[str, Any]
_EMPTY: Mapping[str, Mapping[str, None]] = {
    table: dict.fromkeys(columns) for table, columns in {**COLUMNS, **FURTHER}.items()
}
_RESTARTS = 0.01
_RUN_KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"


class Rows:
    """Invents one row at a time."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock
        self._report = 1000
        self._running: dict[tuple[str, str], Row] = {}
        """By device and program: what its initiating process says in every row."""
        others = Others(dice, company)
        self._makers: Mapping[str, Callable[[Row, Device], None]] = {
            "DeviceProcessEvents": self._process,
            "DeviceNetworkEvents": self._network,
            "DeviceFileEvents": self._file,
            "DeviceRegistryEvents": self._registry,
            "DeviceLogonEvents": self._logon,
            "DeviceImageLoadEvents": self._image,
            "DeviceEvents": self._event,
            "DeviceInfo": others.info,
            "DeviceNetworkInfo": others.adapter,
            "DeviceFileCertificateInfo": others.certificate,
            "AlertInfo": others.alert,
            "AlertEvidence": others.evidence,
            "EmailEvents": others.mail,
            "EmailUrlInfo": others.mail_url,
            "IdentityLogonEvents": others.identity,
            **Further(dice, company).makers,
        }

    def row(self, table: str) -> Row:
        """Invent a row of a table."""
        row: Row = dict(_EMPTY[table])
        device = self._dice.choice(self._tenant.devices)
        time = self._clock.next()
        if "Timestamp" in row:
            row["Timestamp"] = time
        if "MachineGroup" in row and "DeviceId" in row:
            self._report += 1
            row.update(DeviceId=device.id, DeviceName=device.name, MachineGroup="Workstations")
            if "ReportId" in row:
                row["ReportId"] = self._report
        self._makers[table](row, device)
        if "InitiatingProcessId" in row and row["InitiatingProcessId"] is None:
            self._acting(row, self._dice.choice(EVERYDAY), device.owner, device)
        return row

    def _acting(self, row: Row, program: Program, user: User | None, device: Device) -> None:
        """Tell of the process that acted: one that runs on the device, whose facts recur in all its rows."""
        running = self._running.get((device.id, program.path))
        if running is None or self._dice.random() < _RESTARTS:
            running = self._running[device.id, program.path] = self._start(program, user)
        row.update(running)
        if "InitiatingProcessSessionId" in row:
            row.update(InitiatingProcessSessionId=1, IsInitiatingProcessRemoteSession=False)

    def _start(self, program: Program, user: User | None) -> Row:
        version = "InitiatingProcessVersionInfo"
        return {
            "InitiatingProcessFileName": program.name,
            "InitiatingProcessFolderPath": program.path.lower(),
            "InitiatingProcessFileSize": program.size,
            "InitiatingProcessMD5": program.md5,
            "InitiatingProcessSHA1": program.sha1,
            "InitiatingProcessSHA256": program.sha256,
            "InitiatingProcessId": self._pid(),
            "InitiatingProcessCommandLine": program.line,
            "InitiatingProcessCreationTime": self._clock.before(),
            "InitiatingProcessParentId": self._pid(),
            "InitiatingProcessParentFileName": SERVICES.name,
            "InitiatingProcessParentCreationTime": self._clock.before(),
            f"{version}CompanyName": program.company,
            f"{version}ProductName": program.product,
            f"{version}ProductVersion": "10.0.22621.1",
            f"{version}InternalFileName": program.name.lower(),
            f"{version}OriginalFileName": program.name,
            f"{version}FileDescription": program.description,
            "InitiatingProcessIntegrityLevel": "System" if user is None else "Medium",
            "InitiatingProcessTokenElevation": "TokenElevationTypeDefault",
            "InitiatingProcessAccountDomain": "nt authority" if user is None else "contoso",
            "InitiatingProcessAccountName": "system" if user is None else user.name,
            "InitiatingProcessAccountSid": "S-1-5-18" if user is None else user.sid,
            "InitiatingProcessAccountUpn": None if user is None else user.upn,
            "InitiatingProcessAccountObjectId": None if user is None else user.object_id,
        }

    def _process(self, row: Row, device: Device) -> None:
        attack = self._dice.random() < 0.05
        parent, child = (WINWORD, POWERSHELL) if attack else (EXPLORER, self._dice.choice(EVERYDAY))
        self._acting(row, parent, device.owner, device)
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
        site = self._dice.choice(SITES)
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
        self._acting(row, RUNDLL32 if attack else SVCHOST, device.owner if attack else None, device)
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

    def _of_file(self, row: Row, program: Program) -> None:
        row.update(FileName=program.name, FolderPath=program.path, FileSize=program.size)
        row.update(MD5=program.md5, SHA1=program.sha1, SHA256=program.sha256)

    def _pid(self) -> int:
        return self._dice.randrange(400, 32000) // 4 * 4
