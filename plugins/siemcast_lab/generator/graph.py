"""Invents Graph alerts and incidents with evidence, and how they change over their life."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.others import STORIES
from siemcast_lab.generator.tenant import DOMAIN, POWERSHELL, RUNDLL32, WINWORD, Device, Program, Tenant, guid

Object = dict[str, Any]
_TYPE = "#microsoft.graph.security."
_PORTAL = "https://security.microsoft.com"
_SEVERITIES = ("informational", "low", "medium", "medium", "high")
_LIFE: tuple[Mapping[str, Any], ...] = (
    {"status": "inProgress", "assignedTo": f"ada.lindqvist@{DOMAIN}"},
    {"assignedTo": f"omar.rahman@{DOMAIN}"},
    {"severity": "high"},
    {"status": "resolved", "classification": "truePositive", "determination": "malware"},
    {"status": "inProgress", "classification": "unknown", "determination": "unknown"},
    {"status": "resolved", "classification": "falsePositive", "determination": "notMalicious"},
)


class Graph:
    """Invents one object at a time."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock
        self._number = 1000

    def alert(self, incident: str | None = None) -> Object:
        """Invent an alert; without an incident's id it belongs to one that is not shown."""
        device = self._dice.choice(self._tenant.devices)
        title, category, technique = self._dice.choice(STORIES)
        uid = f"da{guid(self._dice)}_1"
        owner = incident or self._next()
        begun, ended, created = self._clock.next(), self._clock.next(), self._clock.next()
        return {
            "id": uid,
            "providerAlertId": uid[2:],
            "incidentId": owner,
            "status": "new",
            "severity": self._dice.choice(_SEVERITIES),
            "classification": None,
            "determination": None,
            "serviceSource": "microsoftDefenderForEndpoint",
            "detectionSource": self._dice.choice(("microsoftDefenderForEndpoint", "antivirus", "customDetection")),
            "productName": "Microsoft Defender for Endpoint",
            "detectorId": guid(self._dice),
            "tenantId": self._tenant.id,
            "title": title,
            "description": f"{title} on {device.name}.\nThe behaviour is seen in attacks of this kind.",
            "recommendedActions": "1. Look at the process tree.\n2. Isolate the device if in doubt.",
            "category": category,
            "assignedTo": None,
            "alertWebUrl": f"{_PORTAL}/alerts/{uid}?tid={self._tenant.id}",
            "incidentWebUrl": f"{_PORTAL}/incidents/{owner}?tid={self._tenant.id}",
            "actorDisplayName": None,
            "threatDisplayName": None,
            "threatFamilyName": self._dice.choice((None, None, "Malgent", "Emotet")),
            "mitreTechniques": [technique.rpartition("(")[2].rstrip(")")],
            "createdDateTime": created,
            "lastUpdateDateTime": self._clock.next(),
            "resolvedDateTime": None,
            "firstActivityDateTime": begun,
            "lastActivityDateTime": ended,
            "alertPolicyId": None,
            "additionalData": None,
            "systemTags": [],
            "comments": [],
            "evidence": self._evidence(device, created),
        }

    def incident(self) -> Object:
        """Invent an incident with its alerts."""
        uid = self._next()
        alerts = [self.alert(uid) for _ in range(self._dice.choice((1, 1, 2, 3, 4)))]
        tenant = self._tenant.id
        return {
            "id": uid,
            "tenantId": tenant,
            "status": "active",
            "incidentWebUrl": f"{_PORTAL}/incidents/{uid}?tid={tenant}",
            "redirectIncidentId": None,
            "displayName": f"{alerts[0]['title']} on one endpoint",
            "createdDateTime": alerts[0]["createdDateTime"],
            "lastUpdateDateTime": self._clock.next(),
            "assignedTo": None,
            "classification": "unknown",
            "determination": "unknown",
            "severity": max((alert["severity"] for alert in alerts), key=_SEVERITIES.index),
            "customTags": [],
            "systemTags": [],
            "description": None,
            "summary": "",
            "lastModifiedBy": "Microsoft 365 Defender-IncidentCreation",
            "resolvingComment": None,
            "priorityScore": self._dice.choice((None, 12, 57, 91)),
            "comments": [],
            "alerts": alerts,
        }

    def updates(self, item: Mapping[str, Any], count: int) -> Iterator[Object]:
        """Give the versions that follow: work on it, second thoughts, and for an incident at last a redirection."""
        current = dict(item)
        for step in range(count):
            if "incidentId" not in current and count > 1 and step == count - 1 and self._dice.random() < 0.3:
                current |= {"status": "redirected", "redirectIncidentId": self._next()}
            else:
                current |= _LIFE[step % len(_LIFE)]
            self._clock.next(step=30.0)
            current["lastUpdateDateTime"] = self._clock.next()
            if "incidentId" in current:
                resolved = current["status"] == "resolved"
                current["resolvedDateTime"] = current["lastUpdateDateTime"] if resolved else None
            yield dict(current)

    def _evidence(self, device: Device, created: str) -> list[Object]:
        base: Object = {
            "createdDateTime": created,
            "verdict": self._dice.choice(("unknown", "suspicious", "malicious")),
            "remediationStatus": "none",
            "remediationStatusDetails": None,
            "roles": [],
            "detailedRoles": [],
            "tags": [],
        }
        parts = [self._device(device), self._user(device), self._process(device), self._file(device)]
        ip = {"@odata.type": f"{_TYPE}ipEvidence", "ipAddress": f"203.0.113.{self._dice.randrange(1, 255)}"}
        url = {"@odata.type": f"{_TYPE}urlEvidence", "url": "https://cdn.adatum.example/upd.dll"}
        key = {
            "@odata.type": f"{_TYPE}registryValueEvidence",
            "mdeDeviceId": device.id,
            "registryHive": "HKEY_LOCAL_MACHINE",
            "registryKey": "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
            "registryValueName": "Updater",
            "registryValueType": "String",
            "registryValue": RUNDLL32.line,
        }
        more = [part for part in (ip, url, key) if self._dice.random() < 0.6]
        return [{"@odata.type": part["@odata.type"], **base, **part} for part in (*parts, *more)]

    def _device(self, device: Device) -> Object:
        return {
            "@odata.type": f"{_TYPE}deviceEvidence",
            "firstSeenDateTime": self._clock.before(),
            "mdeDeviceId": device.id,
            "azureAdDeviceId": device.entra_id,
            "deviceDnsName": device.name,
            "hostName": device.name.partition(".")[0],
            "osPlatform": device.os,
            "osBuild": int(device.build),
            "version": device.version,
            "healthStatus": "active",
            "riskScore": "medium",
            "rbacGroupId": 75,
            "rbacGroupName": "Workstations",
            "onboardingStatus": "onboarded",
            "defenderAvStatus": "updated",
            "ipInterfaces": [device.ip, "fe80::1c2b:3a4d:5e6f:7081", "127.0.0.1"],
            "vmMetadata": None,
            "loggedOnUsers": [{"accountName": device.owner.name, "domainName": "CONTOSO"}],
        }

    def _user(self, device: Device) -> Object:
        return {"@odata.type": f"{_TYPE}userEvidence", "userAccount": _account(device)}

    def _process(self, device: Device) -> Object:
        return {
            "@odata.type": f"{_TYPE}processEvidence",
            "processId": self._dice.randrange(400, 32000),
            "parentProcessId": self._dice.randrange(400, 32000),
            "processCommandLine": POWERSHELL.line,
            "processCreationDateTime": self._clock.before(),
            "parentProcessCreationDateTime": self._clock.before(),
            "detectionStatus": "detected",
            "mdeDeviceId": device.id,
            "imageFile": _details(POWERSHELL),
            "parentProcessImageFile": _details(WINWORD),
            "userAccount": _account(device),
        }

    def _file(self, device: Device) -> Object:
        dropped = Program("upd.dll", "C:\\ProgramData", "", company="")
        return {
            "@odata.type": f"{_TYPE}fileEvidence",
            "detectionStatus": self._dice.choice(("detected", "prevented")),
            "mdeDeviceId": device.id,
            "fileDetails": _details(dropped),
        }

    def _next(self) -> str:
        self._number += 1
        return str(self._number)


def _account(device: Device) -> Object:
    owner = device.owner
    return {
        "accountName": owner.name,
        "domainName": "CONTOSO",
        "userSid": owner.sid,
        "azureAdUserId": owner.object_id,
        "userPrincipalName": owner.upn,
        "displayName": None,
    }


def _details(program: Program) -> Object:
    return {
        "sha1": program.sha1,
        "sha256": program.sha256,
        "fileName": program.name,
        "filePath": program.folder,
        "fileSize": program.size,
        "filePublisher": program.company or None,
        "signer": None,
        "issuer": None,
    }
