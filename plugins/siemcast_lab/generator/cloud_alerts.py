"""Invents alerts of Defender for Cloud, as continuous export and as the resource manager give them."""

from __future__ import annotations

import json

from siemcast_lab.generator.cloud_site import Object, Subscription, short
from siemcast_lab.generator.tenant import POWERSHELL, Device, guid

_ALERTS: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    ("VM_SuspiciousPowerShell", "Suspicious PowerShell activity detected", "Execution", ["T1059"], ["T1059.001"]),
    ("VM_BruteForce", "Suspicious authentication activity", "PreAttack, CredentialAccess", ["T1110"], ["T1110.003"]),
    ("Storage.Blob_OpenContainer", "Publicly open container was found", "Collection", ["T1530"], []),
)
_EMPTY = {
    "ProviderAlertStatus": None,
    "ConfidenceLevel": None,
    "ConfidenceScore": None,
    "ConfidenceReasons": None,
    "CorrelationKey": None,
    "WorkspaceId": None,
    "WorkspaceSubscriptionId": None,
    "WorkspaceResourceGroup": "",
    "AgentId": "",
}
"""What most alerts leave empty."""


class CloudAlerts(Subscription):
    """Invents one alert at a time."""

    def alert(self) -> Object:
        """Invent an alert as it is exported: flat, entities that refer to one another."""
        device = self._device()
        kind, title, intent, techniques, sub_techniques = self._dice.choice(_ALERTS)
        uid = f"{self._dice.randrange(2**61, 2**62)}_{guid(self._dice)}"
        begun, ended, made = self._clock.next(), self._clock.next(), self._clock.next()
        machine = self._machine(device)
        return {
            "VendorName": "Microsoft",
            "AlertType": kind,
            "ProductName": "Microsoft Defender for Cloud",
            "StartTimeUtc": begun,
            "EndTimeUtc": ended,
            "TimeGenerated": made,
            "ProcessingEndTime": self._clock.next(),
            "Severity": self._dice.choice(("Informational", "Low", "Medium", "High")),
            "Status": "New",
            **_EMPTY,
            "IsIncident": False,
            "SystemAlertId": uid,
            "Intent": intent,
            "AzureResourceId": machine,
            "CompromisedEntity": short(device),
            "AlertDisplayName": title,
            "Description": f"{title} on {short(device)}.",
            "Entities": self._entities(device),
            "ExtendedLinks": [
                {"Href": "https://example.invalid/why", "Category": None, "Label": "Why", "Type": "webLink"}
            ],
            "ResourceIdentifiers": [
                {
                    "$id": "8",
                    "AzureResourceId": machine,
                    "Type": "AzureResource",
                    "AzureResourceTenantId": self._tenant.id,
                },
                {"$id": "9", "AadTenantId": self._tenant.id, "Type": "AAD"},
            ],
            "RemediationSteps": ["1. Look at the process tree.", "2. Isolate the machine if in doubt."],
            "ExtendedProperties": {
                "resourceType": "Virtual Machine",
                "EffectiveSubscriptionId": self._subscription,
                "Suspicious Command Line": POWERSHELL.line,
                "details": json.dumps({"count": self._dice.randrange(1, 9)}),
            },
            "AlertUri": f"https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/{uid}",
            "Techniques": techniques,
            "SubTechniques": sub_techniques,
        }

    def managed_alert(self) -> Object:
        """Invent an alert as the resource manager gives it."""
        flat = self.alert()
        uid = flat.pop("SystemAlertId")
        renamed = {"TimeGenerated": "timeGeneratedUtc", "ProcessingEndTime": "processingEndTimeUtc"}
        left_out = {"AzureResourceId", "ProviderAlertStatus", "ConfidenceLevel", "ConfidenceScore", "ConfidenceReasons"}
        held = {
            renamed.get(name) or name[:1].lower() + name[1:]: value
            for name, value in flat.items()
            if name not in left_out and not name.startswith(("Workspace", "Agent"))
        }
        machine = flat["AzureResourceId"]
        held |= {
            "systemAlertId": uid,
            "status": "Active",
            "version": "2022-01-01",
            "resourceIdentifiers": [{"type": "AzureResource", "azureResourceId": machine}],
        }
        scope = machine.partition("/providers/")[0]
        return {
            "id": f"{scope}/providers/Microsoft.Security/locations/westeurope/alerts/{uid}",
            "name": uid,
            "type": "Microsoft.Security/Locations/alerts",
            "properties": held,
        }

    def _entities(self, device: Device) -> list[Object]:
        name = short(device)
        return [
            {"$id": "3", "HostName": name, "DnsDomain": "contoso.example", "OSFamily": "Windows", "Type": "host"},
            {
                "$id": "4",
                "Name": device.owner.name,
                "NTDomain": "contoso",
                "Sid": device.owner.sid,
                "Host": {"$ref": "3"},
            }
            | {"Type": "account"},
            {"$id": "5", "Directory": POWERSHELL.folder, "Name": POWERSHELL.name, "Host": {"$ref": "3"}, "Type": "file"}
            | {"FileHashes": [{"$id": "6", "Algorithm": "SHA256", "Value": POWERSHELL.sha256, "Type": "filehash"}]},
            {
                "$id": "7",
                "ProcessId": hex(self._dice.randrange(1000, 60_000)),
                "CommandLine": POWERSHELL.line,
                "CreationTimeUtc": self._clock.next(),
                "ImageFile": {"$ref": "5"},
                "Account": {"$ref": "4"},
                "Host": {"$ref": "3"},
                "Type": "process",
            },
            {"$id": "10", "Address": "203.0.113.44", "Location": {"CountryCode": "NL", "City": "Delft"}, "Type": "ip"},
            {"$ref": "3"},
        ]
