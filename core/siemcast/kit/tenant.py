"""What users write of a tenant: who siemcast is there, and in which cloud."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from siemcast.api.secret import Secret
from siemcast.api.settings import Settings
from siemcast.kit.clouds import CloudName
from siemcast.kit.plaintext import refuse_plaintext

_KINDS = ("secret", "certificate", "managed_identity", "workload_identity")


class Credential(Settings):
    """How siemcast proves who it is: exactly one of secret, certificate, managed_identity and workload_identity."""

    secret: Secret | None = None
    """Client secret of the app registration."""
    certificate: Path | None = None
    """PEM file of the certificate that the app registration knows (with its chain, if any), or a PFX file."""
    key: Path | None = None
    """PEM file of the certificate's private key, when it is not in the certificate's file."""
    passphrase: Secret | None = None
    """Passphrase of the private key or of the PFX file."""
    managed_identity: str | None = Field(default=None, min_length=1)
    """`system`, or the client id of a user-assigned identity of the Azure machine that siemcast runs on."""
    workload_identity: Path | None = None
    """File of the OIDC token (of Kubernetes, say) that the app registration trusts; read again for each sign-in."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Credential:
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"give exactly one of {', '.join(_KINDS)}; found {found}")
        if self.certificate is None and (self.key or self.passphrase):
            raise ValueError("key and passphrase belong to a certificate; give certificate, or remove them")
        return self

    @field_validator("certificate", "key", "workload_identity")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"no such file: {path}")
        return path

    @property
    def kind(self) -> str:
        """Which of the four it is."""
        return next(kind for kind in _KINDS if getattr(self, kind) is not None)


class Endpoints(Settings):
    """Base URLs that replace the cloud's."""

    authority: str | None = None
    """Where tokens come from; https always."""
    graph: str | None = None
    """Microsoft Graph."""
    mde: str | None = None
    """Defender for Endpoint."""
    arm: str | None = None
    """Azure Resource Manager."""
    monitor: str | None = None
    """Azure Monitor."""

    @field_validator("*")
    @classmethod
    def _base_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        refuse_plaintext(url, allow=None, where="this endpoint")
        if any(mark in url for mark in "?#@"):
            raise ValueError("a base URL has neither user nor query; write it as https://HOST[:PORT]")
        return url.rstrip("/")

    @field_validator("authority")
    @classmethod
    def _over_tls(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith("https://"):
            raise ValueError("tokens are asked for over https only, on loopback as well; write https://HOST[:PORT]")
        if url is not None and urlsplit(url).path:
            raise ValueError("the authority has no path, tenant_id is added to it; write https://HOST[:PORT]")
        return url


class TenantSettings(Settings):
    """A Microsoft tenant and the identity that reads it."""

    tenant_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
    """The tenant's id (a GUID), or one of its domains."""
    client_id: str | None = Field(default=None, pattern=r"^\S+$")
    """Application (client) id of the app registration; only a managed identity goes without."""
    cloud: CloudName = "global"
    """Microsoft's cloud: `gcc` is worldwide but for Defender's own hosts."""
    credential: Credential
    """How siemcast proves who it is."""
    endpoints: Endpoints = Endpoints()
    """Base URLs that replace the cloud's."""
    ca_file: Path | None = None
    """PEM file of the only authorities to trust for this tenant; without it the system's are trusted."""
    requests_per_minute: int = Field(default=150, ge=1)
    """Most requests a minute to the tenant's APIs, of all sources together; Graph's security APIs allow an app 150."""

    @field_validator("tenant_id")
    @classmethod
    def _one_tenant(cls, tenant_id: str) -> str:
        if tenant_id.lower() in {"common", "organizations", "consumers"}:
            raise ValueError(f"{tenant_id!r} is no single tenant; give the tenant's id or one of its domains")
        return tenant_id

    @field_validator("ca_file")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"no such file: {path}")
        return path

    @model_validator(mode="after")
    def _someone(self) -> TenantSettings:
        if self.client_id is None and self.credential.managed_identity is None:
            raise ValueError("client_id is missing; give the application (client) id of the app registration")
        return self
