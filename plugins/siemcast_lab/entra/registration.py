"""The one application that the lab's tenant knows, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRAPH = "https://graph.microsoft.com"
MDE = "https://api.securitycenter.microsoft.com"


def _roles() -> dict[str, Sequence[str]]:
    return {
        GRAPH: ("SecurityIncident.Read.All", "SecurityAlert.Read.All", "ThreatHunting.Read.All"),
        MDE: ("Alert.Read.All", "Vulnerability.Read.All", "Software.Read.All", "Machine.Read.All"),
    }


@dataclass(slots=True, kw_only=True)
class Registration:
    """An app registration; tests and the lab change it while it is served, as an administrator would."""

    tenant_id: str = "11111111-1111-4111-8111-111111111111"
    client_id: str = "22222222-2222-4222-8222-222222222222"
    secret: str = "lab~Secret-value"  # noqa: S105 - a throwaway of the lab
    expired_secrets: set[str] = field(default_factory=set)
    """Answered with AADSTS7000222."""
    certificate: Path | None = None
    """PEM file of the certificate uploaded for the application."""
    issuer: str = "https://oidc.siemcast.lab"
    """Whose tokens the application's federated credential trusts."""
    subject: str = "system:serviceaccount:siemcast:siemcast"
    federation_audience: str = "api://AzureADTokenExchange"
    identity_client_id: str = "33333333-3333-4333-8333-333333333333"
    """Client id of the machine's user-assigned identity."""
    roles: Mapping[str, Sequence[str]] = field(default_factory=_roles)
    """Granted application permissions, by audience."""
    token_seconds: int = 3599
    conditional_access: bool = False
    """Refuse every sign-in with AADSTS53003."""
