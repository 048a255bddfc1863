"""Invents what Defender for Endpoint's own API gives: alerts, vulnerable software, and how that changes."""

from __future__ import annotations

import random
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.others import STORIES
from siemcast_lab.generator.tenant import DOMAIN, POWERSHELL, Device, Tenant, guid

Object = dict[str, Any]
_SOFTWARE = (
    ("mozilla", "firefox", "126.0.1", "CVE-2025-31041", 8.8, "High", "ExploitIsPublic"),
    ("7-zip", "7-zip", "23.01", "CVE-2025-20411", 7.0, "High", "ExploitIsVerified"),
    ("microsoft", "office", "16.0.17328", "CVE-2026-10377", 5.5, "Medium", "NoExploit"),
    ("contoso", "payroll", "4.2", None, None, None, "NoExploit"),
)


class Endpoint:
    """Invents one object at a time."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock

    def alert(self) -> Object:
        """Invent an alert with evidence."""
        device = self._device()
        title, category, technique = self._dice.choice(STORIES)
        begun, made = self._clock.next(), self._clock.next()
        return {
            "id": f"da{self._dice.randrange(10**17, 10**18)}_-{self._dice.randrange(10**8, 10**9)}",
            "incidentId": self._dice.randrange(1000, 9000),
            "investigationId": None,
            "investigationState": "UnsupportedAlertType",
            "assignedTo": None,
            "severity": self._dice.choice(("UnSpecified", "Informational", "Low", "Medium", "High")),
            "status": "InProgress",
            "classification": None,
            "determination": None,
            "detectionSource": "WindowsDefenderAtp",
            "detectorId": guid(self._dice),
            "category": category,
            "threatFamilyName": None,
            "threatName": None,
            "title": title,
            "description": f"{title} on {device.name}.",
            "alertCreationTime": made,
            "firstEventTime": begun,
            "lastEventTime": begun,
            "lastUpdateTime": self._clock.next(),
            "resolvedTime": None,
            "machineId": device.id,
            "computerDnsName": device.name,
            "rbacGroupName": "Offices",
            "aadTenantId": self._tenant.id,
            "mitreTechniques": [technique.rpartition("(")[2].rstrip(")")],
            "relatedUser": {"userName": device.owner.name, "domainName": "contoso"},
            "comments": [],
            "evidence": self._evidence(device, begun, made),
        }

    def _evidence(self, device: Device, begun: str, made: str) -> list[Object]:
        user = {"accountName": device.owner.name, "domainName": "contoso", "userSid": device.owner.sid}
        return [
            {"entityType": "User", "evidenceCreationTime": made, **user, "userPrincipalName": device.owner.upn},
            {
                "entityType": "Process",
                "evidenceCreationTime": made,
                "sha1": POWERSHELL.sha1,
                "sha256": POWERSHELL.sha256,
                "fileName": POWERSHELL.name,
                "filePath": POWERSHELL.folder,
                "processId": self._dice.randrange(1000, 60_000),
                "processCommandLine": POWERSHELL.line,
                "processCreationTime": begun,
                "parentProcessId": 880,
                "parentProcessFileName": "explorer.exe",
                "parentProcessFilePath": "C:\\Windows",
                "detectionStatus": "Detected",
                **user,
            },
            {"entityType": "Ip", "evidenceCreationTime": made, "ipAddress": "203.0.113.77"},
            {"entityType": "Url", "evidenceCreationTime": made, "url": f"https://drop.{DOMAIN}/a"},
        ]

    def vulnerability(self) -> Object:
        """Invent a row of the export, in the API's camelCase; times have no zone."""
        device = self._device()
        vendor, name, version, cve, score, severity, exploit = self._dice.choice(_SOFTWARE)
        group = self._dice.choice((0, 9))
        return {
            "id": f"{device.id}_{name}_{version}_{cve or ''}",
            "deviceId": device.id,
            "deviceName": device.name,
            "rbacGroupId": group,
            "rbacGroupName": "Offices" if group else "Unassigned",
            "osPlatform": device.os,
            "osVersion": f"10.0.{device.build}.1",
            "osArchitecture": "x64",
            "softwareVendor": vendor,
            "softwareName": name,
            "softwareVersion": version,
            "cveId": cve,
            "cveBatchTitle": f"{vendor.title()} updates of May" if cve else None,
            "cveBatchUrl": f"https://example.invalid/{vendor}" if cve else None,
            "cvssScore": score,
            "vulnerabilitySeverityLevel": severity,
            "exploitabilityLevel": exploit,
            "recommendedSecurityUpdate": None,
            "recommendedSecurityUpdateId": None,
            "recommendedSecurityUpdateUrl": None,
            "recommendationReference": f"va-_-{vendor}-_-{name}",
            "securityUpdateAvailable": bool(cve),
            "diskPaths": [f"C:\\Program Files\\{name}\\{name}.exe"],
            "registryPaths": [f"HKEY_LOCAL_MACHINE\\SOFTWARE\\{name}"],
            "firstSeenTimestamp": self._plain(self._clock.before()),
            "lastSeenTimestamp": self._plain(self._clock.next()),
            "isOnboarded": True,
        }

    def in_file(self) -> Object:
        """Invent the same as files of the export have it: PascalCase."""
        return {name[:1].upper() + name[1:]: value for name, value in self.vulnerability().items()}

    def change(self) -> Object:
        """Invent a row of the changes."""
        status = self._dice.choice(("New", "Fixed", "Updated"))
        return self.vulnerability() | {"status": status, "eventTimestamp": self._clock.next()}

    def _device(self) -> Device:
        return self._dice.choice(self._tenant.devices)

    @staticmethod
    def _plain(time: str) -> str:
        return time.replace("T", " ").rstrip("Z")
