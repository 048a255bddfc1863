"""Invents logs of Azure Monitor: the activity of a subscription, and Entra's sign-ins, changes and risks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.tenant import Tenant, User, guid

Object = dict[str, Any]
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


class Azure:
    """Invents one record at a time."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock
        self._subscription = f"{company.id[:8]}-1111-4222-8333-{company.id[-12:]}".upper()

    def logs(self, count: int) -> Iterator[Object]:
        """Give logs, each sort in turn."""
        sorts: tuple[Callable[[], Object], ...] = (self.activity, self.sign_in, self.audit, self.risk, self.resource)
        return (sorts[at % len(sorts)]() for at in range(count))

    def activity(self) -> Object:
        """Invent an entry of the activity log."""
        user = self._user()
        return {
            "time": self._clock.next(),
            "resourceId": f"/SUBSCRIPTIONS/{self._subscription}/RESOURCEGROUPS/RG-WEB/PROVIDERS/MICROSOFT.COMPUTE/"
            "VIRTUALMACHINES/WEB01",
            "operationName": "MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION",
            "category": "Administrative",
            "resultType": "Success",
            "resultSignature": "Succeeded.",
            "durationMs": str(self._dice.randrange(5, 900)),
            "callerIpAddress": "198.51.100.20",
            "correlationId": guid(self._dice),
            "identity": {
                "authorization": {"scope": "/", "action": "Microsoft.Compute/virtualMachines/start/action"},
                "claims": {f"{_CLAIMS}upn": user.upn, f"{_CLAIMS}name": user.name, "name": user.name.title()},
            },
            "level": "Information",
            "location": "global",
            "tenantId": self._tenant.id,
            "properties": {"statusCode": "OK", "message": "Microsoft.Compute/virtualMachines/start/action"},
        }

    def sign_in(self) -> Object:
        """Invent a sign-in."""
        user = self._user()
        properties = {
            "id": guid(self._dice),
            "createdDateTime": self._clock.next(),
            "userPrincipalName": user.upn,
            "userDisplayName": user.name.title(),
            "userId": user.object_id,
            "ipAddress": "203.0.113.9",
            "appDisplayName": "Azure Portal",
            "appId": guid(self._dice),
            "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
            "clientAppUsed": "Browser",
            "location": {"city": "Porto", "countryOrRegion": "PT"},
            "deviceDetail": {"deviceId": "", "displayName": "", "operatingSystem": "Windows10"},
            "riskLevelDuringSignIn": "none",
            "status": {"errorCode": 0, "failureReason": "Other."},
        }
        return self._entra("SignInLogs", "Sign-in activity", properties) | {"callerIpAddress": "203.0.113.9"}

    def audit(self) -> Object:
        """Invent a change of the directory."""
        user = self._user()
        properties = {
            "id": f"Directory_{guid(self._dice)}",
            "activityDateTime": self._clock.next(),
            "activityDisplayName": "Add member to role",
            "category": "RoleManagement",
            "result": "success",
            "loggedByService": "Core Directory",
            "initiatedBy": {"user": {"id": user.object_id, "userPrincipalName": user.upn, "ipAddress": "203.0.113.9"}},
            "targetResources": [{"type": "User", "userPrincipalName": self._user().upn}],
        }
        return self._entra("AuditLogs", "Add member to role", properties)

    def risk(self) -> Object:
        """Invent a risk of a user."""
        user = self._user()
        properties = {
            "id": guid(self._dice),
            "riskEventType": "unfamiliarFeatures",
            "riskLevel": "medium",
            "riskState": "atRisk",
            "activityDateTime": self._clock.next(),
            "detectedDateTime": self._clock.next(),
            "userPrincipalName": user.upn,
            "userId": user.object_id,
            "ipAddress": "203.0.113.200",
        }
        return self._entra("UserRiskEvents", "User Risk Detection", properties)

    def resource(self) -> Object:
        """Invent a log of a resource that nothing here knows more of."""
        return {
            "time": self._clock.next(),
            "resourceId": f"/SUBSCRIPTIONS/{self._subscription}/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV1",
            "operationName": "SecretGet",
            "category": "AuditEvent",
            "resultType": "Success",
            "callerIpAddress": "198.51.100.21",
            "correlationId": guid(self._dice),
            "properties": {"httpStatusCode": 200, "id": "", "requestUri": "https://kv1.vault.azure.net/secrets/a"},
        }

    def _entra(self, category: str, operation: str, properties: Object) -> Object:
        return {
            "time": self._clock.later(60),
            "resourceId": f"/tenants/{self._tenant.id}/providers/Microsoft.aadiam",
            "operationName": operation,
            "category": category,
            "tenantId": self._tenant.id,
            "resultType": "0",
            "correlationId": guid(self._dice),
            "level": 4,
            "properties": properties,
        }

    def _user(self) -> User:
        return self._dice.choice(self._tenant.users)
